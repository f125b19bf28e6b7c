"""Time, working calendars and deadlines, Vietnamese text, money, expressions, events, the ledger,
encryption, numbering and the `Viewer` protocol: what every room stands on. Nothing of government.
"""
