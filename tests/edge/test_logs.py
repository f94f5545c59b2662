"""A log is read by people who should not learn who reads about which illness."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

TYPED = "wordsqq"
ADDRESS = "rosa@example.net"


@pytest.fixture
def log():
    """What the console's handler would print."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(import_string(settings.LOGGING["filters"]["no_paths"]["()"])())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/topics/a-secret/", "/newsletter/confirm/a-secret/", "/no/such/a-secret"])
def test_a_page_that_is_not_there_is_logged_without_its_path(client, log, path):
    client.get(path)

    assert "Not Found" in log.getvalue()
    assert "a-secret" not in log.getvalue()


@pytest.mark.django_db
def test_a_refused_form_is_logged_without_words_or_path(log):
    client = Client(enforce_csrf_checks=True)

    client.post("/comments/own/a-secret/", {"body": TYPED, "email": ADDRESS})

    assert "Forbidden" in log.getvalue()
    assert not any(word in log.getvalue() for word in ("a-secret", TYPED, ADDRESS))


@pytest.mark.django_db
def test_a_fault_is_logged_with_its_traceback_and_without_the_path(client, log, monkeypatch):
    monkeypatch.setattr("articles.public.views.get_object_or_404", None)
    client.raise_request_exception = False

    client.get("/articles/?topic=a-secret")
    client.post("/articles/a-secret/")

    assert "TypeError" in log.getvalue()
    assert "a-secret" not in log.getvalue()
