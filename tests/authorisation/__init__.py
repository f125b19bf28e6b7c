"""Who may open what: one table, really asked."""
