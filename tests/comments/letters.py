"""What stands in letters: their links, and what opening every one of them does."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.test import Client

from comments.models import Decision
from edge.models import Letter
from tests.addresses import contents


def links_in(letter: Letter) -> list[str]:
    """Every address of ours in the letter and its headers, without the host."""
    everything = f"{letter.text}\n{letter.html}\n{letter.headers}"
    return sorted(set(re.findall(re.escape(settings.BASE_URL) + r"(/[^\s\"'<>]*)", everything)))


def opening_changes_nothing(letters: Iterable[Letter]) -> bool:
    """Opens every link as a mail scanner does, logged out, by GET and HEAD, and compares the whole database."""
    before, client = contents(), Client()
    links = [link for letter in letters for link in links_in(letter)]
    assert links
    for link in links:
        assert client.get(link).status_code < 500, link
        assert client.head(link).status_code < 500, link
    return contents() == before


def let_time_pass(minutes: float = 60) -> None:
    """Every decision was made so much earlier."""
    for decision in Decision.objects.all():
        Decision.objects.filter(pk=decision.pk).update(at=decision.at - timedelta(minutes=minutes))
