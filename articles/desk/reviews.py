"""The medical reviews of an article: who read what and when, and which of them no longer count."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from articles.desk.frame import StaffRequest, page, to
from articles.forms.steps import ReasonForm
from articles.models import Article, MedicalReview, Revision
from articles.models.steps import StepRefused
from articles.workflow.reviewing import withdraw_review
from pages.models import SiteSettings

SHOWN = 5
Status = Article.Status


def context(request: StaffRequest, article: Any) -> dict[str, Any]:
    if article is None or not article.takes_notes:
        return {}
    before = before_change(article, request.user)
    reviews = list(article.reviews.select_related("reviewer", "revision", "withdrawn_by")[:SHOWN])
    for review in reviews:
        review.may_be_withdrawn = not review.withdrawn_at and review.can_be_withdrawn_by(request.user)
        review.is_of_live = is_same(review, article.live_revision)
        review.is_of_latest = is_same(review, article.latest_revision)
    return {"reviews": reviews, "before_change": before}


def before_change(article: Article, user: User) -> str:
    """What the first change of a text that was reviewed or approved brings about, for whoever can still leave it alone."""
    if not article.can_be_edited_by(user):
        return ""
    standing = article.reviews.filter(withdrawn_at=None).select_related("reviewer", "revision")
    review = next((each for each in standing if is_same(each, article.latest_revision)), None)
    said = []
    if review:
        words = _("%(name)s has reviewed exactly this text: after a change the review no longer counts for it.")
        said.append(words % {"name": review.reviewer.name})
    if review and article.is_live:
        said.append(_("Readers keep the reviewed text until the changes are published."))
    if article.status in {Status.APPROVED, Status.SCHEDULED}:
        said.append(_("It goes back to no earlier step."))
        said += after_change(article)
    if review:
        said.append(_("Taken back, it counts again."))
    return " ".join(said)


def after_change(article: Article) -> list[str]:
    """Whether what is approved or scheduled still comes to readers."""
    is_held = SiteSettings.current().four_eyes
    if article.status == Status.SCHEDULED and article.publish_at:
        at = {"time": date_format(timezone.localtime(article.publish_at), "DATETIME_FORMAT")}
        if is_held:
            return [
                _("It appears on %(time)s only if somebody else has approved or scheduled the changed text by then.")
                % at
            ]
        return [_("It appears all the same on %(time)s, with the change.") % at]
    if is_held:
        return [_("Somebody else has to approve or publish the changed text.")]
    return [_("It can be published with the change, and nobody is asked to look at it again.")]


def withdraw(request: StaffRequest, article: Article, review: int) -> HttpResponse:
    """GET asks why, POST withdraws it. What was typed stays when it is refused."""
    reviews = article.reviews.select_related("reviewer", "revision", "withdrawn_by")
    found = get_object_or_404(reviews, pk=review)
    if not found.can_be_withdrawn_by(request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_review(article, found, by=request.user, **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The review no longer counts."))
            return to("article_change", article.pk)
    return page(
        request, Article, "withdraw_review", _("Withdraw the medical review"), article=article, original=article,
        review=found, form=form, is_possible=not found.withdrawn_at, effect=effect(article, found),
    )  # fmt: skip


def is_same(review: MedicalReview, revision: Revision | None) -> bool:
    return revision is not None and review.revision.fingerprint == revision.fingerprint


def effect(article: Article, review: MedicalReview) -> str:
    """What withdrawing it will do, in a sentence."""
    if is_same(review, article.live_revision):
        return _("Readers will no longer be told that this article was reviewed.")
    if is_same(review, article.latest_revision) and article.status in {"approved", "scheduled"}:
        return _("If the article was approved because of it, it goes back into review and is not published.")
    return _("It was of an earlier text. The log says that it no longer counts.")
