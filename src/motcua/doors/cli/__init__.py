"""The command line: one module per command of `motcua`, for people and scripts."""
