"""`make journey`: the main job, headless, as people would do it over HTTP.

Imports nothing of the package: citizens and officers sign in at the national eID sandbox, read the
pages and press the buttons. What a page does not show cannot be used.
"""
