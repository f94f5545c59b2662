"""Corrections: what was wrong in a published article, said to its readers."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Correction
from articles.models.four_eyes import TAKEN_BY_ANOTHER, objection
from articles.models.steps import NotAllowed, NotReady, WrongStep
from articles.workflow.steps import log


def correct(article: Article, *, by: User, text: str, on: date | None = None) -> Correction:
    """Readers see the text with its day, and feeds show the article as updated.

    The text of the article is not touched. Raises NotAllowed, WrongStep when readers do not see it, and NotReady without
    a text, for a day to come, or one before the article appeared.
    """
    on = on or timezone.localdate()
    _check(article, by)
    if not text.strip():
        raise NotReady(_("Please say what was wrong and what is right: readers see it."))
    if on > timezone.localdate() or (article.published_at and on < timezone.localdate(article.published_at)):
        raise NotReady(_("A correction is made between the day on which the article appeared and today."))
    with transaction.atomic():
        correction: Correction = article.corrections.create(by=by, text=text.strip(), corrected_on=on)
        _write_down(article, by, "correct", correction)
        return correction


def take_back(correction: Correction, *, by: User) -> None:
    """It should not have been said; the log keeps its words. Raises as `correct` does."""
    article = correction.article
    _check(article, by)
    with transaction.atomic():
        if not Correction.objects.filter(pk=correction.pk).delete()[0]:
            raise WrongStep(_("Somebody else has taken this correction back already."))
        _write_down(article, by, "take_back_correction", correction)


def _check(article: Article, by: User) -> None:
    if not by.has_perm("articles.publish_article"):
        raise NotAllowed(_("Corrections are for editors to make."))
    if not article.is_live:
        raise WrongStep(_("Readers do not see this article, so there is nothing to correct in public."))
    if objects := objection(article, by, TAKEN_BY_ANOTHER):
        raise NotAllowed(objects)


def _write_down(article: Article, by: User, step: str, correction: Correction) -> None:
    article.updated_at = timezone.now()
    Article.objects.filter(pk=article.pk).update(updated_at=article.updated_at)
    note = f"{correction.corrected_on:%Y-%m-%d}: {correction.text}"
    log(article, step, article.live_revision_id, by=by, note=note)
