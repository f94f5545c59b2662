"""Databases made for one measurement, on the server of DATABASE_URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def new_database(name: str) -> Iterator[str]:
    """The address of a new one beside the given one, gone when it ends; "" where none is given, which means SQLite."""
    given = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not given.scheme.startswith("postgres"):
        yield ""
        return
    new = f"wellread_bench_{name}_{os.getpid()}"
    with psycopg.connect(urlunsplit(given), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{new}"')
        try:
            yield urlunsplit(given._replace(path=f"/{new}"))
        finally:
            server.execute(f'DROP DATABASE "{new}" WITH (FORCE)')
