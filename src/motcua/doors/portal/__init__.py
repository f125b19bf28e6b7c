"""The portal: citizens and businesses. Views parse, call one action or query, and render."""
