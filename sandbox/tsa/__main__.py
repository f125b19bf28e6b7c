"""`python -m sandbox.tsa --port 8006 [--home FOLDER]`."""

from sandbox.common.server import run
from sandbox.tsa.app import Server

if __name__ == "__main__":
    run("tsa", "Timestamp authority", 6, lambda place: Server(place.home, place.url), threads=2)
