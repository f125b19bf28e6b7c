"""Registers: dated, numbered entries that signed results write (civil status, household
businesses, certified copies, building permits). An entry is never overwritten."""
