"""Electronic forms: a definition (JSON Schema 2020-12, layout, CEL logic) and its engine, which
shows, validates and cleans answers. Knows no procedure and no dossier."""
