"""A stand-in for the national electronic identity (VNeID): an OpenID Connect provider.

Authorisation code with PKCE (S256, compulsory), nonce, ES256 ID tokens, userinfo, RP-initiated
logout, and client credentials with `private_key_jwt` (RFC 7523) for machine clients; access tokens
are JWTs (RFC 9068). Discovery at `/.well-known/openid-configuration`.

**Signing in** needs no password: `GET /authorize?…` shows a page on which one picks or types a
personal id number (the PIN is filled in; any six digits do). A script posts the same parameters to
`/authorize` as form fields with `id_number`, `pin`, `level` (1 or 2) and, to act for an
organisation, `acting_for` (its tax code), and is redirected to the client with a code. Who is
there to be signed in as is on the front page and, for scripts, at `/accounts.json`.

**Claims**: `sub, acr ("1" or "2"), auth_time` in the ID token; from userinfo by scope `profile`
(name, birthdate, gender), `identity` (id_number, ethnicity, nationality, residence_code,
account_kind person|organisation and for an organisation tax_code, organisation_name,
organisation_address), `phone` (phone_number), `email`, `address` (address.formatted). Officers are
persons; their posts are the platform's affair.

**Access tokens** of people carry `sub`, `acr`, `scope`, `client_id` and, with scope `identity`,
name and id_number as well. A machine client has its own id as `sub`. One that was registered with
`may_act_for_people` may ask for a token in the name of a person with the form field
`on_behalf_of` (an id number, or id number/tax code): `sub` is then that person and `act.sub` the
client (RFC 8693 4.1).

**Clients** are registered in `clients.json` in the folder `--home`, made on the first start:
`motcua` (the platform; secret `MOTCUA_EID_SECRET`), `ung-dung-mau` (a public app for trying the
code flow out) and `may-khach-mau` (a machine client; its private key is
`clients/may-khach-mau.pem` beside it). A loopback redirect address fits on any port (RFC 8252).
"""
