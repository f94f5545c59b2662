"""Static files as in production: whatever a page or a script asks for has a hash in its name."""

import re

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command

from edge.static_files import HashedFiles
from tests.addresses import World, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
ASKED = re.compile(r"/static/[\w./-]+\.(?:js|css|svg|png|woff2?)")
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")


@pytest.fixture
def production(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(HashedFiles, "post_process_with_compression", lambda self, files: files)  # takes longest
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **site_settings.STORAGES,
        "staticfiles": {"BACKEND": "edge.static_files.HashedFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_everything_that_a_page_or_a_script_asks_for_has_a_hash(client, administrator, production):
    world = World()
    client.force_login(administrator)
    asked = {}
    for pattern in sorted(set(patterns())):
        answer = client.get(world.address(pattern))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            asked |= dict.fromkeys(ASKED.findall(answer.content.decode()), pattern)

    assert len(asked) > 40
    assert not {path: pattern for path, pattern in asked.items() if not HASHED.search(path)}
    for script in production.glob("js/*.*.js"):
        imports = IMPORTED.findall(script.read_text()) if HASHED.search(script.name) else []
        assert not [path for path in imports if not HASHED.search(path)], script.name
        assert all((script.parent / path).exists() for path in imports), script.name
