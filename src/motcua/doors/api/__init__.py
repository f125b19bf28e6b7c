"""The API: what portals, partners and machines call. OpenAPI 3.1 at `/api/openapi.json`.

Every answer that is not a success is `application/problem+json` (RFC 9457). Every POST that files
something takes an `Idempotency-Key`. Lists are paged by cursor.
"""
