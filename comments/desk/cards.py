"""Cards: each has everything a moderator needs for one decision. Made for a whole page at once, with few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from comments.desk.deciding import REASONS, TYPED, DecisionForm
from comments.desk.events import NOTICE, TABLES, Event
from comments.desk.highlight import compared, folded, is_compared_as_a_whole
from comments.desk.keys import key_for
from comments.desk.people import EARLIER, Person, attach_earlier, person_of, sanction_on_its_writer
from comments.desk.queues import Selection, bounded_counts
from comments.intake.reports import SHOWN
from comments.letters.comment_letters import why_not_mailed
from comments.models import UNDO_MINUTES, Comment, CommentQuerySet, Decision, HouseRules, Sanction, Seen, Version
from comments.models.moves import Verb, verbs_for
from comments.models.signals import Signal
from edge.front_page import COUNTED
from edge.models import Letter
from edge.templatetags.ages import age

# So many of a group are decided while somebody waits for it.
AT_ONCE = 100
COUNTS_OTHERS = {"repeat", "near_repeat"}  # signals that count the same texts, as it was when this one came in
# Reports, notes, messages and decisions of one page of cards; nobody reads more on a card.
STORY = 300


@dataclass
class Card:
    comment: Comment
    form: DecisionForm
    story: list[Event] = field(default_factory=list)
    person: Person | None = None
    like_this: int = 0  # near-identical ones that wait, itself among them; counted to COUNTED
    told: str = ""  # what went wrong with a decision
    minutes: int = 0  # until somebody in danger is answered
    user: User | None = None
    group: str = ""  # the query string under which all of its group stand
    is_known: bool = False  # said in the drawer of a list and on the comment's own page

    @cached_property
    def state(self) -> Any:
        return self.comment.state

    @property
    def seen(self) -> Seen:
        return Seen.of(self.comment)

    @property
    def text(self) -> str:
        """The words to judge: those that wait, else those that stand."""
        waiting = getattr(self.comment, "waiting_body", None)
        return self.comment.body if waiting is None else waiting

    @cached_property
    def signals(self) -> list[Signal]:
        """What was noticed, the heaviest first. How many others a group has, its heading says as it is now."""
        said = [signal for signal in self.comment.reasons if not (self.is_group and signal.code in COUNTS_OTHERS)]
        return sorted(said, key=lambda signal: -signal.points)

    @property
    def points(self) -> int:
        return sum(signal.points for signal in self.comment.reasons)

    @cached_property
    def words(self) -> tuple[SafeString, SafeString, bool]:
        return folded(self.text, [spot for signal in self.comment.reasons for spot in signal.spots])

    @property
    def difference(self) -> SafeString | str:
        """For an approved comment with a newer text: the old and the new one, compared."""
        return compared(self.comment.body, self.text) if self.comment.waiting_version else ""

    @property
    def is_compared_as_a_whole(self) -> bool:
        return is_compared_as_a_whole(self.comment.body, self.text)

    @property
    def choices(self) -> list[tuple[Verb, str, Any]]:
        """(verb, name of its key, label) for everything that can be decided now.

        Nothing is found fine that nobody complained of.
        """
        verbs = [verb for verb in verbs_for(self.state) if verb is not Verb.KEEP or self.comment.reported_at]
        return [(verb, key_for(verb, self.state), self._label(verb)) for verb in verbs]

    def _label(self, verb: Verb) -> Any:
        if self.comment.waiting_version and verb in {Verb.REMOVE, Verb.KEEP}:
            return _("Remove all of it") if verb is Verb.REMOVE else _("The old words are fine")
        return verb.label

    @property
    def is_turned_down(self) -> bool:
        """Approving it after all is possible, and not what is expected."""
        return self.state.read_status not in {Comment.Status.PENDING, Comment.Status.APPROVED}

    @property
    def is_approval_expected(self) -> bool:
        """Its button is the loud one; of somebody in danger not before she was written to."""
        return not self.is_group and not self.is_turned_down and (not self.comment.is_crisis or self.is_written_to)

    @property
    def is_written_to(self) -> bool:
        """Somebody wrote to the person since she, or a reader of hers, called for help."""
        return any(event.kind == "message" for event in self._since_the_call)

    @property
    def is_answered(self) -> bool:
        """Something reached her since: a letter has left, or the house answered where everybody reads it."""
        return any(event.kind == "answer" or event.source == Letter.Status.SENT for event in self._since_the_call)

    @property
    def _since_the_call(self) -> list[Event]:
        since = self.comment.open_since
        words = [event for event in self.story if event.kind in {"message", "answer"}]
        return [event for event in words if since is None or event.at >= since]

    @property
    def why_not_mailed(self) -> str:
        """Why a message to the person stands on her private page only; "" when a letter carries it."""
        return why_not_mailed(self.comment)

    @property
    def is_group(self) -> bool:
        return self.like_this > 1 and not self.comment.is_crisis

    @property
    def named(self) -> str:
        """What the names of the fields begin with: a decision about a group is not about this one comment."""
        return "" if self.is_group else f"{self.form.prefix}-"

    @property
    def is_big(self) -> bool:
        """Too many to decide while somebody waits: that is a batch."""
        return self.like_this > AT_ONCE

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        """(number, value, label)."""
        return reasons(get_language() or "")

    @property
    def opens_panel(self) -> bool:
        """Something was typed into the panel of reasons, or is missing there."""
        return bool(self.form.errors or any(self.form.initial.get(name) for name in ("explanation", "ground", "note")))

    @property
    def typed(self) -> list[str]:
        """What somebody had typed for a decision that was not taken."""
        return [text for name in TYPED if self.told and (text := self.form.initial.get(name))]

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        """The story by its kinds: {"decision": what people decided, "report": …, "note": …, "message": …, "answer": …}."""
        events = defaultdict(list)
        for event in self.story:
            events[event.kind].append(event)
        return events

    @property
    def reports(self) -> list[Event]:
        """Those that are open: notices first, then the oldest; not all of them, see first_reports."""
        return sorted(self.events["report"], key=lambda report: (report.what != NOTICE, report.number))

    @property
    def reported(self) -> int:
        return next((report.by_number or 0 for report in self.reports), 0)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """(label, how many) of each reason, the most frequent first."""
        counts = {report.title: report.version for report in self.reports}
        return sorted(counts.items(), key=lambda pair: -pair[1])

    @property
    def reported_words(self) -> list[Event]:
        return [report for report in self.reports if report.text or report.what == NOTICE][:SHOWN]

    @property
    def last(self) -> Event | None:
        decisions = [event for event in self.events["decision"] if event.what in Comment.Status.values]
        return max(decisions, key=lambda event: event.number, default=None)

    @property
    def may_be_undone(self) -> bool:
        last, edited = self.last, self.comment.edited_at
        if not last or last.undoes or last.is_withdrawal or last.source == Decision.Source.APPEAL:
            return False
        return not (edited and edited > last.at) and timezone.now() - last.at < timedelta(minutes=UNDO_MINUTES)

    @property
    def is_much(self) -> bool:
        return self.like_this > COUNTED

    @property
    def _reader(self) -> User | None:
        """Who reads it just now."""
        seat = getattr(self.comment, "seat", None)
        return seat.user if seat and seat.claimed_until and seat.claimed_until > timezone.now() else None

    @property
    def claimed_by(self) -> User | None:
        """Another moderator who reads it."""
        return self._reader if self._reader != self.user else None

    @property
    def is_mine(self) -> bool:
        return self._reader is not None and self._reader == self.user

    @property
    def sanction(self) -> str:
        kind = getattr(self.comment, "sanction", None)
        return str(Sanction.Kind(kind).label) if kind else ""

    @property
    def due_at(self) -> datetime | None:
        """When somebody in danger should have been answered: her words wait, or are online and somebody called us."""
        since = self.comment.open_since
        return since + timedelta(minutes=self.minutes) if self.comment.is_crisis and since else None

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now() and not self.is_answered

    @property
    def moments(self) -> list[tuple[datetime, str]]:
        """(when, what that is the age of, in words): how long it waits; else since when it is reported, when it was decided,
        and when it was written."""
        comment, now = self.comment, timezone.now()
        if comment.waits_since:
            return [(comment.waits_since, _("waits %(age)s") % {"age": age(comment.waits_since)})]
        told = [
            (comment.reported_at, _("reported %(age)s ago")), (comment.decided_at, _("decided %(age)s ago")),
            (comment.created_at, _("written %(age)s ago")),
        ]  # fmt: skip
        return [(moment, words % {"age": age(moment)}) for moment, words in told if moment and moment <= now]

    @property
    def promise(self) -> str:
        """How soon somebody in danger is answered."""
        if not self.due_at:
            return ""
        if self.is_answered:
            return _("was written to")
        now = timezone.now()
        late, left = ({"time": timesince(*times)} for times in ((self.due_at, now), (now, self.due_at)))
        if self.is_written_to:
            # The clock goes on: words that nobody has read are no answer.
            if self.is_overdue:
                return _("written, but nothing has reached the person, %(time)s after the promise") % late
            return _("written, but nothing has reached the person; %(time)s left") % left
        return _("overdue for %(time)s") % late if self.is_overdue else _("answer within %(time)s") % left


@cache
def reasons(language: str) -> list[tuple[int, str, str]]:
    """Written on every card, so looked up once for each language."""
    return [(n, reason.value, str(reason.label)) for n, reason in enumerate(REASONS, start=1)]


def dressed(rows: CommentQuerySet) -> CommentQuerySet:
    """With all that a card tells of the comment itself."""
    waiting = Version.objects.filter(comment=models.OuterRef("pk"), number=models.OuterRef("waiting_version"))
    return rows.select_related("thread", "opens", "parent__writer", "author", "writer", "seat__user").annotate(
        waiting_body=models.Subquery(waiting.values("body")[:1]), sanction=sanction_on_its_writer()
    )


def cards_of(comments: list[Comment], user: User, *, selection: Selection, minutes: int | None) -> list[Card]:
    """For a list: three queries, however many there are."""
    attach_earlier(comments)
    stories, groups, minutes = stories_of(comments), groups_of(comments, selection), promise(comments, minutes)
    return [
        Card(
            comment, DecisionForm(comment=comment), stories[comment.pk],
            like_this=groups.get(comment.cluster_id or 0, 0), minutes=minutes, user=user,
            group=selection.address(cluster=comment.cluster_id, zen=False),
        )
        for comment in comments
    ]  # fmt: skip


def card_of(
    comment: Comment, user: User, *, form: DecisionForm | None = None, minutes: int | None = None, **fields: Any
) -> Card:
    """For a card by itself, with its person."""
    form, person, minutes = form or DecisionForm(comment=comment), person_of(comment), promise([comment], minutes)
    comment.earlier = person.earlier[:EARLIER]  # type: ignore[attr-defined]
    return Card(comment, form, stories_of([comment])[comment.pk], person, user=user, minutes=minutes, **fields)


def promise(comments: Iterable[Comment], minutes: int | None) -> int:
    """In how many minutes somebody in danger is answered, if there is anybody; asked where it is not known yet."""
    if minutes is None and any(comment.is_crisis for comment in comments):
        return HouseRules.current().crisis_minutes
    return minutes or 0


def groups_of(comments: Iterable[Comment], selection: Selection) -> dict[int, int]:
    """How many of each cluster match what is looked at, where those are one row."""
    clusters = list(dict.fromkeys(comment.cluster_id for comment in comments if comment.cluster_id))
    if not selection.folds or not clusters:
        return {}
    members = [selection.members(cluster) for cluster in clusters]
    return {cluster: n for cluster, n in zip(clusters, bounded_counts(members), strict=True) if n > 1}


def stories_of(comments: Iterable[Comment]) -> dict[int, list[Event]]:
    """What happened to each, oldest first. One query over five tables."""
    about = [comment.pk for comment in comments]
    first, *others = (rows_of(about) for rows_of in TABLES)
    rows = first.union(*others)
    stories: dict[int, list[Event]] = defaultdict(list)
    for row in rows.order_by("-at")[:STORY]:
        kind, comment, at, by, mail, by_number, what, reason, text, number, version, undoes, source = row
        name = by or (mail or "").partition("@")[0]
        stories[comment].append(Event(kind, at, name, by_number, what, reason, text, number, version, undoes, source))
    return defaultdict(list, {comment: events[::-1] for comment, events in stories.items()})
