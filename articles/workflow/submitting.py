"""A draft on its way from its writer to the editors, and back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.checklist import missing_parts
from articles.models import Article, EditorialEvent
from articles.models.steps import NotReady
from articles.workflow.steps import take


def submit(article: Article, *, by: User) -> EditorialEvent:
    require_complete(article)
    return take(article, "submit", by=by, submitted_at=timezone.now())


def withdraw(article: Article, *, by: User) -> EditorialEvent:
    return take(article, "withdraw", by=by)


def send_back(article: Article, *, by: User, note: str) -> EditorialEvent:
    if not note.strip():
        raise NotReady(_("Please say what should change: the writer reads your note."))
    return take(article, "send_back", by=by, note=note)


def approve(article: Article, *, by: User) -> EditorialEvent:
    return take(article, "approve", by=by)


def require_complete(article: Article) -> None:
    """A draft may be anything; what leaves the writer's hands may not lack these. Raises NotReady."""
    if missing := missing_parts(article.content):
        raise NotReady(_("Still missing: %(what)s.") % {"what": ", ".join(missing.values())})
