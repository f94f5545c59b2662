"""The demo's readers: what they write, ask, rate and follow."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User, Writer
from articles.models import Article, Rating, Topic
from comments.decisions.comments import approve, mark_as_spam, reject, remove
from comments.intake.receive import receive
from comments.models import Comment, Decision, Thread
from newsletters.models import ConsentEvent, Subscriber, Subscription
from pages.models import Page
from questions.models import Question

Entry = dict[str, Any]


def load_comments(entries: list[Entry], articles: dict[str, Article], writers: dict[str, Writer]) -> None:
    by_key: dict[str, Comment] = {}
    # In the order of time: whether somebody is new here depends on what she wrote before.
    for entry in sorted(entries, key=lambda each: -each["days_ago"]):
        thread = articles[entry["article"]].thread
        assert thread is not None, entry["article"]  # noqa: S101  the demo's comments stand under published articles
        by_key[entry["key"]] = write(thread, entry, writers, parent=by_key.get(entry.get("reply_to", "")))
    for article in articles.values():
        if article.is_public:
            rate(article)


def load_questions(entries: list[Entry], topics: dict[str, Topic], writers: dict[str, Writer]) -> None:
    for entry in entries:
        asked_at = timezone.now() - timedelta(days=entry["days_ago"])
        thread = Thread.objects.create(title=entry["title"], is_public=True, created_at=asked_at)
        question = Question.objects.create(
            title=entry["title"],
            slug=Question.slug_for(entry["title"]),
            topic=topics.get(entry["topic"]),
            thread=thread,
            asked_at=asked_at,
        )
        thread.address = question.get_absolute_url()
        thread.opening = write(thread, entry, writers)
        thread.save()
        for answer in entry.get("answer", []):
            write(thread, answer, writers)


def write(thread: Thread, entry: Entry, writers: dict[str, Writer], parent: Comment | None = None) -> Comment:
    """One reader's words, in the state the demo wants; decisions are a moderator's, and recorded."""
    writer = writers.get(entry.get("by", ""))
    written_at = timezone.now() - timedelta(days=entry["days_ago"], minutes=len(entry["body"]) % 600)
    comment = said(
        thread, written_at, parent=parent, writer=writer, author=writer.user if writer else None,
        name=entry["name"], email=entry["email"], body=entry["body"],
    )  # fmt: skip
    decide(comment, entry)
    return comment


def said(thread: Thread, at: datetime, **words: Any) -> Comment:
    """Through the same door as everybody's words, but as if it had been then. Call it inside a transaction: what is
    sealed in between could not be set back."""
    comment = receive(thread, terms=Page.objects.get(slug="terms").current, limited=False, **words)
    set_back(comment, at)
    return comment


def set_back(comment: Comment, at: datetime) -> None:
    waits = at if comment.waits_since else None
    decided = at if comment.decided_at else None
    Comment.objects.filter(pk=comment.pk).update(created_at=at, waits_since=waits, decided_at=decided)
    comment.created_at, comment.waits_since, comment.decided_at = at, waits, decided
    comment.versions.update(created_at=at)
    comment.decisions.update(at=at)


def decide(comment: Comment, entry: Entry) -> None:
    moderator = User.objects.get(email="moderator@example.org")
    reason, note = Decision.Reason.DANGEROUS, entry.get("reason", "")
    match entry["status"]:
        case "approved":
            approve(comment, by=moderator)
        case "rejected":
            reject(comment, by=moderator, reason=reason, note=note)
        case "spam":
            mark_as_spam(comment, by=moderator)
        case "removed":
            approve(comment, by=moderator)
            remove(comment, by=moderator, reason=Decision.Reason.PRIVATE, note=note)
    decided_at(comment, min(comment.created_at + timedelta(minutes=25), timezone.now()))


def decided_at(comment: Comment, at: datetime) -> None:
    comment.decisions.filter(by__isnull=False).update(at=at)
    if comment.decided_at:
        Comment.objects.filter(pk=comment.pk).update(decided_at=at)


def rate(article: Article) -> None:
    chance = random.Random(article.slug)  # noqa: S311  a demo's stars
    stars = [chance.choice([3, 4, 4, 5, 5, 5]) for _n in range(chance.randrange(4, 48))]
    Rating.objects.bulk_create(
        Rating(article=article, stars=given, browser=f"demo{number}") for number, given in enumerate(stars)
    )
    Article.objects.filter(pk=article.pk).update(rating_count=len(stars), rating_sum=sum(stars))


def load_subscribers(entries: list[Entry], topics: dict[str, Topic]) -> None:
    for entry in entries:
        asked_at = timezone.now() - timedelta(days=entry["days_ago"])
        confirmed_at = asked_at + timedelta(minutes=7) if entry["confirmed"] else None
        subscriber = Subscriber.objects.create(email=entry["email"], confirmed_at=confirmed_at, created_at=asked_at)
        for topic in [None] * entry["newsletter"] + [topics[slug] for slug in entry["topics"]]:
            follow(subscriber, topic, entry["frequency"])


def follow(subscriber: Subscriber, topic: Topic | None, frequency: str) -> None:
    asked_at, confirmed_at = subscriber.created_at, subscriber.confirmed_at
    subscription = Subscription.objects.create(
        subscriber=subscriber,
        topic=topic,
        frequency=frequency,
        status=Subscription.Status.ACTIVE if confirmed_at else Subscription.Status.PENDING,
        asked_at=asked_at,
        started_at=confirmed_at,
    )
    wording = "Send me the newsletter." if topic is None else f"Send me e-mail updates on {topic.name}."
    both = {"subscriber": subscriber, "subscription": subscription, "wording": wording}
    ConsentEvent.objects.create(**both, action=ConsentEvent.Action.ASKED, how="the form", at=asked_at)
    if confirmed_at:
        confirmed = {"action": ConsentEvent.Action.CONFIRMED, "how": "the link in a mail", "at": confirmed_at}
        ConsentEvent.objects.create(**both, **confirmed)
