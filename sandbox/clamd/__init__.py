"""A virus scanner that knows one thing: the harmless test file that every scanner knows."""
