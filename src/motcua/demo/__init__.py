"""The demonstration world: Lạng Sơn with its agencies, officers, a synthetic population, and the
procedures that can be tried. Deterministic; what is illustrative says so."""
