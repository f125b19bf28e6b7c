"""`python -m sandbox.eid --port 8001 [--home FOLDER]`."""

from sandbox.common.server import Place, run


def _make(place: Place) -> object:
    from sandbox.eid.app import make_app

    return make_app(place)


if __name__ == "__main__":
    run("eid", "National electronic identity (OpenID Connect)", 1, _make, threads=4)
