"""Medical reviews: passed on the way to readers, given for what they see already, and withdrawn.

The rows of MedicalReview are the truth, see `articles/models/reviews.py` for what readers are told.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Writer
from articles.models import Article, EditorialEvent, MedicalReview, Revision
from articles.models.steps import STEPS, NotAllowed, NotReady, WrongStep
from articles.workflow.letters import tell_planner
from articles.workflow.saving import latest_of
from articles.workflow.steps import change_status, lock, log, take

REVIEW_YEARS = 2
# Nobody knows today what will be known about medicine later than that.
MOST_YEARS = 5
Status = Article.Status


def in_years(years: int, day: date | None = None) -> date:
    """The same day of a later year; of 29 February the 28th."""
    day = day or timezone.localdate()
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def what_is_wrong_with_due(next_due_on: date) -> str:
    """A sentence about a day that cannot be that of the next review, or ""."""
    if next_due_on < timezone.localdate():
        return _("This day has passed. The next review has to be one to come.")
    if next_due_on > in_years(MOST_YEARS):
        return _("That is too far away: choose a day within %(years)d years.") % {"years": MOST_YEARS}
    return ""


def start_review(article: Article, *, by: User) -> EditorialEvent:
    return take(article, "start_review", by=by)


def pass_review(
    article: Article, *, by: User, reviewer: Writer | None = None, scope: str = "", next_due_on: date | None = None
) -> MedicalReview:
    """A medical professional stands with her own name for the text as it is now. Without `next_due_on` it is due again
    in two years."""
    STEPS["pass_review"].check(article, by)
    reviewer = _in_her_own_name(by, reviewer)
    with transaction.atomic():
        lock(article)
        STEPS["pass_review"].check(article, by)
        revision = latest_of(article, by)
        take(article, "pass_review", by=by, note=scope)
        return _sign(article, revision, reviewer, scope=scope, next_due_on=next_due_on)


def review_again(
    article: Article,
    *,
    by: User,
    reviewer: Writer | None = None,
    revision: int | None = None,
    scope: str = "",
    next_due_on: date | None = None,
) -> MedicalReview:
    """The same for the text that readers see, which stays. `revision` is the key of the one that she has read."""
    STEPS["review_again"].check(article, by)
    reviewer = _in_her_own_name(by, reviewer)
    with transaction.atomic():
        # What is written beside it meanwhile is none of this review's business, so its edition does not matter.
        now = Article.objects.select_for_update(of=("self",)).select_related("live_revision").get(pk=article.pk)
        STEPS["review_again"].check(now, by)
        live = now.live_revision
        if live is None or (revision is not None and revision != live.pk):
            raise WrongStep(_("Readers see another text since you opened it. Please read it again; nothing was done."))
        log(now, "review_again", live.pk, by=by, note=scope)
        review = _sign(now, live, reviewer, scope=scope, next_due_on=next_due_on)
        _copy(now, article)
        return review


def withdraw_review(article: Article, review: MedicalReview, *, by: User, note: str) -> EditorialEvent:
    """It no longer counts. What is approved or scheduled because of it goes back into review.

    Both this and publishing hold the article's row, so either comes first: readers are never told of a review that
    does not stand.
    """
    if not note.strip():
        raise NotReady(_("Please say why: the writer and the editors read your note."))
    if not review.can_be_withdrawn_by(by):
        raise NotAllowed(_("Only the reviewer herself or an editor withdraws a review."))
    with transaction.atomic():
        now = Article.objects.select_for_update(of=("self",)).select_related("latest_revision").get(pk=article.pk)
        standing = now.reviews.standing().filter(pk=review.pk)
        if not standing.update(withdrawn_at=timezone.now(), withdrawn_by=by):
            raise WrongStep(_("This review has been withdrawn already. Nothing was done."))
        before, planned_for = now.status, now.publish_at
        if _rests_on(now, review):
            event = change_status(
                now, "withdraw_review", Status.IN_REVIEW, by=by, note=note, revision_id=review.revision_id,
                publish_at=None, expire_at=now.expire_at if now.is_live else None,
            )  # fmt: skip
        else:
            event = log(now, "withdraw_review", review.revision_id, by=by, note=note)
        now.note_review()
        if before == Status.SCHEDULED != now.status:
            tell_planner(now, "review_withdrawn", event, planned_for=planned_for)
        _copy(now, article)
        return event


def _in_her_own_name(by: User, reviewer: Writer | None) -> Writer:
    reviewer = reviewer or Writer.objects.filter(user=by).first()
    if reviewer is None or reviewer.user_id != by.pk or not reviewer.is_medical_professional:
        raise NotReady(_("A review needs the byline of a medical professional, and it has to be your own."))
    return reviewer


def _sign(
    article: Article, revision: Revision, reviewer: Writer, *, scope: str, next_due_on: date | None
) -> MedicalReview:
    next_due_on = next_due_on or in_years(REVIEW_YEARS)
    if wrong := what_is_wrong_with_due(next_due_on):
        raise NotReady(wrong)
    review = article.reviews.create(
        revision=revision,
        reviewer=reviewer,
        scope=scope,
        reviewed_on=timezone.localdate(),
        next_due_on=next_due_on,
    )
    article.note_review()
    return review


def _rests_on(article: Article, review: MedicalReview) -> bool:
    """Whether the article is approved because of this review, which no longer stands, and of no other."""
    latest = article.latest_revision
    if latest is None or article.status not in {Status.APPROVED, Status.SCHEDULED}:
        return False
    if review.revision.fingerprint != latest.fingerprint or article.reviews.standing().of_text(latest).exists():
        return False
    approved_by = article.events.filter(step__in=["pass_review", "approve"]).first()
    return approved_by is not None and approved_by.step == "pass_review"


def _copy(now: Article, article: Article) -> None:
    for name in ("status", "publish_at", "expire_at", "reviewed_on", "review_due_on"):
        setattr(article, name, getattr(now, name))
