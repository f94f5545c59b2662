"""Forms for a decision, and what a moderator is told when somebody was faster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django import forms
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from comments.decisions.comments import decide
from comments.models import (
    AlreadyDecided,
    Comment,
    CommentQuerySet,
    Decision,
    HouseWording,
    OwnWords,
    Seen,
    Status,
    Verb,
)
from comments.models.wording import house_ground
from edge.letters import clean_line, clean_text

MINUTE = timedelta(minutes=1)
# Spam has a key of its own. The number is the key, so a reason keeps its place.
REASONS = [reason for reason in Decision.Reason if reason.value not in {"spam", "withdrawn"}]
TYPED = ("explanation", "ground", "note")


class ReasonForm(forms.Form):
    """Why something is decided: what the person reads, and what only moderators do."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *((reason.value, reason.label) for reason in REASONS)],
        required=False,
        error_messages={"required": gettext_lazy("Please choose a reason: the decision is kept with it.")},
    )
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=2_000, required=False,
        help_text=gettext_lazy("The person reads it."), widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    ground = forms.CharField(
        label=gettext_lazy("Rule or law"), max_length=300, required=False,
        help_text=gettext_lazy("The person reads it."), widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2_000, required=False,
        help_text=gettext_lazy("For moderators only."), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip

    def clean(self) -> None:
        if verb := self.cleaned_data.get("verb"):
            self.say_what_is_missing(Verb(verb))

    def clean_explanation(self) -> str:
        return clean_text(self.cleaned_data["explanation"])

    def clean_ground(self) -> str:
        return clean_line(self.cleaned_data["ground"])

    def clean_note(self) -> str:
        return clean_text(self.cleaned_data["note"])

    @property
    def typed(self) -> dict[str, Any]:
        """What must not be lost when the decision cannot be taken."""
        return {name: self.cleaned_data.get(name) or "" for name in ("reason", *TYPED)}

    def say_what_is_missing(self, verb: Verb) -> None:
        if verb.needs_reason:
            for name, message in unsaid(**self.typed):
                self.add_error(name, message)


class VerbForm(ReasonForm):
    """What to do and why. A button may carry the reason along: "reject.unkind"."""

    verb = forms.ChoiceField(choices=Verb.choices)

    def __init__(self, data: Any = None, *, prefix: str = "", **kwargs: Any) -> None:
        name = f"{prefix}-" if prefix else ""
        verb, _dot, reason = (data or {}).get(f"{name}verb", "").partition(".")
        if reason:
            data = {**data.dict(), f"{name}verb": verb, f"{name}reason": reason}
        super().__init__(data, prefix=prefix or None, **kwargs)


class DecisionForm(VerbForm):
    """One decision about one comment. Its prefix is the comment's number, so a page can hold many."""

    seen = forms.CharField(widget=forms.HiddenInput)

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
        super().clean()
        verb, seen = self.cleaned_data.get("verb"), self.cleaned_data.get("seen")
        if verb and seen and not Verb(verb).is_possible(seen.state):
            self.add_error(None, _("This is not possible for a comment in this state."))

    def decide(self, *, by: User) -> Decision:
        """Raises AlreadyDecided when the comment is no longer as it was seen."""
        verb = Verb(self.cleaned_data["verb"])
        return decide(self.comment, self.cleaned_data["seen"], verb, by=by, **self.typed)


def unsaid(reason: str, explanation: str, ground: str, **_typed: str) -> Iterable[tuple[str, str]]:
    """(field, message) for what the person has a right to know and would not: why, by which rule or law."""
    if not reason:
        yield "reason", _("Please choose a reason: the decision is kept with it.")
    if reason == Decision.Reason.OTHER and not explanation:
        yield "explanation", _("Please say in a few words what the other reason is: the person reads it.")
    if reason == Decision.Reason.UNLAWFUL and not ground and not house_ground(reason):
        yield "ground", _("Please name the law: the person reads it.")


def with_ground(comments: CommentQuerySet, data: Any, pk: int) -> CommentQuerySet:
    """Brings the house's clause along for the reason that was pressed: one query less while somebody waits."""
    reason = data.get(f"{pk}-verb", "").partition(".")[2] or data.get(f"{pk}-reason", "")
    if reason not in Decision.Reason.values:
        return comments
    wording = HouseWording.objects.filter(reason=reason).values("ground")[:1]
    return comments.annotate(house_ground=Coalesce(models.Subquery(wording), models.Value("")))


@dataclass
class Outcome:
    """What came of deciding many; with `decisions` it can be taken back."""

    verb: Verb
    decisions: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join([DONE[self.verb](len(self.decisions)), *self.refused])


DONE = {
    Verb.APPROVE: lambda n: ngettext("%d approved.", "%d approved.", n) % n,
    Verb.KEEP: lambda n: ngettext("%d checked, and fine.", "%d checked, and fine.", n) % n,
    Verb.REJECT: lambda n: ngettext("%d rejected.", "%d rejected.", n) % n,
    Verb.SPAM: lambda n: ngettext("%d marked as spam.", "%d marked as spam.", n) % n,
    Verb.REMOVE: lambda n: ngettext("%d removed.", "%d removed.", n) % n,
}


def decide_many(seen: Iterable[Seen], verb: Verb, *, by: User, **details: Any) -> Outcome:
    """Decides what can be decided; the outcome names who was faster with the rest. All of it is one commit.

    `details`: reason, note, explanation and ground, as in `decide`.
    """
    wanted = {one.pk: one for one in seen}
    outcome, refusals = Outcome(verb), Counter[str]()
    with transaction.atomic():
        # In one order for everybody: two moderators with overlapping selections wait for each other, never in a circle.
        comments = Comment.objects.filter(pk__in=wanted).order_by("pk")
        comments = comments.select_related("thread__opening__author", "parent__author", "author", "writer")
        for comment in comments:
            try:
                outcome.decisions.append(decide(comment, wanted[comment.pk], verb, by=by, **details).pk)
            except AlreadyDecided as refusal:
                new_text = has_new_text(refusal, wanted[comment.pk])
                refusals["" if new_text else decider(refusal.decision)] += 1
    outcome.refused = [sentence(who, n) for who, n in refusals.items()]
    return outcome


def has_new_text(refusal: AlreadyDecided, seen: Seen) -> bool:
    return refusal.comment.state.read_version > seen.state.read_version


def sentence(who: str, n: int) -> str:
    """`who` decided meanwhile; "" when it was the text that changed."""
    if not who:
        return ngettext(
            "%d has a new text and waits for you to read it.", "%d have a new text and wait for you to read them.", n
        ) % (n,)
    return ngettext("%(n)d had already been decided by %(who)s.", "%(n)d had already been decided by %(who)s.", n) % {
        "n": n,
        "who": who,
    }


def decider(decision: Decision | None) -> str:
    if decision and decision.is_withdrawal:
        return _("its writer")
    return decision.by.get_full_name() if decision and decision.by else _("the checks")


def why_refused(refusal: AlreadyDecided, seen: Seen, *, by: User) -> str:
    """For the moderator who was second: what has happened, and that nothing of hers was applied."""
    comment, decision = refusal.comment, refusal.decision
    if isinstance(refusal, OwnWords):
        return _("These are your own words: somebody else decides whether they are fine. Nothing was changed.")
    if has_new_text(refusal, seen):
        return _(
            "%(name)s has changed the text since you read it. Your decision was not applied: please read again."
        ) % {"name": comment.name}
    if decision is None or decision.outcome not in ALREADY:
        return _("This comment has changed since you read it. Your decision was not applied.")
    who = _("You") if decision.by_id == by.pk else decider(decision)
    ago = _("less than a minute") if timezone.now() - decision.at < MINUTE else timesince(decision.at)
    return str(ALREADY[Status(decision.outcome)] % {"who": who, "ago": ago})


ALREADY = {
    Status.PENDING: gettext_lazy("%(who)s put this back to wait %(ago)s ago. Your decision was not applied."),
    Status.APPROVED: gettext_lazy("%(who)s approved this %(ago)s ago. Your decision was not applied."),
    Status.REJECTED: gettext_lazy("%(who)s rejected this %(ago)s ago. Your decision was not applied."),
    Status.SPAM: gettext_lazy("%(who)s marked this as spam %(ago)s ago. Your decision was not applied."),
    Status.REMOVED: gettext_lazy("%(who)s removed this %(ago)s ago. Your decision was not applied."),
    Status.WITHDRAWN: gettext_lazy("Its writer took this back %(ago)s ago. Your decision was not applied."),
}


def was_the_same_click(refusal: AlreadyDecided, seen: Seen, verb: Verb, *, by: User) -> bool:
    """A form sent twice: the first time did what the second asks for."""
    last, state = refusal.decision, seen.state
    version = state.version if verb in {Verb.REMOVE, Verb.KEEP} else state.read_version
    return last is not None and (last.by_id, last.outcome, last.version) == (by.pk, verb.outcome, version)
