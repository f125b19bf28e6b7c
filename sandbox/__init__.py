"""Stand-ins for outside systems: separate servers that speak the real protocols."""
