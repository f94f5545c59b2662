import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


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
