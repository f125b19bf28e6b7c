"""The database server of a running demonstration, as a bench looks at it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from motcua.runtime import binaries
from motcua.runtime.postgres import DATABASE, USER, Cluster, cluster_of


class Server:
    """Connected to the cluster of a demonstration's home folder as its owner."""

    def __init__(self, home: Path) -> None:
        self.cluster: Cluster = cluster_of(home)
        self._connection = psycopg.connect(self.cluster.url, autocommit=True)

    def one(self, query: str) -> object:
        """The first column of the first row."""
        row = self._connection.execute(query).fetchone()  # type: ignore[call-overload] # plain text
        assert row is not None
        return row[0]

    def fill(self, script: str) -> None:
        """Run several statements at once."""
        self._connection.execute(script)  # type: ignore[call-overload] # plain text

    def run(self, program: str, *arguments: str) -> str:
        """A client program of the server's own distribution, connected here; what it printed."""
        done = subprocess.run(
            [
                str(binaries.programs() / program),
                *("-h", str(self.cluster.socket_folder), "-U", USER),
                *arguments,
                DATABASE,
            ],
            capture_output=True,
            text=True,
            check=False,
            env={k: v for k, v in os.environ.items() if not k.startswith("PG")},
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout
