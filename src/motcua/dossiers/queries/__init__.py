"""Reads. Each takes the viewer and returns only what that viewer may see; what is not theirs looks
as if it did not exist."""
