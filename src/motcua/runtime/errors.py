"""What can go wrong when the house is started, said so that the person at the terminal can act."""


class CannotStart(Exception):
    """A part of the installation does not start. The message says which, why, and what to do."""
