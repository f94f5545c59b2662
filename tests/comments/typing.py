"""What a browser would send: the form's own hidden fields, a solved captcha, and words."""

import time
from typing import Any
from unittest.mock import patch

from django.test import Client
from django.urls import reverse

from comments.captcha.challenge import answer_for, new_key
from comments.models import Comment, Thread
from comments.text.signing import new_mark


def solved() -> dict[str, str]:
    key = new_key()
    return {"captcha_0": key, "captcha_1": answer_for(key) or ""}


def mark_for(place: str, *, seconds: float = 30) -> str:
    """The mark of a form that was drawn so long ago."""
    with patch("django.core.signing.time.time", return_value=time.time() - seconds):
        return new_mark(place)


def comment_data(thread: Thread, *, seconds: float = 30, **fields: Any) -> dict[str, Any]:
    mark = mark_for(f"thread:{thread.pk}", seconds=seconds)
    return {"name": "Rosa", "email": "rosa@example.net", "body": "Warmth helps me.", "mark": mark, **solved(), **fields}


def question_data(*, seconds: float = 30, **fields: Any) -> dict[str, Any]:
    typed = {
        "title": "Does it ever stop?",
        "name": "Rosa",
        "email": "rosa@example.net",
        "body": "Since spring it twitches.",
    }
    return {**typed, "mark": mark_for("ask", seconds=seconds), **solved(), **fields}


def post(thread: Thread, client: Client | None = None, **fields: Any) -> Any:
    """Sends a comment as an anonymous reader, or as whoever is logged in with the client."""
    return (client or Client()).post(reverse("comments:add", args=[thread.pk]), comment_data(thread, **fields))


def ask(client: Client | None = None, **fields: Any) -> Any:
    return (client or Client()).post(reverse("questions:ask"), question_data(**fields))


def only_comment() -> Comment:
    return Comment.objects.get()
