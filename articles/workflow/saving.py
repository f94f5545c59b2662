"""Saving what is written: by one person or by several at once, brought back from the history, or given up.

Each save is kept as a revision; `show` puts a content into the columns and rows that readers' pages are made of. While
readers see nothing of an article these follow each save, so that lists and searches know it; later they wait until it is
published.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, Writer
from articles.models import Article, EditorialEvent, Image, Revision, Topic
from articles.models.steps import STEPS, NotAllowed, NotReady, WrongStep, may_discard_draft
from articles.rendering import refresh
from articles.text.content import LISTS, ROWS, TEXTS, Content, changed_parts, empty, fingerprint
from articles.text.merging import Merge, Wording, merge
from articles.workflow.steps import change_status, lock, log, take
from articles.workflow.threads import keep_thread
from edge.richtext import clean_html

# Rows of which other tables a part names.
MADE_OF: dict[str, tuple[type[models.Model], Any]] = {
    "image": (Image, gettext_lazy("The picture")),
    "topic": (Topic, gettext_lazy("The main topic")),
    "other_topics": (Topic, gettext_lazy("A topic")),
    "writers": (Writer, gettext_lazy("A writer")),
}
# Not those that do not break: they are there to be seen.
BLANKS = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = "p|h2|h3|li|ul|ol|blockquote|td|th|tr|table|thead|tbody|caption|figure|figcaption"
BLANKS_AT_EDGES = re.compile(rf" ?(</?(?:{_BLOCKS})(?: [^<>]*)?>) ?")
Status = Article.Status


class Overlap(Exception):
    """Somebody else has changed the same words meanwhile; nothing was saved. `merge` knows both, `article` is as it is
    now, and `mine` is what was to be saved."""

    def __init__(self, merge: Merge, article: Article, mine: Content) -> None:
        super().__init__()
        self.merge, self.article, self.mine = merge, article, mine


@dataclass(frozen=True)
class Choices:
    """How somebody settled each clash ("mine", "theirs" or a Wording), and the edition that she saw them with."""

    edition: int
    sides: tuple[str | Wording, ...]


@dataclass(frozen=True)
class Window:
    """A window of somebody's browser: its name and which of its sends this is, from 1. `after` are name and turn of the
    window whose words were brought back into it."""

    name: str = ""
    turn: int | None = None
    after: tuple[str, int] | None = None

    def sent_before(self) -> models.Q:
        own = models.Q(window=self.name, turn__lt=self.turn) if self.name and self.turn else models.Q(pk=None)
        return own | models.Q(window=self.after[0], turn__lte=self.after[1]) if self.after else own


def write(
    article: Article,
    content: Content,
    *,
    by: User,
    since: int | None,
    choices: Choices | None = None,
    is_autosave: bool = False,
    window: Window = Window(),
) -> Revision:
    """Keeps a new content of the article; returns its revision. The latest one is then `article.latest_revision`.

    `since` is the edition that the person started from. What others have saved after it is merged with hers: her own
    text is kept as a revision, and what comes of both as the next. Where both changed the same words nothing is saved and
    Overlap is raised, unless `choices` settles each clash. Raises WrongStep when she may not change it any more.
    """
    content = {**content, "body": tidied(clean_html(content["body"]))}
    with transaction.atomic():
        now = _locked(article)
        if not now.can_be_edited_by(by):
            raise WrongStep(cannot_be_changed(now))
        before, name = now.content, window.name if is_autosave else ""
        merged = None
        if since != now.edition and content != before:
            merged = _merged_with_others(now, content, by=by, since=since, choices=choices, window=window)
        turn = window.turn if is_autosave else None
        own = _revise(now, content, by=by, is_autosave=is_autosave, window=name, turn=turn)
        if merged is not None:
            _revise(now, merged, by=by, is_autosave=is_autosave, window=name)
        if not now.is_live:
            show(now, now.content, before=before)
        _copy(now, article)
        return own


def cannot_be_changed(article: Article) -> str:
    said = _("This article is %(status)s now and cannot be changed. Nothing was saved.")
    return said % {"status": article.get_status_display()}


def adopt(article: Article, *, by: User | None) -> Revision:
    """What stands in the columns and rows is the latest revision: for what comes in by another way than the desk.

    Of a published article readers see it already.
    """
    with transaction.atomic():
        now = _locked(article)
        revision = _keep(now, now.shown_content(), by=by, begins_draft=False)
        refresh(now)
        if now.is_live:
            Article.objects.filter(pk=now.pk).update(live_revision=revision)
            now.live_revision = revision
            now.note_review()
        _copy(now, article)
        article.body_html = now.body_html
        keep_thread(article)
        return revision


def latest_of(article: Article, by: User | None) -> Revision:
    """The latest revision; made now when the article came in by another way than the desk."""
    return article.latest_revision or adopt(article, by=by)


def discard(article: Article, *, by: User) -> EditorialEvent:
    """What was changed since it was published does not come: the latest text is again the one that readers see."""
    with transaction.atomic():
        lock(article)
        STEPS["discard"].check(article, by)
        if article.live_revision is None:
            raise WrongStep(_("Nothing of this article is published. Nothing was done."))
        _keep(article, article.live_revision.content, by=by, begins_draft=False)
        event = take(article, "discard", by=by, publish_at=None, live_revision=article.latest_revision)
        article.note_review()
        return event


def discard_draft(article: Article, *, by: User) -> EditorialEvent:
    """A draft begun by accident goes, with its history; its name stays in the log."""
    with transaction.atomic():
        lock(article)
        if not may_discard_draft(article, by):
            raise NotAllowed(_("This is no draft of yours, or others have worked on it. Nothing was done."))
        event = EditorialEvent.objects.create(by=by, step="discard_draft", before=article.status, note=str(article))
        article.delete()
        return event


def restore(article: Article, revision: Revision, *, by: User) -> Revision:
    """An earlier text is the latest again; what was latest stays in the history. Raises StepRefused as `write` does."""
    with transaction.atomic():
        lock(article)
        before = article.status
        restored = write(article, revision.content, by=by, since=article.edition)
        log(article, "restore", restored.pk, by=by, note=f"#{revision.number}", before=before)
        return restored


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("latest_revision").get(pk=article.pk)


def _revise(now: Article, content: Content, *, by: User, **kept: Any) -> Revision:
    """What begins beside a published text begins as a draft."""
    edition = now.edition
    revision = _keep(now, content, by=by, **kept)
    if now.edition != edition and now.status == Status.PUBLISHED:
        change_status(now, "revise", Status.DRAFT, by=by)
    return revision


def _copy(now: Article, article: Article) -> None:
    """What the caller holds is what was saved."""
    article.latest_revision, article.live_revision = now.latest_revision, now.live_revision
    article.edition, article.updated_at, article.status = now.edition, now.updated_at, now.status


def _keep(now: Article, content: Content, *, by: User | None, begins_draft: bool = True, **kept: Any) -> Revision:
    """A revision of this content, if it is another one than the latest. `now` is locked, and told of it."""
    latest, digest = now.latest_revision, fingerprint(content)
    if latest is not None and latest.fingerprint == digest:
        return latest
    revision = Revision(article=now, number=now.edition + 1, full=content, fingerprint=digest, by=by, **kept)
    revision.save(force_insert=True)
    if latest is not None:
        latest.make_small(content)
    now.latest_revision, now.edition = revision, revision.number
    changes = {"latest_revision": revision, "edition": revision.number, "is_indexed": False}
    if not (now.is_live and begins_draft):
        # Readers are told when what they read was changed, not when somebody works on the next text.
        changes["updated_at"] = now.updated_at = revision.created_at
    Article.objects.filter(pk=now.pk).update(**changes)
    return revision


def _merged_with_others(
    now: Article, content: Content, *, by: User, since: int | None, choices: Choices | None, window: Window
) -> Content:
    """What comes of this content and of what others have saved since that edition. Raises Overlap when both changed the
    same words and `choices` does not settle it.

    What the same window has sent after `since`, and never heard of, is no one else's: she goes on from there.
    """
    unheard = now.revisions.filter(window.sent_before(), by=by, number__gt=since or 0).first()
    merged = merge(content_at(now, unheard.number if unheard else since), now.content, content)
    sides = choices.sides if choices and choices.edition == now.edition else ()
    if len(merged.clashes) != len(sides):
        raise Overlap(merged, now, content)
    settled = merged.content(sides)
    if sides:
        # What was put in other words came in by no field of the form.
        settled["body"] = tidied(clean_html(settled["body"]))
        for field in (Article.title.field, Article.summary.field):
            settled[field.name] = " ".join(settled[field.name].split())[: field.max_length]
    return settled


def show(article: Article, content: Content, *, before: Content | None = None) -> None:
    """Puts the content into columns and rows, which hold `before` (asked for when it is not given). Raises NotReady when
    its picture, topic or one of its writers was deleted meanwhile, or another article has taken its address."""
    before = article.shown_content() if before is None else before
    changed = changed_parts(before, content)
    for name in changed:
        if name in MADE_OF:
            _be_there(name, content[name])
    if "slug" in changed and Article.objects.filter(slug=content["slug"]).exclude(pk=article.pk).exists():
        raise NotReady(_("Another article has the address “%(slug)s” now. Please choose another one.") % content)
    columns = [name for name in changed if name in (*TEXTS, *ROWS)]
    for name in columns:
        setattr(article, f"{name}_id" if name in ROWS else name, content[name])
    if columns:
        article.save(update_fields=columns)
    _show_lists(article, [name for name in changed if name in LISTS], content)


def content_at(article: Article, edition: int | None) -> Content:
    """What somebody had before her who started from that edition; nothing when there was none. Of one that was folded
    into a later one since (see `articles/drafts/pruning.py`), what stood before it: nothing she had counts as taken out."""
    if not edition or edition > article.edition:
        return empty()
    revision = article.revisions.filter(number__lte=edition).first()
    return revision.content if revision else empty()


def tidied(html: str) -> str:
    """With the blanks that a browser shows: an editor that opens the text drops the others, and that is not a change."""
    return BLANKS_AT_EDGES.sub(r"\1", BLANKS.sub(" ", html))


Span = tuple[datetime, datetime | None]


def when_live(article: Article) -> dict[int, list[Span]]:
    """From when to when readers saw which revision, by its primary key; the end is None while they see it."""
    spans: dict[int, list[Span]] = {}
    now: tuple[int, datetime] | None = None
    moves = article.events.filter(after__in=[Status.PUBLISHED, Status.ARCHIVED]).exclude(before=models.F("after"))
    for event in [*moves.order_by("id"), None]:
        if now is not None and (event is None or event.after == Status.ARCHIVED or event.revision_id != now[0]):
            spans.setdefault(now[0], []).append((now[1], event.at if event else None))
            now = None
        if event is not None and event.after == Status.PUBLISHED and event.revision_id and now is None:
            now = event.revision_id, event.at
    live = article.live_revision
    if live is not None and not any(end is None for _start, end in spans.get(live.pk, [])):
        # It came in by another way than the desk.
        spans.setdefault(live.pk, []).append((article.published_at or live.created_at, None))
    return spans


def _be_there(part: str, value: int | list[int] | None) -> None:
    model, name = MADE_OF[part]
    numbers = value if isinstance(value, list) else [*filter(None, [value])]
    wanted = set(numbers)
    if wanted and model._default_manager.filter(pk__in=wanted).count() < len(wanted):
        raise NotReady(_("%(name)s was deleted meanwhile. Please choose another one.") % {"name": name})


def _show_lists(article: Article, changed: list[str], content: Content) -> None:
    if "other_topics" in changed:
        article.other_topics.set(content["other_topics"])
    if "writers" in changed:
        article.authorships.all().delete()
        article.authorships.bulk_create(
            article.authorships.model(article=article, writer_id=writer, position=position)
            for position, writer in enumerate(content["writers"])
        )
    if "references" in changed:
        article.references.all().delete()
        article.references.bulk_create(
            article.references.model(article=article, **row) for row in content["references"]
        )
