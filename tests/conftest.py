"""The fixed people every test knows, and a database that is set up the way `make run` sets it up."""

import gc
import os
import socket

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import SimpleTestCase, override_settings

from comments.intake.facts import forget_rules
from tests import ready
from tests.factories import create_user


def pytest_configure(config):
    ready.begin(config)
    # Playwright leaves an event loop running in this thread; our own code never touches the database from one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # The real hash is slow on purpose; hundreds of people are made here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    socket.socket.connect = stay_at_home


def pytest_collection_finish():
    """All that has been read stays, so nobody has to look for garbage in it again and again: a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# What takes longest begins first, so that no process is left alone with it at the end. The second is there so that not
# both wait for the first site.
LONG = [
    "browser/test_pages.py",
    "test_permissions.py",
    "browser/test_newsroom_pages.py",
    "edge/test_hostile_requests.py",
    "test_list_filters.py",
    "browser/test_life.py",
    "browser/test_accidents.py",
    "browser/test_desk.py",
    "browser/test_privacy.py",
    "browser/test_valid_html.py",
    "browser/",
    "newsletters/test_several_workers.py",
]


def pytest_collection_modifyitems(items):
    def place(item):
        return next((n for n, path in enumerate(LONG) if f"tests/{path}" in str(item.path)), len(LONG))

    items.sort(key=place)
    for item in items:
        if not asks_a_database(item):
            item.add_marker(pytest.mark.once)


def asks_a_database(item):
    is_django_case = item.cls is not None and issubclass(item.cls, SimpleTestCase)
    return is_django_case or item.get_closest_marker("django_db") or DATABASES & set(item.fixturenames)


# Fixtures that are or have one.
DATABASES = {"db", "transactional_db", "site", "machine"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """To migrate takes seconds: that is done once for all."""
    ready.prepare_for_tests(connection)


def stay_at_home(self, address, connect=socket.socket.connect):
    """Nothing that readers write makes the site ask anybody: no preview of a link, no avatar, no score from elsewhere."""
    host = address[0] if isinstance(address, tuple) else "localhost"
    assert host in {"localhost", "127.0.0.1", "::1"}, f"a test wants to reach another machine: {host}"
    return connect(self, address)


@pytest.fixture(autouse=True)
def _fresh_counters(request, _django_db_marker):
    """Rate limits count in the shared cache; a test must not inherit those of one that did not roll back. Nor rules."""
    used = {"db", "transactional_db"} & set(request.fixturenames)
    for name in used:
        request.getfixturevalue(name)
    if used or request.node.get_closest_marker("django_db"):
        cache.clear()
        forget_rules()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def module_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """What is made with it is there for every test of a file, and each of them leaves it as it was. For what takes longer to
    make than to use; tests whose requests come upon its files ask for `module_files`, too."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
    ):
        yield settings.MEDIA_ROOT
        transaction.set_rollback(True)


@pytest.fixture
def module_files(_own_files, module_database, settings):
    settings.MEDIA_ROOT = module_database


@pytest.fixture
def reader(db):
    return create_user(email="reader@example.org", name="Rosa")


@pytest.fixture
def writer(db):
    return create_user(email="writer@example.org", name="Nadia Okafor", role="Writer", byline=True)


@pytest.fixture
def editor(db):
    return create_user(email="editor@example.org", name="Edda", role="Editor")


@pytest.fixture
def reviewer(db):
    return create_user(email="reviewer@example.org", name="Dr Ilse Brandt", role="Medical reviewer", byline=True)


@pytest.fixture
def moderator(db):
    return create_user(email="moderator@example.org", name="Amara", role="Moderator")


@pytest.fixture
def newsletter_editor(db):
    return create_user(email="newsletter@example.org", name="Nils", role="Newsletter editor")


@pytest.fixture
def administrator(db):
    return create_user(email="admin@example.org", name="Ada", role="Administrator")
