"""Notes to whoever writes an article: said, resolved, opened again and taken back, each with a line in the log."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Note
from articles.models.notes import MAX_NOTE, MAX_QUOTE, MOST_OPEN, may_resolve
from articles.models.steps import NotAllowed, NotReady
from articles.workflow.steps import log


def add_note(article: Article, *, by: User, text: str, quote: str = "") -> Note:
    """Says something about one paragraph, known by its words, or with an empty quote about the whole article.

    Said twice it stands there once. Raises NotAllowed or NotReady.
    """
    # PostgreSQL keeps no NUL, and a note comes by other ways than a form, which would refuse it.
    text, quote = (words.replace("\x00", "") for words in (text, quote))
    text, quote = text.strip(), " ".join(quote.split())[:MAX_QUOTE]
    if not Article.objects.drafts_open_to(by).filter(pk=article.pk).exists():
        raise NotAllowed(_("Notes are for those who may read this draft."))
    if not text:
        raise NotReady(_("Please write what the note should say."))
    if len(text) > MAX_NOTE:
        raise NotReady(_("A note can have %(limit)s characters at most.") % {"limit": MAX_NOTE})
    with transaction.atomic():
        list(Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).values_list("pk"))
        same = Note.objects.open().filter(article=article, by=by, text=text, quote=quote).first()
        if same is not None:
            return same
        _leave_room(article)
        note = article.notes.create(revision=article.latest_revision, by=by, text=text, quote=quote)
        _log(note, "note", by)
        return note


def resolve_note(note: Note, *, by: User) -> None:
    """It is done with. Once, however often somebody says so. Raises NotAllowed."""
    _settle(note, "resolve_note", by, {"resolved_at": None}, resolved_at=timezone.now(), resolved_by=by)


def reopen_note(note: Note, *, by: User) -> None:
    """It is not done with after all. Raises NotAllowed or NotReady."""
    _settle(note, "reopen_note", by, {"resolved_at__isnull": False}, resolved_at=None, resolved_by=None)


def take_back_note(note: Note, *, by: User) -> None:
    """Its writer did not mean it. Raises NotAllowed."""
    if not note.can_be_taken_back_by(by):
        raise NotAllowed(_("Only whoever wrote a note can take it back, as long as it is open."))
    with transaction.atomic():
        if Note.objects.open().filter(pk=note.pk).delete()[0]:
            _log(note, "take_back_note", by)


def _settle(note: Note, step: str, by: User, before: dict[str, Any], **changes: Any) -> None:
    if not may_resolve(note.article, by):
        raise NotAllowed(_("Only the writers of an article and its editors settle notes."))
    if changes["resolved_at"] is None:
        _leave_room(note.article)
    with transaction.atomic():
        if Note.objects.filter(pk=note.pk, **before).update(**changes):
            _log(note, step, by)
    for field, value in changes.items():
        setattr(note, field, value)


def _leave_room(article: Article) -> None:
    if article.notes.open().count() >= MOST_OPEN:
        said = _("%(limit)s notes are open, and that is the most there can be. Please resolve some first.")
        raise NotReady(said % {"limit": MOST_OPEN})


def _log(note: Note, step: str, by: User) -> None:
    article = Article.objects.only("status").get(pk=note.article_id)
    log(article, step, note.revision_id, by=by, note=Truncator(note.text).words(12))
