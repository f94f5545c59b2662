"""Followers hear of a new article once, in one mail a day or week, and of nothing they should not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from edge.mail import send_due_letters
from edge.models import Letter
from newsletters.models import Subscriber, Subscription, Update
from newsletters.subscribing import stop
from newsletters.updates import write_due_updates
from tests.factories import (
    create_article,
    create_subscriber,
    create_subscription,
    create_topic,
    fill_in_postal_address,
)
from tests.smtp import smtp  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(db):
    fill_in_postal_address()


def follow(topic, **fields):
    return create_subscription(topic=topic, **fields)


def days_later(days: int) -> None:
    """As if everything had happened so many days earlier."""
    back = timedelta(days=days)
    for subscriber in Subscriber.objects.all():
        for name in ("daily_mailed_at", "weekly_mailed_at"):
            if at := getattr(subscriber, name):
                setattr(subscriber, name, at - back)
        subscriber.save()
    for letter in Letter.objects.all():
        Letter.objects.filter(pk=letter.pk).update(key=f"{letter.key} and {days} days")


def test_a_follower_gets_a_mail_about_a_new_article_once():
    follower = follow(create_topic()).subscriber
    create_article(published=True, topic=Subscription.objects.get().topic, title="Better sleep")

    assert [write_due_updates(), write_due_updates()] == [1, 0]
    letter = Letter.objects.get()
    assert letter.to == follower.email
    assert "Better sleep" in letter.text
    assert "Better sleep" in letter.html


def test_the_worker_sends_it_over_smtp_with_all_that_mail_programs_want(smtp, settings):  # noqa: F811
    settings.BASE_URL = "https://wellread.example"
    topic = create_topic(name="Hemifacial spasm", slug="hemifacial-spasm")
    follower = follow(topic).subscriber
    create_article(published=True, topic=topic, title="A face that twitches", slug="hemifacial-spasm-at-work")
    write_due_updates()
    send_due_letters()

    mail = smtp.to(follower.email)[0].message
    assert mail["List-Unsubscribe"].startswith("<https://wellread.example/newsletter/stop/")
    assert len(mail["List-Unsubscribe"].strip("<>")) <= 70
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<updates.wellread.example>"
    assert mail["Precedence"] == "bulk"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not mail.defects
    for part in ("plain", "html"):
        words = mail.get_body((part,)).get_content()
        assert "1 Kind Street" in words
        assert "/newsletter/stop/" in words
        assert "/newsletter/preferences/" in words
        assert "A face that twitches" in words


def test_the_one_click_of_a_mail_on_the_wire_works(smtp, client):  # noqa: F811
    subscription = follow(create_topic())
    create_article(published=True, topic=subscription.topic)
    write_due_updates()
    send_due_letters()

    address = smtp.mails[0].message["List-Unsubscribe"].strip("<>")
    client.post(address[address.index("/newsletter/") :], {"List-Unsubscribe": "One-Click"})

    subscription.refresh_from_db()
    assert subscription.status == "ended"


def test_no_topic_stands_in_a_header_or_a_link(smtp):  # noqa: F811
    topic = create_topic(name="Hemifacial spasm", slug="hemifacial-spasm")
    follow(topic)
    create_article(published=True, topic=topic, title="Twitching", slug="hemifacial-spasm-at-work")
    write_due_updates()
    send_due_letters()

    mail = smtp.mails[0].message
    headers = " ".join(str(value) for _name, value in mail.items()).lower()
    assert "hemifacial" not in headers
    for part in ("plain", "html"):
        words = mail.get_body((part,)).get_content()
        assert "hemifacial-spasm" not in words
        assert "<img" not in words


def test_followers_of_another_topic_and_of_the_newsletter_hear_nothing():
    follow(create_topic())
    create_subscription()
    create_article(published=True)

    assert write_due_updates() == 0


def test_other_topics_of_an_article_and_topics_above_count_too():
    above = create_topic()
    main, other = create_topic(parent=above), create_topic()
    followers = {follow(topic).subscriber.email for topic in (above, main, other)}
    create_article(published=True, topic=main).other_topics.add(other)

    assert write_due_updates() == 3
    assert set(Letter.objects.values_list("to", flat=True)) == followers


def test_a_topic_below_is_another_matter():
    above = create_topic()
    follow(create_topic(parent=above))
    create_article(published=True, topic=above)

    assert write_due_updates() == 0


def test_two_topics_and_two_articles_make_one_mail():
    one, two = create_topic(name="Sleep"), create_topic(name="Pain")
    subscriber = follow(one).subscriber
    follow(two, subscriber=subscriber)
    create_article(published=True, topic=one).other_topics.add(two)
    create_article(published=True, topic=two)

    assert write_due_updates() == 1
    assert Update.objects.filter(mailed_at__isnull=False).count() == 2
    assert "Sleep, Pain" in Letter.objects.get().text


def test_weekly_waits_seven_days():
    subscription = follow(create_topic(), frequency="weekly")
    create_article(published=True, topic=subscription.topic)
    write_due_updates()
    create_article(published=True, topic=subscription.topic, title="Second")

    for days, written in ((0, 0), (6, 0), (1, 1)):
        days_later(days)
        assert write_due_updates() == written
    assert "Second" in Letter.objects.first().text


def test_daily_is_once_a_calendar_day():
    subscription = follow(create_topic(), frequency="daily")
    create_article(published=True, topic=subscription.topic)
    write_due_updates()
    create_article(published=True, topic=subscription.topic)

    assert write_due_updates() == 0
    days_later(1)
    assert write_due_updates() == 1


def test_a_weekly_topic_does_not_ride_on_a_daily_one():
    daily = follow(create_topic(), frequency="daily")
    weekly = follow(create_topic(), frequency="weekly", subscriber=daily.subscriber)
    create_article(published=True, topic=weekly.topic)
    write_due_updates()
    days_later(1)
    create_article(published=True, topic=daily.topic, title="For today")
    create_article(published=True, topic=weekly.topic, title="For the week")

    assert write_due_updates() == 1
    assert "For today" in Letter.objects.first().text
    assert "For the week" not in Letter.objects.first().text


def test_who_followed_after_publishing_is_not_owed_the_old_article():
    topic = create_topic()
    create_article(published=True, topic=topic, published_at=timezone.now() - timedelta(hours=1))
    follow(topic, started_at=timezone.now())

    assert write_due_updates() == 0
    assert not Update.objects.exists()


def test_an_article_of_long_ago_is_no_news():
    topic = create_topic()
    follow(topic)
    create_article(published=True, topic=topic, published_at=timezone.now() - timedelta(days=8))

    assert write_due_updates() == 0


def test_an_article_published_a_second_time_is_not_mailed_again():
    subscription = follow(create_topic(), frequency="daily")
    article = create_article(published=True, topic=subscription.topic)
    write_due_updates()
    days_later(1)
    Article.objects.filter(pk=article.pk).update(status="archived", is_live=False)
    write_due_updates()
    Article.objects.filter(pk=article.pk).update(status="published", is_live=True)

    assert write_due_updates() == 0


def test_what_is_unpublished_meanwhile_is_left_out(settings):
    fill_in_postal_address("")
    subscription = follow(create_topic())
    gone = create_article(published=True, topic=subscription.topic, title="Withdrawn words")
    create_article(published=True, topic=subscription.topic, title="Standing words")
    write_due_updates()
    Article.objects.filter(pk=gone.pk).update(status="archived", is_live=False)
    fill_in_postal_address()

    assert write_due_updates() == 1
    assert "Standing words" in Letter.objects.get().text
    assert "Withdrawn words" not in Letter.objects.get().text


def test_drafts_and_scheduled_articles_are_not_news():
    topic = create_topic()
    follow(topic)
    create_article(topic=topic)
    create_article(published=True, topic=topic, published_at=timezone.now() + timedelta(hours=1))

    assert write_due_updates() == 0


@pytest.mark.parametrize("status", ["pending", "ended"])
def test_who_has_not_confirmed_or_has_stopped_hears_nothing(status):
    subscription = follow(create_topic(), status=status)
    create_article(published=True, topic=subscription.topic)

    assert write_due_updates() == 0


def test_who_stops_between_publishing_and_mailing_hears_nothing():
    fill_in_postal_address("")
    subscription = follow(create_topic())
    create_article(published=True, topic=subscription.topic)
    write_due_updates()
    stop([subscription], how="test")
    fill_in_postal_address()

    assert write_due_updates() == 0


def test_stopping_holds_back_a_mail_that_has_not_left():
    subscription = follow(create_topic())
    create_article(published=True, topic=subscription.topic)
    write_due_updates()
    stop([subscription], how="test")

    assert Letter.objects.get().status == "withdrawn"
    assert send_due_letters() == 0


def test_an_address_whose_mail_came_back_is_left_alone():
    subscription = follow(create_topic(), subscriber=create_subscriber(bounced_at=timezone.now()))
    create_article(published=True, topic=subscription.topic)

    assert write_due_updates() == 0


def test_mailings_wait_for_the_postal_address_and_are_not_lost():
    fill_in_postal_address("  ")
    subscription = follow(create_topic())
    create_article(published=True, topic=subscription.topic)
    assert write_due_updates() == 0

    fill_in_postal_address()
    assert write_due_updates() == 1


def test_the_number_of_queries_does_not_grow_with_the_followers(django_assert_max_num_queries):
    topic = create_topic()
    for _ in range(20):
        follow(topic)
    fill_in_postal_address("")
    create_article(published=True, topic=topic)

    with django_assert_max_num_queries(12):
        write_due_updates()
    assert Update.objects.count() == 20


def test_hostile_titles_stay_words():
    subscription = follow(create_topic(name='<img src=x onerror="1">'))
    title = "<script>alert(1)</script> & {{ 7 }}\r\nBcc: x@example.org"
    create_article(published=True, topic=subscription.topic, title=title, summary=title)
    write_due_updates()

    letter = Letter.objects.get()
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "<script>alert(1)</script> & {{ 7 }}" in letter.text
