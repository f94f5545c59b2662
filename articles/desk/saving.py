"""Saving an article: by the form's buttons, and by itself while somebody types; by one person or by several at once.

The form shows and keeps the content of the latest revision, see `articles/workflow/saving.py`. Beside the buttons, the page's
script (`static/js/writing.js`) posts the same form while somebody types, and is answered in JSON.
"""

from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from articles.desk import checks, conflict, notes, sources, steps
from articles.desk.frame import StaffRequest
from articles.desk.given_back import View, give_back, tell
from articles.forms.articles import ArticleForm, AuthorshipRows, ReferenceRows
from articles.models import Article, Presence, Reference, Revision
from articles.models.steps import StepRefused
from articles.rendering import cited_numbers
from articles.text.content import TEXTS, Content
from articles.text.merging import MINE, THEIRS, Wording
from articles.workflow.saving import Choices, Overlap, Window, cannot_be_changed, content_at, write
from edge.numbers import LARGEST_SMALL, number_in

KEY_LENGTH = 32  # of the names of windows and of new articles


# --- By itself -------------------------------------------------------------------------------------------------------


def begin(request: StaffRequest) -> HttpResponse:
    """A new article, as soon as something is written. Posted twice, it is one."""
    if not Article.can_be_begun_by(request.user):
        return tell(request, _("You may not write articles."), status=403)
    draft_key = key(request.POST.get("draft_key")) or get_random_string(KEY_LENGTH)
    slug = f"new-{draft_key.lower()}"
    with transaction.atomic():  # without her name on it, it would not be hers for whoever looks meanwhile
        article, is_new = Article.objects.get_or_create(draft_key=draft_key, defaults={"slug": slug})
        if is_new:
            give_byline(article, request.user)
    return autosave(request, article)


def autosave(request: StaffRequest, article: Article) -> HttpResponse:
    try:
        own, errors = keep(request, article)
    except Overlap as overlap:
        return JsonResponse({"who": str(getattr(overlap.article.latest_revision, "by", None) or "")}, status=409)
    except StepRefused as refusal:
        return tell(request, str(refusal), status=403)
    return JsonResponse(answer(request, article, own, errors))


def keep(request: StaffRequest, article: Article) -> tuple[Revision, list[tuple[str, str]]]:
    """Keeps what is as it should be of the posted form; of the rest, what was there before. Returns what was kept, and
    what is wrong with the rest."""
    form = ArticleForm(request.POST, instance=article)
    kinds: list[Any] = [ReferenceRows]
    if request.user.has_perm("articles.edit_any_article"):
        kinds.append(AuthorshipRows)
    rows = [kind(request.POST, instance=article, queryset=kind.model.objects.none()) for kind in kinds]
    form.is_valid()
    content = content_of(form, [formset for formset in rows if formset.is_valid()])
    since = started_from(form, article)
    own = write(article, content, by=request.user, since=since, is_autosave=True, window=window(request))
    return own, errors_in(form, rows)


def answer(request: StaffRequest, article: Article, own: Revision, errors: list[tuple[str, str]]) -> dict[str, Any]:
    """All that the page's script hears when its words have arrived."""
    reading = checks.how_it_reads(article.content["body"])
    return {
        "edition": own.number,
        "merged": merged_since(article, own.number, own.content),
        "errors": errors,
        "others": names_of_others(request, article),
        "change": reverse("admin:articles_article_change", args=[article.pk]),
        "autosave_url": reverse("admin:articles_article_autosave", args=[article.pk]),
        "presence_url": reverse("admin:articles_article_presence", args=[article.pk]),
        "preview_url": reverse("admin:articles_article_preview", args=[article.pk]),
        "chip": steps.chip(article),
        "forward": steps.named_forward(article, request.user),
        "checks": render_to_string(checks.LIST, checks.while_writing(article, request.user)),
        "reading": render_to_string(checks.READING, {**reading, "can_mend": True}),
        "marks": reading["marks"],
        "notes": notes.as_list(request, article) if article.notes.exists() else "",
        "sources": sources.notes_on(own.content["references"]),
    }


def presence(request: StaffRequest, article: Article) -> HttpResponse:
    """Who else has it open, and what others have saved since the edition that stands there: for a page on which nobody
    types at the moment."""
    if not article.can_be_edited_by(request.user):
        return tell(request, cannot_be_changed(article), status=403)
    since = number_in(request.POST.get("since")) or 0
    merged = merged_since(article, since, content_at(article, since)) if 0 < since < article.edition else None
    return JsonResponse({"edition": article.edition, "others": names_of_others(request, article), "merged": merged})


def logged_in(request: StaffRequest) -> HttpResponse:
    """Where the small window ends in which somebody logged in again: it tells the page behind it, and closes."""
    context = {**admin.site.each_context(request), "title": _("Logged in again")}
    return render(request, "admin/articles/logged_in.html", context)


def keeping_along(view: View) -> View:
    """The buttons of notes and links belong to the article's form: without the page's script, what was typed beside them
    comes along, and is kept first."""

    @wraps(view)
    def wrapper(request: StaffRequest, article: Article, **kwargs: Any) -> HttpResponseBase:
        if "started_from" in request.POST and article.can_be_edited_by(request.user) and not is_kept(request, article):
            return give_back(request, _("Not everything on the page could be saved."), status=409)
        return view(request, article, **kwargs)

    return wrapper


def is_kept(request: StaffRequest, article: Article) -> bool:
    try:
        _own, errors = keep(request, article)
    except (Overlap, StepRefused):
        return False
    return not errors


# --- By the form's buttons -------------------------------------------------------------------------------------------


def take_in(view: View, request: StaffRequest, **kwargs: Any) -> HttpResponseBase:
    """Around Django's view of the form. What was pasted as a source becomes one of its rows first."""
    sources.add_pasted(request)
    try:
        return view(request, **kwargs)
    except Overlap as overlap:
        return conflict.ask_which(request, overlap)
    except StepRefused as refusal:
        return give_back(request, str(refusal), status=409)


def save(request: StaffRequest, form: Any, formsets: list[Any], *, is_new: bool) -> None:
    """The content of an article that has its row. Raises Overlap and StepRefused."""
    article = form.instance
    content = content_of(form, formsets)
    since = article.edition if is_new else started_from(form, article)
    write(article, content, by=request.user, since=since, choices=chosen(request.POST), window=window(request))
    mention_lost_markers(request, content)
    if not is_new:
        notes.add_half_written(request, article)


def mention_lost_markers(request: HttpRequest, content: Content) -> None:
    there = {row["number"] for row in content["references"]}
    if lost := sorted(cited_numbers(content["body"]) - there):
        text = ngettext(
            "The text points at [%(numbers)s], but there is no source with this number.",
            "The text points at [%(numbers)s], but there are no sources with these numbers.",
            len(lost),
        )
        messages.warning(request, text % {"numbers": ", ".join(map(str, lost))})


def begun_by(request: StaffRequest) -> Article | None:
    """The article that this page has begun already."""
    draft_key = key(request.POST.get("draft_key"))
    begun = Article.objects.filter(draft_key=draft_key).first() if draft_key else None
    return begun if begun and begun.can_be_edited_by(request.user) else None


def own_key(request: StaffRequest) -> str | None:
    """None when an article has it that she can no longer go on with: this will be another one. One that has begun at this
    moment is hers, and the database refuses a second one."""
    draft_key = key(request.POST.get("draft_key"))
    is_hers = draft_key and (begun_by(request) or not Article.objects.filter(draft_key=draft_key).exists())
    return draft_key if is_hers else None


def give_byline(article: Article, user: User) -> None:
    if hasattr(user, "writer") and not article.authorships.exists():
        article.authorships.create(writer=user.writer)


# --- What was posted -------------------------------------------------------------------------------------------------


def content_of(form: Any, formsets: list[Any]) -> Content:
    content: Content = form.content()
    for formset in formsets:
        formset.save()
        rows = formset.part()
        # The byline is never empty: whoever wrote it would lose sight of it.
        if formset.model is Reference or rows:
            content["references" if formset.model is Reference else "writers"] = rows
    return content


def started_from(form: Any, article: Article) -> int | None:
    """The edition; a page that has begun the article itself, and not heard of it, started from its own first words."""
    since: int | None = form.cleaned_data.get("started_from")
    begun_here = article.draft_key and form.cleaned_data.get("draft_key") == article.draft_key
    return min(1, article.edition) if begun_here and not since else since


def merged_since(article: Article, number: int, posted: Content) -> dict[str, Any] | None:
    """What others have added to what was posted: the parts with new values, and the edition; None when nothing was."""
    latest = article.latest_revision
    if latest is None or latest.number <= number:
        return None
    content = latest.content
    return {
        "edition": latest.number,
        "texts": {name: content[name] for name in TEXTS if content[name] != posted[name]},
        "more": any(content[name] != posted[name] for name in content.keys() - set(TEXTS)),
    }


def errors_in(form: ArticleForm, formsets: list[Any]) -> list[tuple[str, str]]:
    """(label, what is wrong) of what was not kept."""
    wrong = [
        (str(form.fields[name].label or name), str(errors[0]))
        for name, errors in form.errors.items()
        if name in form.fields
    ]
    return wrong + [
        (str(formset.model._meta.verbose_name), str(next(iter(errors.values()))[0]))
        for formset in formsets
        for errors in formset.errors
        if errors
    ]


def names_of_others(request: StaffRequest, article: Article) -> list[str]:
    """Says that this person is here, and tells who else is."""
    if name := window(request).name:
        here = {"user": request.user, "seen_at": timezone.now()}
        Presence.objects.update_or_create(article=article, window=name, defaults=here)
    others = Presence.objects.on(article).exclude(user=request.user).select_related("user")
    return sorted({str(presence.user) for presence in others})


def window(request: HttpRequest) -> Window:
    name, _colon, turn = request.POST.get("after", "").partition(":")
    before = number_in(turn)
    after = (key(name), before) if key(name) and before else None
    return Window(key(request.POST.get("window")), number_in(request.POST.get("turn"), LARGEST_SMALL), after)


def key(typed: str | None) -> str:
    return typed if typed and typed.isalnum() and typed.isascii() and len(typed) <= KEY_LENGTH else ""


def chosen(post: Any) -> Choices | None:
    """How each clash was settled, when the person was asked."""
    edition = number_in(post.get("settled_with"))
    if edition is None:
        return None
    sides = [(post[f"choice-{n}"], post.get(f"other-{n}", "")) for n in range(len(post)) if f"choice-{n}" in post]
    return Choices(edition, tuple(settled(*side) for side in sides))


def settled(side: str, words: str) -> str | Wording:
    if side == "other":
        return Wording(words.replace("\r\n", "\n"))
    return side if side in {MINE, THEIRS} else THEIRS
