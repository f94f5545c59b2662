"""Batches: one decision about everything that matches a filter. A moderator asks for it, the worker carries it out.

What is meant is what matched when she asked: what came in, was edited or was decided by somebody later is passed over.
The worker decides in short steps, each a transaction of its own that also says how far it is, so a crash loses nothing
and nobody waits long for a lock. One undo takes all of it back in the same way.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.decisions.comments import decide, undo
from comments.desk.deciding import ReasonForm
from comments.desk.queues import DEFAULT_ORDER, Selection
from comments.models import AlreadyDecided, Batch, Comment, CommentQuerySet, Seen, Verb
from edge.front_page import COUNTED

FRESH = timedelta(hours=1)  # after that a page with a filter has to be looked at again
STEP = 200  # comments
STEP_SECONDS = 0.5  # how long others may have to wait for what a step holds
# Said in words: a batch without a filter is one whose filter has been forgotten.
EVERYTHING = "queue=waiting"
TURN_SECONDS = 5  # then the worker's other jobs have their turn


class BatchForm(ReasonForm):
    """The decision about all that match. `up_to` and `seen_at` say what the moderator could see when she chose."""

    verb = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    up_to = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    seen_at = forms.FloatField(widget=forms.HiddenInput)

    field_order = ["verb", "reason"]

    def __init__(self, data: Any = None, *, selection: Selection, **kwargs: Any) -> None:
        self.selection = selection
        newest = Comment.objects.aggregate(pk=models.Max("pk"))["pk"] or 0
        initial = {"up_to": newest, "seen_at": timezone.now().timestamp()}
        super().__init__(data, initial=initial, **kwargs)
        self.fields["explanation"].help_text = _("Each of them reads it, beside the reason.")
        self.fields["ground"].help_text = _("Empty: as the house has it. What is against the law needs one.")
        self.fields["verb"].choices = [(verb.value, verb.label) for verb in verbs_of(selection)]  # type: ignore[attr-defined]

    def clean_seen_at(self) -> datetime:
        seen, now = self.cleaned_data["seen_at"], timezone.now()
        if not now.timestamp() - FRESH.total_seconds() < seen <= now.timestamp():
            raise forms.ValidationError(_("This page has been open for long. Please open it again and look once more."))
        return datetime.fromtimestamp(seen, tz=UTC)

    def start(self, *, by: User) -> Batch:
        """The same page sent twice starts one batch."""
        return start(self.selection, by=by, **self.cleaned_data)


def verbs_of(selection: Selection) -> list[Verb]:
    """What can be decided about most of what stands in this queue."""
    if selection.queue.waits:
        return [Verb.APPROVE, Verb.REJECT, Verb.SPAM]
    if selection.queue.slug == "reported":
        return [Verb.KEEP, Verb.REMOVE]
    return [Verb.APPROVE, Verb.REMOVE, Verb.SPAM]


def start(
    selection: Selection, verb: str, *, by: User, reason: str = "", note: str = "", explanation: str = "",
    ground: str = "", up_to: int | None = None, seen_at: datetime | None = None,
) -> Batch:  # fmt: skip
    """Writes down what is meant, however much it is: nothing is counted or decided here.

    `up_to` is the newest comment that the moderator could see, `seen_at` when; now, if not given.
    """
    if up_to is None:
        up_to = Comment.objects.aggregate(pk=models.Max("pk"))["pk"] or 0
    batch, _created = Batch.objects.get_or_create(
        by=by, query=filter_of(selection).query or EVERYTHING, verb=Verb(verb).value, created_at=seen_at or timezone.now(),
        defaults={"up_to": up_to, "reason": reason, "note": note, "explanation": explanation, "ground": ground},
    )  # fmt: skip
    return batch


def filter_of(selection: Selection) -> Selection:
    """The same filter without the place in the list that somebody looks at."""
    return replace(selection, zen=False, sorted_by=DEFAULT_ORDER, after="", before="", card=None)


def selection_of(batch: Batch) -> Selection:
    return Selection.parse(QueryDict(batch.query))


def matching(batch: Batch) -> CommentQuerySet:
    """What is still meant: the moderator could see it when she asked, and nobody has touched it since."""
    selection = selection_of(batch)
    moments = ["edited_at", "decided_at"] + ["reported_at"] * (selection.queue.slug == "reported")
    untouched = models.Q()
    for name in moments:
        untouched &= models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__lte": batch.created_at})
    return selection.comments.filter(untouched, pk__lte=batch.up_to)


def bounded_count(comments: CommentQuerySet) -> int:
    """Up to COUNTED + 1; counting further takes too long for a page."""
    return comments.order_by()[: COUNTED + 1].count()


def carry_out_due() -> int:
    """A job of the worker: goes on with the oldest batch for some seconds. Returns how many comments were dealt with."""
    until, dealt = time.monotonic() + TURN_SECONDS, 0
    while time.monotonic() < until and (batch := Batch.objects.due().first()):
        dealt += step(batch.pk)
    return dealt


def step(pk: int) -> int:
    """One short transaction: decides, or takes back, and notes how far it is. Returns how many were dealt with, at
    least 1 while there is more to do. Several workers never work on the same batch at once."""
    if _is_new(pk):
        return 1
    with transaction.atomic():
        batch = Batch.objects.due().select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
        if batch is None:
            return 0
        who = batch.undone_by if batch.status == Batch.Status.UNDOING else batch.by
        # Whoever has left or does not moderate any more decides nothing; and nobody decides in her place.
        if who is None or not who.has_perm("comments.moderate_comment"):
            batch.end(Batch.Status.CANCELLED)
            dealt = 1
        else:
            dealt = _take_back_some(batch, who) if batch.status == Batch.Status.UNDOING else _decide_some(batch, who)
        batch.save(update_fields=["status", "reached", "done", "passed_over", "taken_back", "ended_at"])
    return dealt


def _is_new(pk: int) -> bool:
    """The first look counts, outside of any lock, so that the page can say how far it is."""
    batch = Batch.objects.filter(pk=pk, status=Batch.Status.WAITING).first()
    return batch is not None and batch.begin(expected=matching(batch).count())


def _decide_some(batch: Batch, by: User) -> int:
    left = matching(batch).filter(pk__gt=batch.reached).order_by("pk")
    comments = list(left.select_related("thread__opening__author", "parent__author", "author", "writer")[:STEP])
    dealt = 0
    for comment in _for_a_moment(comments):
        try:
            decide(
                comment, Seen.of(comment), Verb(batch.verb), by=by, reason=batch.reason, note=batch.note,
                explanation=batch.explanation, ground=batch.ground, batch=batch,
            )  # fmt: skip
            batch.done += 1
        except AlreadyDecided:
            batch.passed_over += 1
        batch.reached, dealt = comment.pk, dealt + 1
    if not comments:
        batch.end(Batch.Status.DONE)
        batch.passed_over = max(batch.passed_over, batch.expected - batch.done)
    return dealt or 1


def _take_back_some(batch: Batch, by: User) -> int:
    """What has been decided again since stays as it is now."""
    decisions = batch.decisions.filter(undoes=None, undone=None, pk__gt=batch.reached).order_by("pk")
    found = list(decisions.select_related("comment__thread", "comment__author")[:STEP])
    dealt = 0
    for decision in _for_a_moment(found):
        try:
            if decision.comment:
                undo(decision.comment, decision, by=by)
                batch.taken_back += 1
        except AlreadyDecided:
            pass
        batch.reached, dealt = decision.pk, dealt + 1
    if not found:
        batch.end(Batch.Status.UNDONE)
    return dealt or 1


def _for_a_moment(rows: Iterable[Any]) -> Iterable[Any]:
    """As many of them as fit into a step; at least one."""
    until = time.monotonic() + STEP_SECONDS
    for row in rows:
        yield row
        if time.monotonic() > until:
            return
