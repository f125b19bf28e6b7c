"""The one way out of the house: every connection to another machine is opened here.

A destination must be named by the settings (`places.py`), the address its name resolves to must be
one that may be spoken to (`addresses.py`), and the connection goes to that very address: a name
that answers differently the second time leads nowhere. Redirects are not followed. `web.client()`
speaks HTTP, `web.for_requests()` does so for libraries that know `requests`, `mail.connect()` SMTP.
"""
