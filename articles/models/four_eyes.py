"""Four eyes: where the site's settings ask for it, somebody else approves or publishes what readers are to see.

Somebody else is neither in the byline, of what readers see or of the next text, nor whoever changed the words last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Permission
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User, Writer
from pages.models import SiteSettings

if TYPE_CHECKING:
    from articles.models import Article

# What a step asks for: that somebody else takes it, or that somebody else at least has taken such a step with these words.
TAKEN_BY_ANOTHER, SEEN_BY_ANOTHER = "taken", "seen"
# Steps by which somebody stands for the words, and those after which that no longer counts.
STOOD_FOR = ["approve", "schedule", "publish"]
TAKEN_BACK = ["send_back", "archive"]


def objection(article: Article, user: User, asked: str) -> str:
    """A sentence that says why she does not take a step which asks for this, and who can; "" when she may."""
    if not SiteSettings.current().four_eyes:
        return ""
    mine = byline_and_last_hand(article)
    if user.pk not in mine or (asked == SEEN_BY_ANOTHER and _is_seen(article, mine)):
        return ""
    latest = article.latest_revision
    if latest is not None and latest.by_id == user.pk:
        why = _("Four eyes: you changed the words last, so somebody else approves or publishes them.")
    else:
        why = _("Four eyes: you are in the byline, so somebody else approves or publishes this article.")
    right = Permission.objects.filter(codename="publish_article", content_type__app_label="articles")
    held = Q(groups__permissions__in=right) | Q(user_permissions__in=right) | Q(is_superuser=True)
    others = (
        User.objects.filter(held, is_active=True, is_staff=True).exclude(pk__in=mine).order_by("name", "pk").distinct()
    )
    names = ", ".join(str(other) for other in others)
    return f"{why} " + (_("They can: %(names)s.") % {"names": names} if names else _("Nobody else can at the moment."))


def is_seen_by_another(article: Article) -> bool:
    """Whether readers may get the words as they are, whoever brings them there."""
    return not SiteSettings.current().four_eyes or _is_seen(article, byline_and_last_hand(article))


def byline_and_last_hand(article: Article) -> set[int]:
    named = Q(pk__in=article.content["writers"]) | Q(authorships__article=article)
    accounts = set(Writer.objects.filter(named, user__isnull=False).values_list("user", flat=True))
    latest = article.latest_revision
    return accounts | {latest.by_id} if latest and latest.by_id else accounts


def _is_seen(article: Article, mine: set[int]) -> bool:
    """These words, on another day perhaps; by whoever had not changed them last then, either."""
    latest = article.latest_revision
    same = Q(revision__fingerprint=latest.fingerprint) if latest else Q(revision=None)
    reviewed = Q(step="pass_review", revision__in=article.reviews.standing().values("revision"))
    taken_back = article.events.filter(step__in=TAKEN_BACK).values_list("pk", flat=True).first() or 0
    stood_for = article.events.filter(same, Q(step__in=STOOD_FOR) | reviewed, pk__gt=taken_back)
    return stood_for.exclude(Q(by=None) | Q(by__in=mine)).exclude(by=F("revision__by")).exists()
