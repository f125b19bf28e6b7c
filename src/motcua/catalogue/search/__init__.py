"""Finding a procedure by what somebody types: exact codes, names with or without tone marks, slips
of typing, joined words, and everyday words for what happened.

Candidates come from the words that PostgreSQL stores, copied into memory (`shelf`; trigrams in
PostgreSQL when no word is known); `ranking` orders them.
"""
