"""Django's PostgreSQL backend, which tells the database in whose sight a transaction works."""
