"""A stand-in for the National Public Service Portal, as a province's system sees it.

- `POST /api/messages` takes `{"messages": [{"key", "stream", "kind", "payload"}]}` with the agreed
  bearer secret and answers `{"results": [{"key", "state": "accepted" | "refused", "error"?}]}` in
  the same order. A payload is `{"HoSo": {…}, "TienTrinh": {…}}` in the portal's own names; missing
  or unknown names, wrong codes and dates that are not `yyyyMMddHHmmss` are refused with what is
  wrong. A key that came before is accepted again and changes nothing.
- `GET /` lists the dossiers, `GET /dossiers/{MaHoSo}` shows one with its states, fees and results;
  `GET /api/dossiers/{MaHoSo}` answers the same as JSON.
- `GET /send` is a form that files a dossier into the province's system, `POST /api/send` does it
  for scripts, and `GET /api/sent/{MaHoSo}` says whether it was acknowledged. It is brought to
  `MOTCUA_URL` + `/api/national/dossiers`, signed (`X-Signature`, HMAC-SHA256 of the body), again
  and again until it is acknowledged or refused for good.
- `GET` and `POST /api/knobs`: `down` (the next n batches are answered 503) and `lose_answer` (the
  next n are taken in, and answered 502).

Both sides share the secret `MOTCUA_NATIONAL_SECRET`. State is kept in `national.sqlite` in the
folder `--home`.
"""
