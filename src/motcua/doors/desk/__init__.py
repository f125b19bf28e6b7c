"""The desk: officers at the counter, handlers, approvers. Views parse, call one action or query,
and render."""
