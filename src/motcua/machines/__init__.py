"""Programs that act for an agency: who they are, their keys, and the access tokens we give them.

A *machine* is one program of one agency, known by its client id. It proves itself with a key of its
own (`private_key_jwt`, RFC 7523); we hold the public half only, and there is no shared secret. What
it may do is the *scopes* it was registered with, at its agency. No event leaves the room; every
change and every token is in the ledger.
"""
