"""Every address of the site, found by itself, and a world in which each of them leads to something."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import get_resolver
from django.utils import timezone

from articles.models import Article, Background, FrontPage, Link, PreviewLink, Series
from articles.workflow.saving import adopt
from comments.captcha.challenge import new_key
from comments.decisions.comments import reject
from comments.letters import moderator_letters
from comments.letters.moderator_letters import paths_for
from comments.models import Appeal, Batch, Comment, Enquiry, Follower, HouseRules, HouseWording, Seat
from comments.text.signing import FOLLOW_STOP, OWN_COMMENT, REPORT, SANCTION, STOP_MAIL
from edge.models import Heartbeat, Letter
from newsletters.models import Delivery
from newsletters.signing import Purpose, make_token
from pages.models import SiteSettings
from questions.models import Question
from tests.factories import (
    create_article,
    create_comment,
    create_image,
    create_issue,
    create_raid,
    create_report,
    create_sanction,
    create_subscription,
    create_thread,
    create_user,
    create_writer,
)

TEXT = '<p>Text</p><figure data-embed="https://vimeo.com/123456"><figcaption></figcaption></figure>'


def patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    """As the urls.py files write them, joined: "comments/<int:pk>/"."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, whole)
        else:
            # Django writes the apps in no certain order.
            yield re.sub(r"\(\?P<app_label>[^)]*\)", "<app_label>", whole)


def contents() -> dict[str, list[Any]]:
    """Everything the database holds, but for what any visit may leave: counters of how often, and sessions."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {"cache", "django_session"}
        rows = {}
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


class World:
    """One of everything, and nothing of it belongs to the people of conftest.py."""

    def __init__(self) -> None:
        self.user = create_user(email="somebody@example.net", name="Somebody")
        Authenticator.objects.create(user=self.user, type=Authenticator.Type.TOTP, data={})
        self.draft = create_article(slug="a-draft", image=create_image())
        adopt(self.draft, by=None)
        self.draft.summary = "In other words."
        self.draft.save()
        adopt(self.draft, by=None)
        self.review = self.draft.reviews.create(
            revision=self.draft.latest_revision, reviewer=create_writer(), reviewed_on=timezone.localdate()
        )
        self.note = self.draft.notes.create(text="Who says so?")
        ends = timezone.now() + timedelta(days=7)
        by = create_user(role="Editor")
        self.preview, self.other_preview = (
            PreviewLink.objects.create(article=self.draft, by=by, expires_at=ends) for _n in range(2)
        )
        create_image()  # in no article, so it can be deleted
        self.article = create_article(slug="an-article", published=True, body=TEXT)
        self.draft.events.create(step="submit", revision=self.draft.latest_revision)
        Series.objects.create(title="A series", slug="a-series").parts.create(article=self.article)
        Background.objects.create(topic=self.article.topic, key="k", question="What?", answer="That.")
        Link.objects.create(address="https://elsewhere.example/")
        # Long ago, so that pages show a date and no "3 seconds ago".
        old = {"status": "approved", "created_at": timezone.now() - timedelta(days=30)}
        self.comment = create_comment(thread=self.article.thread, email="somebody@example.net", **old)
        create_comment(parent=self.comment, **old)
        self.waiting = create_comment(thread=self.article.thread, author=self.user)
        self.waiting.decisions.create(version=1, outcome=Comment.Status.PENDING)
        create_raid(thread=self.article.thread)
        self.sanction = create_sanction(comment=self.comment)
        Batch.objects.create(verb="reject", reason="advert", up_to=0)
        Enquiry.objects.create(subject="other", name="Rosa", email="rosa@example.net", text="Who are you?")
        self.notice = create_report(is_notice=True, page="/articles/", comment=None)
        self.follower = Follower.objects.create(thread=self.article.thread, email="follower@example.net")
        self.seat = Seat.objects.create(user=create_user(role="Moderator"))
        decided = reject(create_comment(thread=self.article.thread), by=self.user, reason="unkind")
        self.appeal = Appeal.objects.create(decision=decided, text="Please read it again.")
        self.question = self._question()
        self.subscriber = create_subscription().subscriber
        self.issue = create_issue()
        letter = Letter.objects.create(key="k", to=self.subscriber.email, subject="Hello", text="Words")
        Delivery.objects.create(issue=self.issue, subscriber=self.subscriber, letter=letter)
        Heartbeat.objects.create(name="worker")
        SiteSettings(pixel_url="https://pixel.example/p.gif", pixel_reason="To count.").save()
        HouseRules(pk=1).save()
        HouseWording.objects.create(reason="unkind", wording="Please be kind.")
        FrontPage.objects.get_or_create(pk=1)

    def _question(self) -> Question:
        thread = create_thread(title="Why?")
        thread.opening = create_comment(thread=thread, status="approved")
        thread.save()
        return Question.objects.create(title="Why?", slug="why", thread=thread)

    def address(self, pattern: str) -> str:
        """The pattern with something that exists in place of each of its parts."""
        if pattern.startswith("admin/"):
            return "/" + self._admin_address(pattern)
        parts = self._parts(pattern)
        if "token" in pattern or "key" in pattern:
            parts |= self._tokens(pattern)
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: str(parts[match[1]]), pattern)
        return "/" + re.sub(
            r"<(?:\w+:)?(\w+)>", lambda match: str(parts[match[1]]), path.replace("^", "").replace("$", "")
        )

    def _admin_address(self, pattern: str) -> str:
        app, _slash, rest = pattern.removeprefix("admin/").partition("/")
        own = {"user": self.user, "article": self.draft, "comment": self.waiting}
        if app == "r":
            return f"admin/r/{ContentType.objects.get_for_model(Article).pk}/{self.draft.pk}/"
        name = rest.partition("/")[0]
        if rest.startswith("desk/"):
            pk = self.appeal.pk if "appeals" in rest else self.waiting.pk
            return pattern.replace("<int:pk>", str(pk))
        if app in apps.app_configs or app in {"account", "mfa"}:
            model = apps.get_model(app, name)
            pk = own[name].pk if name in own else model._default_manager.order_by("-pk").first().pk
            return (
                re.sub(r"<(?:path:object_id|path:pk|id|int:pk)>", str(pk), pattern)
                .replace("<slug:name>", "archive")
                .replace("/notes/<int:number>", f"/notes/{self.note.pk}")
                .replace("<int:number>", "1")
                .replace("<int:review>", str(self.review.pk))
                .replace("<int:link>", str(self.other_preview.pk))
            )
        return pattern.replace("^<app_label>/$", "newsletters/").replace("(?P<url>.*)$", "nothing/")

    def _parts(self, pattern: str) -> dict[str, Any]:
        slugs = {
            "articles/": "an-article",
            "topics/": self.article.topic.slug,
            "series/": "a-series",
            "writers/": self.writer_slug,
        }
        slugs |= {"questions/": "why"}
        folder = pattern.partition("/")[0] + "/"
        read = self.article if "read/" in pattern else self.article.topic
        pks = {"comments/": self.comment.pk, "questions/": self.question.pk, "newsletter/": read.pk}
        return {
            "slug": slugs.get(folder, "terms"), "pk": pks.get(folder, 1), "number": 1, "section": "articles",
            "month": timezone.localtime().strftime("%Y-%m"),
            "thread_id": self.article.thread_id, "name": self.draft.image.file.name, "uidb36": "1",
        }  # fmt: skip

    def _tokens(self, pattern: str) -> dict[str, Any]:
        purposes = {"confirm": Purpose.CONFIRM, "preferences": Purpose.PREFERENCES, "stop": Purpose.STOP_NEWSLETTER}
        kind = pattern.split("/")[1] if "/" in pattern else ""
        key = EmailConfirmationHMAC.create(self.user.emailaddress_set.get()).key if "email" in pattern else new_key()
        if pattern.startswith("newsletter/") and kind in purposes:
            return {"token": make_token(self.subscriber, purposes[kind])}
        links = {
            "<str:token>": self.preview.get_absolute_url(),
            "own": OWN_COMMENT.to(self.comment.pk),
            "reports": REPORT.to(self.notice.pk),
            "standing": SANCTION.to(self.sanction.pk),
        }
        links |= {
            "unfollow": FOLLOW_STOP.to(self.follower.pk),
            "desk-mail": moderator_letters.stop_path(self.seat, "digest"),
            "by-mail": paths_for(self.waiting, self.seat.user)["approve"],
        }
        link = links.get(kind) or STOP_MAIL.to(self.comment.pk)
        return {"token": link.rstrip("/").rpartition("/")[2], "key": key, "way": "approve"}

    @cached_property
    def writer_slug(self) -> str:
        return str(self.article.writers.get().slug)
