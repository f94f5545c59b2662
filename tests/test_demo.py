import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from config.management.commands import start


@pytest.mark.django_db
def test_the_demos_known_password_stays_off_a_site_that_others_reach(settings):
    settings.BASE_URL = "https://wellread.example"

    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("demo")

    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("base_url", ["http://localhost:8000", "http://127.0.0.1:8000"])
def test_the_demo_loads_on_a_machine_of_ones_own(settings, base_url, monkeypatch):
    settings.BASE_URL = base_url
    loaded = []
    monkeypatch.setattr("config.management.commands.demo.load_demo", lambda: loaded.append(True))

    call_command("demo")

    assert loaded


@pytest.mark.django_db
@pytest.mark.parametrize("fresh", [True, False])
def test_the_start_loads_the_demo_into_an_empty_database_and_into_no_other(settings, fresh, monkeypatch, request):
    settings.DEBUG, settings.BASE_URL = True, "http://localhost:8000"
    if not fresh:
        request.getfixturevalue("reader")
    loaded, spawned = [], []
    monkeypatch.setattr("config.management.commands.demo.load_demo", lambda: loaded.append(True))
    monkeypatch.setattr(start.subprocess, "Popen", lambda command, env, **how: spawned.append((command, env["PORT"])))
    monkeypatch.setattr(start.Command, "wait", lambda self, children: None)

    call_command("start", port=8123)

    assert loaded == [True] * fresh
    assert [(command[-1], port) for command, port in spawned][1:] == [("worker", "8123")]
    assert spawned[0][1] == "8123"
