"""Deciding, one or many: what a moderator saw, what she wants, and what to tell her when somebody was faster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from django import forms
from django.db import models, transaction
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from comments.models import MOVES, AlreadyDecided, Comment, Decision, Status

MINUTE = timedelta(minutes=1)


class Verb(models.TextChoices):
    """What a moderator may do; the value is the method of Comment that does it."""

    APPROVE = "approve", gettext_lazy("Approve")
    REJECT = "reject", gettext_lazy("Reject")
    SPAM = "mark_as_spam", gettext_lazy("Spam")
    REMOVE = "remove", gettext_lazy("Remove")

    @property
    def outcome(self) -> Status:
        return OUTCOMES[self]

    @property
    def needs_reason(self) -> bool:
        return self in {Verb.REJECT, Verb.REMOVE}


OUTCOMES = {
    Verb.APPROVE: Status.APPROVED,
    Verb.REJECT: Status.REJECTED,
    Verb.SPAM: Status.SPAM,
    Verb.REMOVE: Status.REMOVED,
}


def verbs_for(status: str) -> list[Verb]:
    return [verb for verb in Verb if status in MOVES[verb.outcome]]


@dataclass(frozen=True)
class Seen:
    """A comment as the moderator read it: a decision holds for this version in this state and for no other."""

    pk: int
    version: int
    status: str

    @classmethod
    def of(cls, comment: Comment) -> Self:
        return cls(comment.pk, comment.version, comment.status)

    @classmethod
    def parse(cls, pk: int, token: str) -> Self:
        """From "2.pending"; ValueError when it is anything else."""
        version, _dot, status = token.partition(".")
        return cls(pk, int(version), Status(status).value)

    def __str__(self) -> str:
        return f"{self.version}.{self.status}"


class DecisionForm(forms.Form):
    """One decision about one comment. Its prefix is the comment's number, so a page can hold many."""

    seen = forms.CharField(widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=Verb.choices)
    reason = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose a reason")), *Decision.Reason.choices], required=False
    )
    note = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)

    def __init__(self, data: Any = None, *, comment: Comment, **kwargs: Any) -> None:
        self.comment = comment
        initial = {"seen": str(Seen.of(comment)), **kwargs.pop("initial", {})}
        super().__init__(data, prefix=str(comment.pk), initial=initial, **kwargs)

    def clean_seen(self) -> Seen:
        try:
            return Seen.parse(self.comment.pk, self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("This form is damaged. Please open the page again.")) from error

    def clean(self) -> None:
        verb, seen = self.cleaned_data.get("verb"), self.cleaned_data.get("seen")
        if not verb or not seen:
            return
        if verb not in verbs_for(seen.status):
            self.add_error(None, _("This is not possible for a comment in this state."))
        for name, message in missing(Verb(verb), self.cleaned_data.get("reason"), self.cleaned_data.get("note")):
            self.add_error(name, message)

    def decide(self, *, by: User) -> Decision:
        """Raises AlreadyDecided when the comment is no longer as it was seen."""
        verb, reason, note = (self.cleaned_data[name] for name in ("verb", "reason", "note"))
        return decide(self.comment, self.cleaned_data["seen"], Verb(verb), by=by, reason=reason, note=note)


def missing(verb: Verb, reason: str | None, note: str | None) -> Iterable[tuple[str, str]]:
    """(field, message) for what a decision still lacks."""
    if verb.needs_reason and not reason:
        yield "reason", _("Please choose a reason: the decision is kept with it.")
    if verb.needs_reason and reason == Decision.Reason.OTHER and not (note or "").strip():
        yield "note", _("Please say in a few words what the other reason is.")


def decide(comment: Comment, seen: Seen, verb: Verb, *, by: User, reason: str = "", note: str = "") -> Decision:
    """Takes the decision on `comment` as it was seen, whatever has been loaded. Raises AlreadyDecided."""
    comment.version, comment.status = seen.version, seen.status
    details = {"note": note}
    if verb is not Verb.SPAM:  # spam is its own reason
        details["reason"] = reason if verb.needs_reason else ""
    decision: Decision = getattr(comment, verb.value)(by=by, **details)
    return decision


@dataclass
class Report:
    """What came of deciding many."""

    verb: Verb
    done: int = 0
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join([DONE[self.verb](self.done), *self.refused])


DONE = {
    Verb.APPROVE: lambda n: ngettext("%d approved.", "%d approved.", n) % n,
    Verb.REJECT: lambda n: ngettext("%d rejected.", "%d rejected.", n) % n,
    Verb.SPAM: lambda n: ngettext("%d marked as spam.", "%d marked as spam.", n) % n,
    Verb.REMOVE: lambda n: ngettext("%d removed.", "%d removed.", n) % n,
}


def decide_many(seen: Iterable[Seen], verb: Verb, *, by: User, reason: str = "", note: str = "") -> Report:
    """Decides what can be decided; the report names who was faster with the rest. All of it is one commit."""
    wanted = {one.pk: one for one in seen}
    report, refusals = Report(verb), Counter[str]()
    with transaction.atomic():
        # In one order for everybody: two moderators with overlapping selections wait for each other, never in a circle.
        comments = Comment.objects.filter(pk__in=wanted).order_by("pk")
        comments = comments.select_related("thread__opening__author", "parent__author", "author", "writer")
        for comment in comments:
            try:
                decide(comment, wanted[comment.pk], verb, by=by, reason=reason, note=note)
                report.done += 1
            except AlreadyDecided as refusal:
                refusals[faster_than_you(refusal, wanted[comment.pk])] += 1
    report.refused = [sentence(who, n) for who, n in refusals.items()]
    return report


def faster_than_you(refusal: AlreadyDecided, seen: Seen) -> str:
    """Who decided meanwhile; empty when it was the text that changed."""
    if refusal.comment.version != seen.version:
        return ""
    return decider(refusal.decision)


def sentence(who: str, n: int) -> str:
    if not who:
        return ngettext(
            "%d has a new text and waits for you to read it.", "%d have a new text and wait for you to read them.", n
        ) % (n,)
    return ngettext("%(n)d had already been decided by %(who)s.", "%(n)d had already been decided by %(who)s.", n) % {
        "n": n,
        "who": who,
    }


def decider(decision: Decision | None) -> str:
    return decision.by.get_full_name() if decision and decision.by else _("the checks")


def why_refused(refusal: AlreadyDecided, seen: Seen, *, by: User) -> str:
    """For the moderator who was second: what has happened, and that nothing of hers was applied."""
    comment, decision = refusal.comment, refusal.decision
    if comment.version != seen.version:
        return _(
            "%(name)s has changed the text since you read it. Your decision was not applied: please read again."
        ) % {"name": comment.name}
    if decision is None:
        return _("This comment has changed since you read it. Your decision was not applied.")
    who = _("You") if decision.by_id == by.pk else decider(decision)
    ago = _("less than a minute") if timezone.now() - decision.at < MINUTE else timesince(decision.at)
    return ALREADY[Status(decision.outcome)] % {"who": who, "ago": ago}


ALREADY = {
    Status.PENDING: gettext_lazy("%(who)s put this back to wait %(ago)s ago. Your decision was not applied."),
    Status.APPROVED: gettext_lazy("%(who)s approved this %(ago)s ago. Your decision was not applied."),
    Status.REJECTED: gettext_lazy("%(who)s rejected this %(ago)s ago. Your decision was not applied."),
    Status.SPAM: gettext_lazy("%(who)s marked this as spam %(ago)s ago. Your decision was not applied."),
    Status.REMOVED: gettext_lazy("%(who)s removed this %(ago)s ago. Your decision was not applied."),
}


def was_the_same_click(refusal: AlreadyDecided, seen: Seen, verb: Verb, *, by: User) -> bool:
    """A form sent twice: the first time did what the second asks for."""
    last = refusal.decision
    return last is not None and (last.by_id, last.outcome, last.version) == (by.pk, verb.outcome, seen.version)
