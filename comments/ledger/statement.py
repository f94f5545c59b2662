"""Statements of reasons: why something was turned down, removed or limited, as the person reads it and as Article 17 of
the EU Digital Services Act asks for it, with its six points (a) to (f). One text for her page, her letter and the preview at
the desk. Spam gets none (Article 17, paragraph 2)."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.models.moves import State
from comments.models.record import Decision
from comments.models.wording import wording_of

Reason, Outcome, Source = Decision.Reason, Decision.Outcome, Decision.Source

DONE: dict[str, Promise] = {
    Outcome.REJECTED: gettext_lazy("What you wrote was not published."),
    Outcome.REMOVED: gettext_lazy("What you wrote was taken off its page."),
    Outcome.HOLD: gettext_lazy("Whatever you write waits until a moderator has read it."),
    Outcome.MUTE: gettext_lazy("You cannot write here."),
    Outcome.BLOCK: gettext_lazy("You cannot write, report or rate here."),
}
EDIT_TURNED_DOWN = gettext_lazy("Your new wording was not published. The one that was online before stays.")
PROMPTED: dict[str, Promise] = {
    Source.OWN: gettext_lazy("We read what is written here; nobody had complained."),
    Source.REPORT: gettext_lazy("A reader had reported it."),
    Source.NOTICE: gettext_lazy("Somebody had sent us a notice that it is illegal (Digital Services Act, Article 16)."),
    Source.APPEAL: gettext_lazy("We looked at it again after an appeal."),
}


@dataclass(frozen=True)
class Statement:
    """Sentences, in the order of Article 17(3)."""

    restriction: str
    where: str
    how_long: str
    facts: str  # in the words of the house
    explanation: str  # in the moderator's own; "" when she added nothing
    prompted: str
    machine: str
    law: str
    clause: str
    redress: str


def statement_of(decision: Decision) -> Statement:
    """Of a decision that needs one (`needs_statement`). One query."""
    words, ground = wording_of(decision.reason)
    ground = decision.ground or ground
    unlawful = decision.reason == Reason.UNLAWFUL
    return Statement(
        restriction=str(EDIT_TURNED_DOWN if turned_down_an_edit(decision) else DONE[decision.outcome]),
        where=_("This holds in %(place)s,") % {"place": decision.territory}
        if decision.territory
        else _("This holds everywhere,"),
        how_long=how_long(decision),
        facts=words,
        explanation=decision.explanation,
        prompted=str(PROMPTED[decision.source]),
        machine=machine(decision),
        law=ground if unlawful else "",
        clause="" if unlawful else ground,
        redress=_(
            "You can ask for another pair of eyes, once, until %(date)s: a moderator who did not decide this looks at it "
            "again. You can also turn to a certified dispute settlement body in the European Union, or to a court."
        )
        % {"date": day(decision.appeal_until)},
    )


def how_long(decision: Decision) -> str:
    if decision.until:
        return _("until %(date)s.") % {"date": day(decision.until)}
    return _("for good.") if decision.outcome in {Outcome.REJECTED, Outcome.REMOVED} else _("until we lift it.")


def turned_down_an_edit(decision: Decision) -> bool:
    return decision.outcome == Outcome.REJECTED and decision.waited == decision.version > 0


def machine(decision: Decision) -> str:
    if decision.by_number is None and decision.by_id is None:
        return _("A program decided this; nobody has read it yet.")
    if decision.machine_found:
        return _("A program had marked it for us to read. A person read it and decided.")
    return _("A person read it and decided. No program took part.")


def day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def preview(state: State, outcome: str, *, by: User, reason: str, **said: Any) -> SafeString:
    """What the person will read when `by` decides so about a comment in this state; `said` is what `decisions.comments`
    takes (explanation, ground, source, machine_found, territory, until). Nothing is kept. "" when she reads nothing."""
    decision = Decision(
        outcome=outcome, reason=reason, by=by, by_number=by.pk, before=state.status, stood=state.version,
        waited=state.waiting or 0, version=state.read_version, **said,
    )  # fmt: skip
    if not reason or not decision.needs_statement:
        return SafeString("")
    return rendered(decision)


def rendered(decision: Decision) -> SafeString:
    return render_to_string("comments/statement.html", {"statement": statement_of(decision)})
