"""How the house is started: settings, the embedded PostgreSQL, the web server, the worker, the
supervisor that keeps them together. Knows nothing of the rooms above the foundation."""
