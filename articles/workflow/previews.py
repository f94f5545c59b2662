"""Preview links, by which somebody without an account reads what is being written: made and revoked, with a line in the log."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, PreviewLink
from articles.models.previews import may_share
from articles.models.steps import NotAllowed, NotReady, WrongStep
from articles.workflow.steps import log

DAYS = (1, 7, 30)  # so many a link may work: the choices of the form
MOST = 20  # open links to one article


def share(article: Article, *, by: User, lasts: timedelta, for_whom: str = "") -> PreviewLink:
    """Raises StepRefused when she may not, or when there are enough of them."""
    if not may_share(article, by):
        raise NotAllowed(_("You may not make links to this preview."))
    with transaction.atomic():
        Article.objects.select_for_update().get(pk=article.pk)
        if article.preview_links.open().count() >= MOST:
            raise NotReady(_("There are many open links already. Please revoke one first."))
        link: PreviewLink = article.preview_links.create(by=by, for_whom=for_whom, expires_at=timezone.now() + lasts)
        _log(link, "share", by)
        return link


def revoke(link: PreviewLink, *, by: User) -> None:
    """Nobody gets in any more. Raises StepRefused when she may not, or it has ended already."""
    if not link.may_be_revoked_by(by):
        raise NotAllowed(_("You may not revoke this link."))
    now = timezone.now()
    with transaction.atomic():
        if not PreviewLink.objects.open().filter(pk=link.pk).update(revoked_at=now):
            raise WrongStep(_("This link has ended already."))
        link.revoked_at = now
        _log(link, "unshare", by)


def _log(link: PreviewLink, step: str, by: User) -> None:
    """For whom it is stays with the link, which is forgotten some day; the log never is."""
    log(link.article, step, link.article.latest_revision_id, by=by, note=f"#{link.pk}")
