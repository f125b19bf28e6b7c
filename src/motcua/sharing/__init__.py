"""Data services of other agencies: population database, hospital birth notices, the national
portal.

A question (`population`, `birth_notices`) is asked at once, with a time-out, and recorded with its
purpose whatever becomes of the caller. A message that must arrive (`actions.enqueue`) is kept until
the other side has acknowledged it, in order per stream. Leaves the room: `MessageRefused`.
"""
