"""A timestamp authority (RFC 3161 over HTTP) with a root, a certificate and a CRL of its own.

`python -m sandbox.tsa --port 8006` answers `POST /` with `application/timestamp-query`, and serves
`/tsa-root.pem` and `/tsa.crl`. Keys, certificates and the CRL live in `--home`, by default
`MOTCUA_HOME/sandbox/tsa`; a verifier must trust `tsa-root.pem` from that folder.
"""
