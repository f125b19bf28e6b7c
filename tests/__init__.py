"""The tests, one folder per room; named by what is true for people."""
