"""Taking in files from outside: what they are is found by reading them, in a process of its own
with bounds of time and memory, never taken from the sender's words.

`names` cleans what a file is called, `pictures` and `papers` read images and PDFs (they import
Pillow and pikepdf), `inspector` is the program that runs them, `inspection` starts it.
"""
