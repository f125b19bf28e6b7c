"""Drills with a whole house: what an operator fears, done on purpose. `make test-long` runs them."""
