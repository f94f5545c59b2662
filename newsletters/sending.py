"""Issues of the newsletter on their way: one letter for everybody who gets it, written by the worker."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import User
from edge.mail import tidy, write_letter
from edge.models import Letter
from newsletters.models import Delivery, Issue, Subscriber
from newsletters.richmail import mail_html, mail_text
from newsletters.signing import Purpose, mailing_headers, mailing_links
from pages.models import SiteSettings

# So many letters in one transaction: SQLite lets nobody else write meanwhile.
PEOPLE_AT_ONCE = 50


class NotSendable(Exception):
    """The issue cannot leave as it is; the message says why, to whoever pressed the button."""


def send(issue: Issue, *, by: User) -> None:
    """Releases the issue to everybody who gets the newsletter now; the worker writes the letters.

    Raises PermissionDenied, or NotSendable with the reason: incomplete, or somebody was faster.
    """
    if not by.has_perm("newsletters.send_issue"):
        raise PermissionDenied
    if reason := what_is_missing(issue):
        raise NotSendable(reason)
    released = Issue.objects.filter(pk=issue.pk, status=Issue.Status.DRAFT, edition=issue.edition).update(
        status=Issue.Status.SENDING, sent_by=by, released_at=timezone.now(), edition=F("edition") + 1
    )
    if not released:
        raise NotSendable(_("Somebody sent or changed this issue a moment ago. Look at it again first."))
    issue.refresh_from_db()


def what_is_missing(issue: Issue) -> str:
    """Why it cannot be sent yet, in a sentence; "" when it can."""
    if not SiteSettings.current().postal_address.strip():
        return _("Mailings wait until the postal address is filled in under Site settings: the law asks for it.")
    if not issue.subject.strip():
        return _("It has no subject.")
    if not issue.intro.strip() and not issue.articles.published().exists():
        return _("It is empty: write an opening, or choose a published article.")
    return ""


def copy_due_issues() -> int:
    """Writes the letters of released issues; returns how many. Killed at any moment, the next look goes on from there."""
    site = SiteSettings.current()
    if not site.postal_address.strip():
        return 0
    written = 0
    for issue in Issue.objects.filter(status=Issue.Status.SENDING).order_by("released_at"):
        while copied := copy_some(issue, site):
            written += copied
    return written


def copy_some(issue: Issue, site: SiteSettings) -> int:
    """The next few copies. 0 when all are made: then the issue is sent."""
    with transaction.atomic():
        # One worker at a time copies an issue, so a copy is never made twice and never waited for.
        locked = Issue.objects.select_for_update().filter(pk=issue.pk, status=Issue.Status.SENDING).first()
        if locked is None:
            return 0
        people = list(locked.recipients().exclude(deliveries__issue=locked).order_by("pk")[:PEOPLE_AT_ONCE])
        content = content_of(locked) if people else {}
        for subscriber in people:
            letter = write_copy(locked, content, subscriber, site)
            Delivery.objects.create(issue=locked, subscriber=subscriber, letter=letter)
        if not people:
            Issue.objects.filter(pk=locked.pk).update(status=Issue.Status.SENT, sent_at=timezone.now())
    return len(people)


def content_of(issue: Issue) -> dict[str, Any]:
    """What every copy says: the opening, and those of the chosen articles that readers may see at this moment."""
    articles = issue.articles.published().newest_first().defer("body", "body_html")
    return {
        "issue": issue,
        "articles": list(articles),
        "intro_html": mail_html(issue.intro),
        "intro_text": mail_text(issue.intro),
    }


def write_copy(issue: Issue, content: dict[str, Any], subscriber: Subscriber, site: SiteSettings) -> Letter | None:
    purpose = Purpose.STOP_NEWSLETTER
    return write_letter(
        key=f"issue:{issue.pk}:{subscriber.pk}",
        to=subscriber.email,
        subject=issue.subject,
        template="mail/newsletters/issue",
        context={"site": site, **content, **mailing_links(subscriber, purpose)},
        headers=mailing_headers(subscriber, purpose),
    )


def send_test(issue: Issue, *, to: User) -> Letter | None:
    return write_letter(
        key=f"issue-test:{issue.pk}:{get_random_string(12)}",
        to=to.email,
        subject=_("Test: %(subject)s") % {"subject": issue.subject},
        template="mail/newsletters/issue",
        context={**content_of(issue), **sample_links()},
    )


def preview(issue: Issue) -> dict[str, str]:
    """Subject, text and body of a copy as they would leave now. The HTML is without styles, which our pages forbid."""
    context = {**content_of(issue), **sample_links(), "base_url": settings.BASE_URL, "subject": issue.subject}
    page = HttpRequest()
    text = render_to_string("mail/newsletters/issue.txt", context, request=page)
    html = render_to_string("mail/newsletters/issue.html", context, request=page)
    return {
        "subject": issue.subject,
        "text": tidy(text),
        "html": mail_html(html.partition("<body")[2].partition(">")[2]),
    }


def sample_links() -> dict[str, str]:
    """A test has no subscriber who could stop it: its links lead to the public page."""
    page = settings.BASE_URL + reverse("newsletters:sign_up")
    return {"stop_url": page, "preferences_url": page}
