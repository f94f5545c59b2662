"""The fixed people every test knows, and a database that is set up the way `make run` sets it up."""

import pytest
from django.core.cache import cache

from tests.factories import create_user


@pytest.fixture(autouse=True)
def _fresh_counters(request):
    """Rate limits count in the shared cache; a test must not inherit another's."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        yield
        if "transactional_db" not in request.fixturenames:
            cache.clear()
    else:
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


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
