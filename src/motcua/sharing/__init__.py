"""Data services of other agencies: population database, hospital birth notices, the national
portal. Every call is recorded with its purpose."""
