"""`python -m sandbox.population --port 8002 [--home FOLDER]`."""

from sandbox.common.server import Place, run


def _make(place: Place) -> object:
    from sandbox.population.app import make_app

    return make_app(place)


if __name__ == "__main__":
    run("population", "National population database", 2, _make, threads=4)
