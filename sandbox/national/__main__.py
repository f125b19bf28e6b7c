"""`python -m sandbox.national --port 8007`."""

from sandbox.common.server import run
from sandbox.national.app import make_app

if __name__ == "__main__":
    run("national", "National Public Service Portal", 7, make_app, threads=4)
