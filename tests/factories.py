"""Keyword functions that make what a test needs and nothing more."""

from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as PILImage

from accounts.models import User, Writer
from articles.models import Article, Authorship, Image, Topic
from comments.models import Comment, Decision, Raid, Report, Sanction, Thread
from newsletters.models import Issue, Subscriber, Subscription
from pages.models import SiteSettings

PASSWORD = "a long enough password"
numbers = count(1)


def create_user(*, role: str = "", byline: bool = False, **fields: Any) -> User:
    """A confirmed account; with a role, staff of that group; with a byline, a writer's profile of the same name."""
    n = next(numbers)
    fields = {"email": f"person{n}@example.org", "name": f"Person {n}", "is_staff": bool(role), **fields}
    user = User.objects.create_user(password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if role:
        user.groups.add(Group.objects.get(name=role))
    if byline:
        create_writer(user=user, name=user.name)
    return user


def create_writer(**fields: Any) -> Writer:
    n = next(numbers)
    return Writer.objects.create(
        **{"name": f"Writer {n}", "slug": f"writer-{n}", "bio": "Writes.", "conflicts": "None", **fields}
    )


def create_topic(**fields: Any) -> Topic:
    n = next(numbers)
    return Topic.objects.create(**{"name": f"Topic {n}", "slug": f"topic-{n}", **fields})


def create_thread(**fields: Any) -> Thread:
    return Thread.objects.create(**{"title": "A page", "address": "/articles/a-page/", "is_public": True, **fields})


def create_comment(**fields: Any) -> Comment:
    """A waiting comment; give `status="approved"` for one that readers see."""
    n = next(numbers)
    fields = {"name": f"Reader {n}", "email": f"reader{n}@example.net", "body": f"Words {n}.", **fields}
    if "thread" not in fields:
        fields["thread"] = fields["parent"].thread if fields.get("parent") else create_thread()
    if parent := fields.get("parent"):
        fields.update(root=parent.root or parent, depth=parent.depth + 1)
    comment = Comment.objects.create(**fields)
    comment.versions.create(number=comment.version, body=comment.body)
    return comment


def create_raid(**fields: Any) -> Raid:
    """One that the detector has just switched on; without a thread it is everywhere."""
    return Raid.objects.create(**fields)


def create_sanction(**fields: Any) -> Sanction:
    """In force until somebody lifts it, on an address of its own unless something else is asked for."""
    n = next(numbers)
    if not {"user", "email", "network"} & set(fields):
        fields["email"] = f"muted{n}@example.net"
    reason = fields.pop("reason", Decision.Reason.UNKIND)
    sanction = Sanction.objects.create(**{"kind": Sanction.Kind.MUTE, **fields})
    sanction.decisions.create(outcome=sanction.kind, reason=reason, until=sanction.until, comment=sanction.comment)
    return sanction


def create_report(**fields: Any) -> Report:
    """An open one, of a comment that readers see unless another (or None) is given."""
    if "comment" not in fields:
        fields["comment"] = create_comment(status="approved")
    comment = fields["comment"]
    fields = {"reason": "unkind", "version": comment.version if comment else 0, **fields}
    report = Report.objects.create(**fields)
    if comment:
        Comment.objects.filter(pk=comment.pk).update(reported_at=report.created_at)
        comment.reported_at = report.created_at
    return report


def create_article(*, writer: Writer | None = None, published: bool = False, **fields: Any) -> Article:
    """A draft; with `published`, one that readers see, with its open thread."""
    n = next(numbers)
    fields = {"title": f"Article {n}", "slug": f"article-{n}", "summary": "In short.", "body": "<p>Text.</p>", **fields}
    if "topic" not in fields:
        fields["topic"] = create_topic()
    if published:
        fields.setdefault("published_at", timezone.now())
        fields |= {"status": Article.Status.PUBLISHED, "is_live": True}
        fields["thread"] = create_thread(title=fields["title"], address=f"/articles/{fields['slug']}/")
    article = Article.objects.create(**fields)
    Authorship.objects.create(article=article, writer=writer or create_writer())
    return article


def picture_bytes(width: int = 40, height: int = 30, image_format: str = "PNG") -> bytes:
    out = BytesIO()
    PILImage.new("RGB", (width, height), "teal").save(out, image_format)
    return out.getvalue()


def create_image(**fields: Any) -> Image:
    fields = {"alt": "A teal square", "file": ContentFile(picture_bytes(), "a.png"), **fields}
    return Image.objects.create(**fields)


def create_subscriber(**fields: Any) -> Subscriber:
    n = next(numbers)
    return Subscriber.objects.create(**{"email": f"subscriber{n}@example.net", **fields})


def create_subscription(**fields: Any) -> Subscription:
    """One that runs since a while; without a topic it is the newsletter's."""
    since = timezone.now() - timedelta(days=30)
    fields = {"status": Subscription.Status.ACTIVE, "started_at": since, **fields}
    if "subscriber" not in fields:
        fields["subscriber"] = create_subscriber(confirmed_at=since)
    return Subscription.objects.create(**fields)


def create_issue(**fields: Any) -> Issue:
    return Issue.objects.create(**{"subject": "News from us", "intro": "<p>Dear reader</p>", **fields})


def fill_in_postal_address(address: str = "1 Kind Street, Town") -> SiteSettings:
    """Without it no mailing leaves."""
    return SiteSettings.objects.update_or_create(pk=1, defaults={"postal_address": address})[0]
