"""Notices to people. The in-app inbox is the truth; e-mail is a hint whose delivery is recorded."""
