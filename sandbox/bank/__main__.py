"""`python -m sandbox.bank --port 8003`."""

from sandbox.bank.app import make_app
from sandbox.common.server import run

if __name__ == "__main__":
    run("bank", "Bank and payment gateway", 3, make_app, threads=4)
