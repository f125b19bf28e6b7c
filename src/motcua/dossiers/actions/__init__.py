"""The use cases that write. One function, one transaction; each locks the dossier first, checks the
revision the person saw, and leaves a timeline entry, a ledger entry and an event."""
