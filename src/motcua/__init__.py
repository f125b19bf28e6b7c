"""Một Cửa: the one-stop shop of Vietnamese administration, as one house of rooms and doors.

`docs/architecture.md` is the plan of the house; each package's docstring says what its room is for.
"""
