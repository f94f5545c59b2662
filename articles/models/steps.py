"""The steps an article can take, as a table: from which status to which, who may, and what has to be said with it.

The acts in `articles/workflow/` take them; the admin draws its buttons from `allowed_steps`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.four_eyes import SEEN_BY_ANOTHER, TAKEN_BY_ANOTHER, objection

if TYPE_CHECKING:
    from accounts.models import User
    from articles.models import Article


class StepRefused(Exception):
    """A step was not taken and nothing has changed. Its text is a sentence for the person who tried."""


class NotAllowed(StepRefused):
    """This person may not take this step with this article."""


class WrongStep(StepRefused):
    """The article is no longer where it was when it was read, or the step does not lead on from there."""


class NotReady(StepRefused):
    """Something that the step needs is missing: a text, a note, a reviewer's profession."""


def may_write(article: Article, user: User) -> bool:
    if user.has_perm("articles.edit_any_article"):
        return True
    return user.has_perm("articles.change_article") and article.is_by(user)


def may_publish(article: Article, user: User) -> bool:
    return user.has_perm("articles.publish_article")


def may_review(article: Article, user: User) -> bool:
    """Never her own: neither what readers see nor what will be published with her name."""
    return user.has_perm("articles.review_article") and not (article.is_by(user) or article.will_be_by(user))


def may_start_review(article: Article, user: User) -> bool:
    return may_publish(article, user) or may_review(article, user)


def may_send_back(article: Article, user: User) -> bool:
    in_review = article.status == article.Status.IN_REVIEW
    return may_publish(article, user) or (in_review and may_review(article, user))


def may_discard_draft(article: Article, user: User) -> bool:
    """It goes for good, so readers never saw it, it stands in no plan, and at most one person has worked on it."""
    if article.status != article.Status.DRAFT or article.published_at or hasattr(article, "part"):
        return False
    people: set[int | None] = {
        *article.revisions.values_list("by", flat=True),
        *article.events.values_list("by", flat=True),
    }
    return len(people - {None}) < 2 and may_write(article, user)


def is_to_be_live(article: Article) -> bool:
    return article.is_live or article.status == article.Status.SCHEDULED


def waits_for_review(article: Article) -> bool:
    return article.is_live and article.is_to_be_reviewed


@dataclass(frozen=True)
class Step:
    name: str
    label: Any  # what the button says
    done: Any  # what the page says afterwards
    before: frozenset[str]
    after: str  # "": the status stays as it is
    may: Callable[[Article, User], bool]
    asks: str = ""  # which form: what the person has to say first, see `articles/forms/steps.py`
    weight: str = "plain"  # "main" for the way forward, "beside" for the other ways from there, "alarm" for the way out
    label_again: Any = ""  # what the button says while readers see an earlier text
    needs: Callable[[Article], Any] | None = None  # what else must be so, besides the status
    eyes: str = ""  # what it asks for where the site wants four eyes, see `articles/models/four_eyes.py`

    def label_for(self, article: Article) -> Any:
        """What is published already is not published once more: its changes are."""
        return self.label_again if self.label_again and article.is_live else self.label

    def fits(self, article: Article) -> bool:
        """Whether it leads on from where the article is, whoever may take it."""
        return article.status in self.before and (self.needs is None or bool(self.needs(article)))

    def check(self, article: Article, by: User) -> None:
        """Raises NotAllowed or WrongStep."""
        if not self.may(article, by):
            raise NotAllowed(self._refusal(article, by))
        if not self.fits(article):
            raise WrongStep(
                gettext("“%(step)s” does not go with an article that is %(status)s. Nothing was done.")
                % {"step": self.label, "status": article.get_status_display()}
            )
        if self.eyes and (objects := objection(article, by, self.eyes)):
            raise NotAllowed(objects)

    def _refusal(self, article: Article, by: User) -> str:
        if by.has_perm("articles.review_article") and (article.is_by(by) or article.will_be_by(by)):
            return gettext("You wrote this article, so somebody else has to review it.")
        return gettext("“%(step)s” is for others to do with this article.") % {"step": self.label}


ON_ITS_WAY = frozenset({"draft", "submitted", "in_review", "approved", "scheduled"})
ALL_BUT_ARCHIVED = ON_ITS_WAY | {"published"}
STEPS: dict[str, Step] = {
    step.name: step
    for step in [
        Step(
            "submit", _("Submit"), _("Submitted: an editor will read it."),
            frozenset({"draft"}), "submitted", may_write, weight="main",
        ),
        Step(
            "withdraw", _("Take back to draft"), _("Back in your drafts."),
            frozenset({"submitted"}), "draft", may_write,
        ),
        Step(
            "start_review", _("Start medical review"), _("In medical review."),
            frozenset({"submitted"}), "in_review", may_start_review, weight="main",
        ),
        Step(
            "pass_review", _("Pass medical review"), _("Reviewed and approved."),
            frozenset({"in_review"}), "approved", may_review, asks="review", weight="main",
            eyes=TAKEN_BY_ANOTHER,
        ),
        Step(
            "approve", _("Approve without medical review"), _("Approved."),
            frozenset({"submitted", "in_review"}), "approved", may_publish, weight="beside",
            eyes=TAKEN_BY_ANOTHER,
        ),
        Step(
            "send_back", _("Send back"), _("Sent back to the writer with your note."),
            frozenset({"submitted", "in_review", "approved"}), "draft", may_send_back, asks="note",
            weight="beside",
        ),
        Step(
            "publish", _("Publish now"), _("Published."),
            frozenset({"draft", "submitted", "approved", "scheduled"}), "published", may_publish, weight="main",
            label_again=_("Publish the changes"), eyes=SEEN_BY_ANOTHER,
        ),
        Step(
            "schedule", _("Publish at a time"), _("It will appear at that time."),
            frozenset({"draft", "submitted", "approved", "scheduled"}), "scheduled", may_publish, asks="schedule",
            eyes=SEEN_BY_ANOTHER,
        ),
        Step(
            "unschedule", _("Do not publish at that time"), _("No longer scheduled."),
            frozenset({"scheduled"}), "approved", may_publish,
        ),
        Step(
            # Of what readers see, whatever is being written beside it.
            "review_again", _("Review what readers see"), _("Reviewed: the page names you."),
            frozenset({"draft", "published"}), "", may_review, asks="live review",
            needs=waits_for_review,
        ),
        Step(
            "discard", _("Discard the changes"), _("Discarded: the latest text is again what readers see."),
            ON_ITS_WAY, "published", lambda article, user: article.can_be_edited_by(user),
            needs=attrgetter("is_live"),
        ),
        Step(
            "expire", _("Archive at a time"), _("It will be archived at that time."),
            ALL_BUT_ARCHIVED, "", may_publish, asks="end", needs=is_to_be_live,
        ),
        Step(
            "keep", _("Do not archive at that time"), _("It stays."),
            ALL_BUT_ARCHIVED, "", may_publish, needs=attrgetter("expire_at"),
        ),
        Step(
            "archive", _("Archive"), _("Archived: readers no longer see it."),
            ALL_BUT_ARCHIVED, "archived", may_publish, asks="note", weight="alarm",
        ),
        Step(
            "reopen", _("Reopen as a draft"), _("Reopened as a draft."),
            frozenset({"archived"}), "draft", may_publish,
        ),
    ]
}  # fmt: skip


# What happens beside the steps that somebody presses, in words.
ALSO = {
    "revise": _("Changed after it was published"),
    "restore": _("Brought back an earlier text"),
    "withdraw_review": _("Withdrew the medical review"),
    "not_published": _("Could not be published at its time"),
    "correct": _("Corrected in public"),
    "take_back_correction": _("Took back a correction"),
    "note": _("Wrote a note"),
    "resolve_note": _("Resolved a note"),
    "reopen_note": _("Opened a note again"),
    "take_back_note": _("Took back a note"),
    "share": _("Made a link to the preview"),
    "discard_draft": _("Discarded a draft"),
    "unshare": _("Revoked a link to the preview"),
}


def label_of(name: str) -> str:
    return str(STEPS[name].label if name in STEPS else ALSO.get(name, name))


def allowed_steps(article: Article, user: User) -> list[Step]:
    """The steps this person may take with this article as it stands, in the order of their buttons."""
    steps = [step for step in STEPS.values() if step.fits(article) and step.may(article, user)]
    objections = {asked: objection(article, user, asked) for asked in {step.eyes for step in steps} - {""}}
    return [step for step in steps if not objections.get(step.eyes)]


def held_by_four_eyes(article: Article, user: User) -> str:
    """Why buttons are missing that are hers otherwise, and who has them; "" when none is."""
    asked = {step.eyes for step in STEPS.values() if step.eyes and step.fits(article) and step.may(article, user)}
    return next(filter(None, (objection(article, user, each) for each in sorted(asked))), "")
