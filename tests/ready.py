"""Databases that are ready for use: migrated, or with the demo in it too. Each is made once, however many processes and
runs of the tests there are, until what it is made from changes; whoever needs one takes a copy, which costs nothing
against the making. SQLite's and all files are kept in `.cache/`; PostgreSQL's in a server that is kept there, too
(`tests/__main__.py`), and in any other server for one run."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:  # who begins the tests has no use for them
    import pytest
    from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "tests"
FOLDER = "WELLREAD_TESTS_READY"  # where they lie in this run; its processes are told by their environment
KEEPS = "WELLREAD_TESTS_SERVER"  # set where the server of PostgreSQL is one that keeps what is made
MADE_FROM_NOW = "WELLREAD_TESTS_MADE_FROM_"
SQLITE = "wellread.sqlite3"
MADE_BY = {
    "migrated": "call_command('migrate', verbosity=0); call_command('createcachetable')",
    # Its pictures are said to be in somebody's hands: no journey needs their sizes, which take seconds to make.
    "demo": "from django.utils.timezone import now; from articles.models import Image;"
    "call_command('demo'); Image.objects.update(render_claimed_at=now())",
}
MADE_FROM = {"demo": "migrated"}
APPS = ["accounts", "articles", "comments", "newsletters", "questions", "site"]


def begin(config: "pytest.Config") -> None:
    """In the process that begins the run; those that it begins find the folder."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = mkdtemp(prefix="wellread-tests-ready-")
        os.environ |= {MADE_FROM_NOW + what: sum_of(what) for what in MADE_BY}  # files may be edited during the run
        config.add_cleanup(end)


def end() -> None:
    for what in MADE_BY:
        if (folder() / what).exists() and given_url() and not keeps():
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


def prepare_for_tests(connection: "BaseDatabaseWrapper") -> None:
    """Django's own test database begins as a copy; it is migrated all the same, and nothing is left to do."""
    test, creation = connection.settings_dict["TEST"], connection.creation
    made = ready("migrated")
    if given_url():
        test["TEMPLATE"] = name_of("migrated")
        return
    # A place that goes with all that is in it: a log left behind by an earlier file of this name would be read.
    test["NAME"] = str(folder() / f"tests-{os.getpid()}.sqlite3")
    make: Callable[..., str] = creation._create_test_db

    def copied(*args: object, **options: object) -> str:
        name = make(*args, **options)
        shutil.copy(made / SQLITE, name)
        return name

    creation._create_test_db = copied


def ready(what: str) -> Path:
    """The folder with its files, made now if nobody has yet."""
    made = folder() / what
    with locked(made.with_suffix(".lock")):
        if not made.exists():
            unready = made.with_name(f"{what}-unready")
            if not take_kept(what, unready):
                make(what, unready)
                keep(what, unready)
            unready.rename(made)
    return made


@contextmanager
def locked(file: Path = KEPT / "lock") -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(what: str, unready: Path) -> None:
    before = MADE_FROM.get(what, "")
    if before:
        shutil.copytree(ready(before), unready)
    else:
        unready.mkdir()
    if given_url():
        template = f' TEMPLATE "{name_of(before)}"' if before else ""
        run_sql(f'DROP DATABASE IF EXISTS "{name_of(what)}"')  # of a run that was cut off
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


# --- From run to run ---------------------------------------------------------------------------------------------------


def kept(what: str) -> Path:
    return KEPT / f"{'postgresql' if given_url() else 'sqlite'}-{what}-{made_from(what)}"


def take_kept(what: str, place: Path) -> bool:
    with locked():
        found = kept(what).exists() and (not given_url() or (keeps() and name_of(what) in databases()))
        if found:
            shutil.copytree(kept(what), place)
    return found


def keep(what: str, made: Path) -> None:
    """In place of what was made from something else."""
    if given_url() and not keeps():
        return
    with locked():
        for old in KEPT.glob(kept(what).name.removesuffix(made_from(what)) + "*"):
            shutil.rmtree(old)
        shutil.copytree(made, kept(what))
    for old in databases() if given_url() else []:
        if old.startswith(f"kept-{what}-") and old != name_of(what):
            run_sql(f'DROP DATABASE "{old}"')


def made_from(what: str) -> str:
    return os.environ[MADE_FROM_NOW + what]


def sum_of(what: str) -> str:
    """Of all that it depends on: what leads to the tables; for the demo, all that we wrote, and the day."""
    files = [Path(__file__), ROOT / "requirements.txt", ROOT / "site/config/settings.py"]
    for app in APPS:
        files += (ROOT / app).rglob("migrations/*.py" if what == "migrated" else "*.*")
    summed = hashlib.sha256(b"" if what == "migrated" else str(date.today()).encode())  # noqa: DTZ011
    for file in sorted(files):
        name = file.relative_to(ROOT)
        if file.suffix != ".pyc" and "static" not in name.parts:
            summed.update(str(name).encode() + file.read_bytes())
    return summed.hexdigest()[:16]


def folder() -> Path:
    return Path(os.environ[FOLDER])


def name_of(what: str) -> str:
    """PostgreSQL's."""
    return f"kept-{what}-{made_from(what)}" if keeps() else f"{folder().name}-{what}"


def given_url() -> str:
    return os.environ.get("DATABASE_URL", "")


def keeps() -> bool:
    return KEEPS in os.environ


def url_of(name: str) -> str:
    return urlunsplit(urlsplit(given_url())._replace(path=f"/{name}"))


def databases() -> list[str]:
    return [name for (name,) in run_sql("SELECT datname FROM pg_database")]


def run_sql(statement: str) -> list[tuple[str, ...]]:
    import psycopg

    with psycopg.connect(given_url(), autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []
