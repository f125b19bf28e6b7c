"""Drills with a whole house: what an operator fears, done on purpose. Run by `make test-long`."""
