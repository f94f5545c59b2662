"""Notes to the writer: said beside the text, led to their paragraph, and resolved one by one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from articles.desk.frame import StaffRequest, to
from articles.desk.given_back import asked_by_script, refuse
from articles.drafts import note_places
from articles.models import Article, Note
from articles.models.steps import NotAllowed, StepRefused
from articles.workflow.notes import add_note
from edge.numbers import number_in

LIST = "admin/articles/article/notes_list.html"


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    if article is None or not (about := note_places.about(article, request.user)):
        return {}
    return about | {
        "note_places": note_places.choices(article),
        "note_about": request.POST.get("note_about") or request.GET.get("about", ""),
        "note_text": request.POST.get("note_text", ""),
    }


def as_list(request: StaffRequest, article: Article) -> str:
    """The notes as they are now; "" for whoever may not read them."""
    about = note_places.about(article, request.user)
    return render_to_string(LIST, {**about, "user": request.user}) if about else ""


def add(request: StaffRequest, article: Article) -> HttpResponse:
    return noted(request, article, lambda: add_typed(request, article))


def settle(request: StaffRequest, article: Article, number: int, act: Callable[..., object]) -> HttpResponse:
    note = get_object_or_404(article.notes.select_related("article"), pk=number)
    return noted(request, article, lambda: act(note, by=request.user))


def noted(request: StaffRequest, article: Article, act: Callable[[], object]) -> HttpResponse:
    """Answers the page's script with the notes as they are then, and leads a form to them."""
    try:
        act()
    except StepRefused as refusal:
        return refuse(request, str(refusal), status=403 if isinstance(refusal, NotAllowed) else 400)
    if asked_by_script(request):
        return HttpResponse(as_list(request, article))
    return to("article_change", article.pk, place="#notes")


def add_half_written(request: StaffRequest, article: Article) -> None:
    """Whoever saves the page with a note half written means the note, too."""
    if request.POST.get("note_text", "").strip():
        try:
            add_typed(request, article)
        except StepRefused as refusal:
            messages.error(request, str(refusal))


def add_typed(request: StaffRequest, article: Article) -> Note:
    """About the paragraph that the script has quoted, or that was chosen from the list."""
    quote = request.POST.get("note_quote", "")
    place = number_in(request.POST.get("note_about"))
    if not quote and place is not None:
        quote = "".join(note_places.paragraphs_of(article.content["body"])[place : place + 1])
    return add_note(article, by=request.user, text=request.POST.get("note_text", ""), quote=quote)
