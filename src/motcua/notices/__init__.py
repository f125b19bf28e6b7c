"""Notices to people. The in-app inbox is the truth; e-mail is a hint whose delivery is recorded.

No event leaves this room.
"""
