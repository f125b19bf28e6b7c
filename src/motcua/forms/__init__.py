"""Electronic forms: a definition (JSON Schema 2020-12, layout, CEL logic) and its engine, which
shows, validates and cleans answers. Knows no procedure and no dossier.

Words: a *definition* is what an administrator writes; a *topic* is one page of few questions; a
*field* is one question; an *answer* is its value. A *state* is a set of answers together with what
is visible for them. Answers are a flat dict of plain JSON values; a missing answer is absent.

Nothing leaves this room as an event.
"""
