"""Stand-ins for outside systems: separate servers that speak the real protocols.

Each is started alone by `python -m sandbox.<name> --port N [--home FOLDER]` and listens on
127.0.0.1. They import nothing of the platform but the synthetic nation (`motcua.demo.nation`),
which is plain data.
"""
