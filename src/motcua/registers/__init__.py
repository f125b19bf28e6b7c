"""Registers: dated, numbered entries that signed results write (civil status, household
businesses, certified copies, building permits).

An entry is never overwritten: a correction is a new entry that supersedes it and says why. Numbers
start at 1 for each register, agency and year. Leaves the room: `EntryRecorded`.
"""
