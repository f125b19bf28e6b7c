"""A mail server that keeps what it is given, with a page to read it.

`python -m sandbox.mail --port 8004 --smtp-port 8005` takes mail by SMTP for any address and shows
it at `GET /` (newest first, `?to=` for one address) and `GET /messages/{id}`; the same as JSON at
`GET /api/messages?to=` and `DELETE /api/messages`. Addresses under `refused.example.com` are
refused (550) and those under `later.example.com` put off (451), to try out failures. The last 5,000
mails are kept in `mail.sqlite` in the folder `--home`.
"""
