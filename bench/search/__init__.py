"""How well and how fast procedures are found by what people say."""
