"""Telling followers what is new: an article becomes a row for each of them, and the rows become one mail a day or week."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from articles.models import Article
from edge.day import start_of
from edge.mail import write_letter
from edge.models import Letter
from newsletters.models import FannedOut, Subscriber, Subscription, Update
from newsletters.signing import Purpose, mailing_headers, mailing_links
from pages.models import SiteSettings

# An article older than this is no news: a worker that starts after a long rest stays quiet about it.
RECENT = timedelta(days=7)
PEOPLE_AT_ONCE = 500

Frequency = Subscription.Frequency
TopicsOf = Callable[[Article], frozenset[int]]


@dataclass(frozen=True)
class News:
    """An article somebody is owed, by which of the topics she follows, and how often she wants to hear of them."""

    update: Update
    reasons: list[Subscription]
    frequencies: set[str]

    @property
    def article(self) -> Article:
        return self.update.article

    @property
    def topic_names(self) -> str:
        return ", ".join(one.topic.name for one in self.reasons if one.topic)


def write_due_updates() -> int:
    """One look: rows for the followers of new articles, then the mails whose time has come. Returns how many mails.

    Several workers may look at once. While the site has no postal address the rows gather and nothing is mailed.
    """
    new = Article.objects.published().filter(published_at__gte=timezone.now() - RECENT, fanned_out=None)
    for article in new.order_by("published_at").defer("body", "body_html"):
        fan_out(article)
    site = SiteSettings.current()
    if not site.postal_address.strip():
        return 0
    topics_of, today = cache(covering_topics), timezone.localdate()
    return sum(write_digest(pk, today=today, site=site, topics_of=topics_of) for pk in due_subscribers(today))


def covering_topics(article: Article) -> frozenset[int]:
    own = [*filter(None, [article.topic]), *article.other_topics.all()]
    return frozenset(pk for topic in own for pk in topic.ancestors(include_self=True).values_list("pk", flat=True))


def fan_out(article: Article) -> None:
    """A row for everybody who followed one of its topics when it was published. Killed half-way, it is done again."""
    followers = (
        Subscription.objects.active()
        .filter(topic__in=covering_topics(article), started_at__lte=article.published_at)
        .order_by("subscriber_id")
        .values_list("subscriber", flat=True)
        .distinct()
    )
    for people in chunks(followers, "subscriber"):
        rows = [Update(subscriber_id=person, article=article) for person in people]
        Update.objects.bulk_create(rows, ignore_conflicts=True)
    FannedOut.objects.bulk_create([FannedOut(article=article)], ignore_conflicts=True)


def chunks(ids: QuerySet[Any, int], field: str) -> Iterator[list[int]]:
    """The ids in order, so many at a time, each lot asked for anew: however many people, the memory is the same."""
    last = 0
    while lot := list(ids.filter(**{f"{field}__gt": last})[:PEOPLE_AT_ONCE]):
        yield lot
        last = lot[-1]


def due_subscribers(today: date) -> Iterator[int]:
    owed = Update.objects.filter(mailed_at=None, article__in=Article.objects.published())
    follows = Subscription.objects.active().to_topics().filter(subscriber=OuterRef("pk"))
    daily = Exists(follows.filter(frequency=Frequency.DAILY)) & not_since("daily_mailed_at", today)
    weekly = Exists(follows.filter(frequency=Frequency.WEEKLY)) & not_since("weekly_mailed_at", week_of(today))
    people = Subscriber.objects.filter(daily | weekly, pk__in=owed.values("subscriber"), bounced_at=None)
    for lot in chunks(people.order_by("pk").values_list("pk", flat=True), "pk"):
        yield from lot


def write_digest(pk: int, *, today: date, site: SiteSettings, topics_of: TopicsOf) -> bool:
    """One mail with everything this person is owed by now; rows and mail in one transaction. False if nothing was."""
    with transaction.atomic():
        # Whoever comes second waits here, and then finds the rows mailed.
        subscriber = Subscriber.objects.select_for_update().filter(pk=pk, bounced_at=None).first()
        news = list(owed_news(subscriber, today, topics_of)) if subscriber else []
        letter = write_updates_letter(subscriber, news, today, site) if subscriber and news else None
        if letter is None:
            return False
        now = timezone.now()
        Update.objects.filter(pk__in=[item.update.pk for item in news]).update(letter=letter, mailed_at=now)
        used = {frequency for item in news for frequency in item.frequencies}
        Subscriber.objects.filter(pk=pk).update(**{f"{frequency}_mailed_at": now for frequency in used})
    return True


def owed_news(subscriber: Subscriber, today: date, topics_of: TopicsOf) -> Iterator[News]:
    """What is owed and due: published still, and covered by something the person follows still."""
    due = due_frequencies(subscriber, today)
    follows = list(subscriber.subscriptions.active().to_topics().select_related("topic"))
    owed = subscriber.updates.filter(mailed_at=None, article__in=Article.objects.published())
    for update in owed.select_related("article__topic").defer("article__body", "article__body_html").order_by("id"):
        topics = topics_of(update.article)
        reasons = [one for one in follows if one.topic_id in topics]
        if frequencies := {one.frequency for one in reasons} & due:
            yield News(update, reasons, frequencies)


def due_frequencies(subscriber: Subscriber, today: date) -> set[str]:
    due = set()
    if subscriber.daily_mailed_at is None or subscriber.daily_mailed_at < start_of(today):
        due.add(Frequency.DAILY)
    if subscriber.weekly_mailed_at is None or subscriber.weekly_mailed_at < start_of(week_of(today)):
        due.add(Frequency.WEEKLY)
    return {str(frequency) for frequency in due}


def write_updates_letter(subscriber: Subscriber, news: list[News], today: date, site: SiteSettings) -> Letter | None:
    # The subject names no topic: it shows on locked phones and in other people's view.
    subject = ngettext(
        "%(count)d new article for you on %(site)s", "%(count)d new articles for you on %(site)s", len(news)
    )
    return write_letter(
        key=f"updates:{subscriber.pk}:{today}",
        to=subscriber.email,
        subject=subject % {"count": len(news), "site": site.name},
        template="mail/newsletters/updates",
        context={"site": site, "news": news, **mailing_links(subscriber, Purpose.STOP_UPDATES)},
        headers=mailing_headers(subscriber, Purpose.STOP_UPDATES),
    )


def not_since(field: str, day: date) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__lt": start_of(day)})


def week_of(day: date) -> date:
    """The first day of the seven that end on `day`."""
    return day - timedelta(days=6)
