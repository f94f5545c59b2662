"""Five requests, and the way each takes through our own files: which it enters, and where a call goes back.

Counted is what happens from the view on, as in the figures that the bounds were set by: every file of our own that a call
enters, every function of our own that is called (a comprehension and a generator expression are part of the function
that they stand in), and every call back: into a file that waits further down the stack, behind another file. What the
middleware does before the view is much the same for all of them and is told beside it. Templates are no files here. A flow
runs once before it is counted, so that nothing is counted that happens once in a process.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from articles.models import Note
from articles.workflow.saving import adopt
from tests.articles.article_form import form_data, url
from tests.comments.typing import comment_data
from tests.factories import create_article, create_comment, create_image, create_user

ROOT = Path(__file__).resolve().parent.parent
OURS = tuple(f"{ROOT}/{name}/" for name in ["accounts", "articles", "comments", "newsletters", "questions", "site"])
# What Python makes a frame for, and no reader would call a function.
PARTS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


@dataclass
class Trace:
    """What `sys.setprofile` sees, as far as it is ours."""

    functions: dict[tuple[str, str], None] = field(default_factory=dict)
    back: list[str] = field(default_factory=list)
    stack: list[FrameType] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """In the order in which they were first entered."""
        return list(dict.fromkeys(path for path, _name in self.functions))

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(OURS) and path.endswith(".py"):
            self.stack.append(frame)
            if not frame.f_code.co_qualname.endswith(PARTS):
                self.enter()
        elif event == "return" and self.stack and self.stack[-1] is frame:
            self.stack.pop()

    def enter(self) -> None:
        *below, caller, frame = [None, None, *self.stack]
        self.functions[path_of(frame), frame.f_code.co_qualname] = None
        if caller and path_of(caller) != path_of(frame):
            waits = [known for known in below if known and path_of(known) == path_of(frame)]
            if waits:
                self.back.append(
                    " → ".join(f"{path_of(f)}: {f.f_code.co_qualname}" for f in (waits[-1], caller, frame))
                )


def path_of(frame: FrameType) -> str:
    return frame.f_code.co_filename.removeprefix(f"{ROOT}/")


class FromTheView:
    """The last middleware: calls the view itself, traced, and renders what it answers."""

    trace: Trace

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        # Before any view the check of the CSRF token reads what was posted; the test client leaves that check out.
        len(request.POST)
        return traced(FromTheView.trace, lambda: rendered(view(request, *args, **kwargs)))


def rendered(response: Any) -> HttpResponse:
    return response.render() if hasattr(response, "render") else response


def traced(trace: Trace, act: Callable[[], Any]) -> Any:
    sys.setprofile(trace)
    try:
        return act()
    finally:
        sys.setprofile(None)


Flow = Callable[[], Callable[[], Any]]
numbers = count(1)


def article() -> Callable[[], Any]:
    address = live_article().get_absolute_url()
    return lambda: Client().get(address)


def comment() -> Callable[[], Any]:
    thread = live_article().thread
    n = next(numbers)
    data = comment_data(thread, email=f"rosa{n}@example.net", body=f"Warmth helped me, and {n} hours of sleep.")
    address = reverse("comments:add", args=[thread.pk])
    # As a browser sends a form without files.
    return lambda: Client().post(address, urlencode(data), content_type="application/x-www-form-urlencoded")


def approve() -> Callable[[], Any]:
    client, waiting = staff("Moderator")[0], create_comment(thread=live_article().thread)
    data = {f"{waiting.pk}-verb": "approve", f"{waiting.pk}-seen": "1.0.pending"}
    return lambda: client.post(f"/admin/comments/desk/{waiting.pk}/decide/", data)


def autosave() -> Callable[[], Any]:
    client, draft = draft_of_somebody()
    rows = [{"text": "A study of sleep.", "url": "https://example.org/sleep"}]
    data = form_data(draft, body=f"{draft.body}<p>And more. [1]</p>", references=rows)
    return lambda: client.post(url("autosave", draft.pk), {**data, "window": "a1"})


def writers_page() -> Callable[[], Any]:
    client, draft = draft_of_somebody()
    return lambda: client.get(url("change", draft.pk))


def live_article() -> Any:
    made = create_article(published=True, body="<h2>One</h2><p>Text.</p>")
    for _n in range(3):
        create_comment(thread=made.thread, status="approved")
    return made


def draft_of_somebody() -> tuple[Client, Any]:
    client, writer = staff("Writer")
    draft = create_article(writer=writer.writer, body="<h2>One</h2><p>Text of a draft. [1]</p>", image=create_image())
    draft.references.create(number=1, text="A study of sleep.", url="https://example.org/sleep")
    revision = adopt(draft, by=writer)
    Note.objects.create(article=draft, revision=revision, by=writer, text="More here?", quote="Text of a draft.")
    return client, draft


def staff(role: str) -> tuple[Client, Any]:
    user = create_user(role=role, byline=role == "Writer")
    client = Client()
    client.force_login(user)
    return client, user


FLOWS: dict[str, Flow] = {
    "GET an article": article,
    "POST a comment": comment,
    "approve at the desk": approve,
    "autosave": autosave,
    "GET the writer's page": writers_page,
}


def follow(flow: Flow, *, whole: bool = False) -> Trace:
    """The way of its second run, from the view on; the `whole` way begins with the middleware."""
    for _run in range(2):
        trace, send = Trace(), flow()
        if whole:
            response = traced(trace, send)
        else:
            FromTheView.trace = trace
            with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, f"{__name__}.FromTheView"]):
                response = send()
        assert response.status_code in {200, 302}, f"{response.status_code}: {response.content[:300]!r}"
    return trace
