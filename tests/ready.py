"""Databases that are ready for use: migrated, or with the demo in it too. Each is made once in a run of the tests,
however many processes it has; whoever needs one takes a copy, which costs nothing against the making."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "WELLREAD_TESTS_READY"  # where they lie; the processes of one run are told by their environment
SQLITE = "wellread.sqlite3"
MADE_BY = {
    "migrated": "call_command('migrate', verbosity=0); call_command('createcachetable')",
    # Its pictures are said to be in somebody's hands: no journey needs their sizes, which take seconds to make.
    "demo": "from django.utils.timezone import now; from articles.models import Image;"
    "call_command('demo'); Image.objects.update(render_claimed_at=now())",
}
MADE_FROM = {"demo": "migrated"}


def begin(config: pytest.Config) -> None:
    """In the process that begins the run; those that it begins find the folder."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = mkdtemp(prefix="wellread-tests-ready-")
        config.add_cleanup(end)


def end() -> None:
    for what in MADE_BY:
        if (folder() / what).exists() and given_url():
            run_sql(f'DROP DATABASE "{name_of(what)}"')
    shutil.rmtree(os.environ.pop(FOLDER))


@contextmanager
def copy_of(what: str, data: Path) -> Iterator[str]:
    """A copy for one's own processes: files go to `data`; what comes back is the DATABASE_URL, "" for SQLite."""
    made = ready(what)
    shutil.copytree(made, data, dirs_exist_ok=True)
    if not given_url():
        yield ""
        return
    name = f"wellread_{what}_{os.getpid()}_{data.name}"
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{name_of(what)}"')
    try:
        yield url_of(name)
    finally:
        run_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def prepare_for_tests(connection: BaseDatabaseWrapper, *, alone: bool) -> None:
    """Django's own test database. Beside other processes of the same run it begins as a copy; it is migrated all the
    same, and nothing is left to do."""
    test, creation = connection.settings_dict["TEST"], connection.creation
    if connection.vendor == "sqlite":
        # A place that goes with all that is in it: a log left behind by an earlier file of this name would be read.
        test["NAME"] = str(folder() / f"tests-{os.getpid()}.sqlite3")
    if alone:
        return
    made = ready("migrated")
    if given_url():
        test["TEMPLATE"] = name_of("migrated")
        return
    make: Callable[..., str] = creation._create_test_db

    def copied(*args: object, **options: object) -> str:
        name = make(*args, **options)
        shutil.copy(made / SQLITE, name)
        return name

    creation._create_test_db = copied


def ready(what: str) -> Path:
    """The folder with its files, made now if nobody has yet."""
    made = folder() / what
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(what).rename(made)
    return made


def make(what: str) -> Path:
    unready = folder() / f"{what}-unready"
    before = MADE_FROM.get(what, "")
    if before:
        shutil.copytree(ready(before), unready)
    else:
        unready.mkdir()
    if given_url():
        template = f' TEMPLATE "{name_of(before)}"' if before else ""
        run_sql(f'CREATE DATABASE "{name_of(what)}"{template}')
    command = f"from django.core.management import call_command; {MADE_BY[what]}"
    environment = {
        **os.environ,
        "DEBUG": "1",
        "DATA": str(unready),
        "DATABASE_URL": url_of(name_of(what)) if given_url() else "",
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", command], cwd=ROOT, env=environment, check=True
    )
    return unready


def folder() -> Path:
    return Path(os.environ[FOLDER])


def name_of(what: str) -> str:
    return f"{folder().name}-{what}"


def given_url() -> str:
    return os.environ.get("DATABASE_URL", "")


def url_of(name: str) -> str:
    return urlunsplit(urlsplit(given_url())._replace(path=f"/{name}"))


def run_sql(statement: str) -> None:
    import psycopg

    with psycopg.connect(given_url(), autocommit=True) as connection:
        connection.execute(statement)
