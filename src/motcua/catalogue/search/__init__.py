"""Finding a procedure by what somebody types: exact codes, names with or without tone marks, slips
of typing, joined words, and everyday words for what happened.

PostgreSQL finds the candidates (full text over folded words, trigrams when that finds nothing);
`ranking` orders them.
"""
