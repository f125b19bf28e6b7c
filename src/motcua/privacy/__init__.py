"""What people may ask about the data kept of them, and what the house owes that data.

Requests under Luật 91/2025 with their legal terms, consents and their receipts, the export of one
person's data, how long each kind of data is kept and why, and what is done when data leaked. Stands
above the dossiers, because a request may touch everything that any room below holds.
"""
