"""A stand-in for the national population database: HTTP and JSON over the synthetic nation.

Every call carries `Authorization: Bearer …` (the agreed secret `MOTCUA_POPULATION_SECRET`, or an
access token of the eID sandbox for the audience `population` with the scope the call needs),
`X-Purpose` (why, in words; percent-encoded UTF-8), `X-Caller` (who: an officer, an account or
`cong-dan`) and, where there is one, `X-Case` (a dossier's number). A call without a purpose or a
caller is refused (400). Errors are `application/problem+json` (RFC 9457).

| call | scope | answers |
| --- | --- | --- |
| `GET /people/{id_number}` | population:read | a person, or 404 |
| `GET /people/{id_number}/family` | population:read | person, spouse, father, mother, children |
| `GET /people/{id_number}/household` | population:read | address, commune, members |
| `GET /birth-notices?mother={id_number}` | births:read | `{"notices": […]}` not yet registered |
| `GET /birth-notices/{number}` | births:read | one notice, or 404 |
| `PUT /newborns/{request_id}` | population:assign | `{"id_number"}` for a registered child |

In a family, who is not (or no longer) in the register is null; names of parents are known all the
same (`father_name`, `mother_name`). A household lists its head first. The same request id always
gets the same number.

A person: `id_number, full_name, birth_date (ISO), sex (male|female), ethnicity, nationality,
marital_status (single|married|divorced|widowed), spouse, father, mother (id numbers or null),
father_name, mother_name, birth_place {code, name}, residence {province, province_name, commune,
commune_name, detail, text}, household, phone, email, card_issued_on, alive`.

A birth notice: `number, mother, mother_name, born_at (ISO, +07:00), birth_date, sex,
weight_grams, birth_order, hospital, birth_place {code, name}, issued_on, registered`.

`PUT /newborns/…` takes `{"full_name", "birth_date", "sex", "ethnicity"?, "nationality"?, "father"?,
"mother"?, "commune", "birth_notice"?}` and answers 201 (200 when repeated) `{"id_number"}`; 409
when the request id was used for another child, or when the notice was registered under another
request. Numbers given here are kept in the folder `--home` and are people for later calls.
"""
