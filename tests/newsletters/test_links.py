"""The links in mail: a page with a button, for the person who got it, and not a word about topics."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone

from articles.models import Article
from edge.models import Letter
from newsletters import signing
from newsletters.models import ConsentEvent, Subscriber, Subscription, Update
from newsletters.signing import Purpose, confirm_path, make_token, preferences_path, stop_path
from newsletters.subscribing import make_links_worthless
from tests.factories import create_article, create_subscriber, create_subscription, create_topic

pytestmark = pytest.mark.django_db


def everything() -> str:
    models = [Subscriber, Subscription, ConsentEvent, Update, Letter]
    return json.dumps([serializers.serialize("json", model.objects.order_by("pk")) for model in models])


def waiting_subscription(**fields):
    return create_subscription(status="pending", started_at=None, subscriber=create_subscriber(), **fields)


def press(client, path, **fields):
    return client.post(path, fields)


def paths_of(subscriber):
    stops = [stop_path(subscriber, purpose) for purpose in (Purpose.STOP_NEWSLETTER, Purpose.STOP_UPDATES)]
    return [confirm_path(subscriber), preferences_path(subscriber), *stops]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_a_link_changes_nothing(client, method):
    subscription = create_subscription(topic=create_topic())
    create_subscription(subscriber=subscription.subscriber, status="pending", started_at=None)
    article = create_article(published=True)
    before = everything()

    for path in [*paths_of(subscription.subscriber), f"/newsletter/read/{article.pk}/"]:
        for _ in range(3):
            getattr(client, method)(path)

    assert everything() == before


def test_confirming_starts_what_waits_and_keeps_the_proof(client):
    subscription = waiting_subscription()
    path = confirm_path(subscription.subscriber)
    assert b"<button" in client.get(path).content

    answer = press(client, path, subscription=subscription.pk)

    subscription.refresh_from_db()
    assert subscription.status == "active"
    assert subscription.started_at is not None
    assert subscription.subscriber.confirmed_at is not None
    assert "Welcome" in answer.content.decode()
    consent = ConsentEvent.objects.get(action="confirmed")
    assert "newsletter" in consent.wording
    assert consent.how == "link in the mail"


def test_confirming_twice_is_friendly_and_changes_nothing(client):
    subscription = waiting_subscription()
    path = confirm_path(subscription.subscriber)
    press(client, path, subscription=subscription.pk)
    before = everything()

    answer = press(client, path, subscription=subscription.pk)

    assert answer.status_code == 200
    assert "All is confirmed" in answer.content.decode()
    assert everything() == before


def test_what_somebody_else_slipped_in_since_the_page_was_shown_goes_on_waiting(client):
    shown = waiting_subscription()
    later = create_subscription(subscriber=shown.subscriber, topic=create_topic(), status="pending", started_at=None)
    press(client, confirm_path(shown.subscriber), subscription=shown.pk)

    later.refresh_from_db()
    assert later.status == "pending"


def test_nobody_confirms_for_somebody_else(client):
    mine, other = waiting_subscription(), waiting_subscription()
    press(client, confirm_path(mine.subscriber), subscription=[other.pk, "x", "9" * 40])

    other.refresh_from_db()
    assert other.status == "pending"


def test_a_link_to_confirm_grows_old(client, monkeypatch):
    subscription = waiting_subscription()
    path = confirm_path(subscription.subscriber)
    later = timezone.now() + timedelta(days=7, minutes=2)
    monkeypatch.setattr(signing.timezone, "now", lambda: later)

    for answer in (client.get(path), press(client, path, subscription=subscription.pk)):
        assert answer.status_code == 410
        assert b"/newsletter/" in answer.content
    subscription.refresh_from_db()
    assert subscription.status == "pending"


@pytest.mark.parametrize(
    "token", ["x", "1.0.x", "..", "1.0.", "zzzzzzzzzzzzz.0.x", "1.zzzzzzzzzzzzz.x", "%00", "é.0.é", "-1.0.x"]
)
def test_a_wrong_link_says_how_to_get_a_new_one(client, token):
    create_subscriber()
    for name in ("confirm", "preferences", "stop"):
        answer = client.get(f"/newsletter/{name}/{token}/")
        assert answer.status_code == 404
        assert b"Get a new link" in answer.content


def test_a_link_opens_only_the_page_it_was_made_for(client):
    subscriber = create_subscription().subscriber
    stop = make_token(subscriber, Purpose.STOP_NEWSLETTER)

    assert client.get(f"/newsletter/preferences/{stop}/").status_code == 404
    assert client.get(f"/newsletter/confirm/{stop}/").status_code == 404


def test_a_new_key_makes_every_link_worthless(client):
    subscriber = create_subscription().subscriber
    paths = paths_of(subscriber)
    make_links_worthless(subscriber)

    assert [client.get(path).status_code for path in paths] == [404] * 4


def test_links_live_through_a_change_of_the_secret_key(client, settings):
    path = preferences_path(create_subscription().subscriber)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert client.get(path).status_code == 200

    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("purpose", "ended", "runs"),
    [(Purpose.STOP_NEWSLETTER, "newsletter", "topic"), (Purpose.STOP_UPDATES, "topic", "newsletter")],
)
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart"])
def test_one_click_stops_its_kind_of_mail_and_no_other(purpose, ended, runs, content_type):
    subscriber = create_subscriber(confirmed_at=timezone.now())
    things = {
        "newsletter": create_subscription(subscriber=subscriber),
        "topic": create_subscription(subscriber=subscriber, topic=create_topic()),
    }
    client = Client(enforce_csrf_checks=True)
    path = stop_path(subscriber, purpose)
    if content_type == "multipart":
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    else:
        answer = client.post(path, "List-Unsubscribe=One-Click", content_type=content_type)

    assert answer.status_code == 200
    assert not answer.cookies
    for thing in things.values():
        thing.refresh_from_db()
    assert (things[ended].status, things[runs].status) == ("ended", "active")
    assert ConsentEvent.objects.get(action="ended").how == "one click in the mail program"


def test_stopping_twice_is_fine(client):
    subscriber = create_subscription().subscriber
    path = stop_path(subscriber, Purpose.STOP_NEWSLETTER)

    assert [press(client, path).status_code for _ in range(2)] == [200, 200]
    assert ConsentEvent.objects.filter(action="ended").count() == 1


@pytest.mark.parametrize("purpose", [Purpose.STOP_NEWSLETTER, Purpose.STOP_UPDATES])
def test_the_page_behind_stop_says_that_it_has_worked(client, purpose):
    topic = create_topic() if purpose is Purpose.STOP_UPDATES else None
    answer = press(client, stop_path(create_subscription(topic=topic).subscriber, purpose)).content.decode()

    assert "<h1>Stopped</h1>" in answer
    assert "<form" not in answer.partition("<main")[2].partition("</main>")[0]


def test_the_stop_page_names_neither_address_nor_topic(client):
    subscription = create_subscription(topic=create_topic(name="Hemifacial spasm"))
    page = client.get(stop_path(subscription.subscriber, Purpose.STOP_UPDATES)).content.decode()

    assert "<button" in page
    assert "Hemifacial" not in page
    assert subscription.subscriber.email not in page


def test_preferences_change_how_often(client):
    subscription = create_subscription(topic=create_topic())
    path = preferences_path(subscription.subscriber)
    press(client, path, act="save", **{f"subscription_{subscription.pk}": "daily"})

    subscription.refresh_from_db()
    assert (subscription.status, subscription.frequency) == ("active", "daily")
    assert ConsentEvent.objects.get().action == "changed"


def test_preferences_stop_one_thing(client):
    newsletter = create_subscription()
    topic = create_subscription(subscriber=newsletter.subscriber, topic=create_topic())
    path = preferences_path(newsletter.subscriber)
    press(client, path, act="save", **{f"subscription_{newsletter.pk}": "stop", f"subscription_{topic.pk}": "weekly"})

    newsletter.refresh_from_db()
    topic.refresh_from_db()
    assert (newsletter.status, topic.status) == ("ended", "active")


def test_preferences_stop_everything_also_what_waits(client):
    running = create_subscription()
    create_subscription(subscriber=running.subscriber, topic=create_topic(), status="pending", started_at=None)
    press(client, preferences_path(running.subscriber), act="stop")

    assert not Subscription.objects.not_ended().exists()


def test_preferences_do_not_touch_somebody_elses(client):
    mine, other = create_subscription(), create_subscription()
    press(client, preferences_path(mine.subscriber), act="save", **{f"subscription_{other.pk}": "stop"})

    other.refresh_from_db()
    assert other.status == "active"


def test_a_wrong_choice_is_told(client):
    subscription = create_subscription(topic=create_topic())
    answer = press(
        client, preferences_path(subscription.subscriber), act="save", **{f"subscription_{subscription.pk}": "hourly"}
    )
    assert answer.status_code == 422


def test_deleting_asks_once_more_and_then_forgets_all(client):
    subscription = create_subscription(topic=create_topic())
    subscriber = subscription.subscriber
    letter = Letter.objects.create(key="updates:1:today", to=subscriber.email)
    Update.objects.create(subscriber=subscriber, article=create_article(published=True), letter=letter)
    confirm = Letter.objects.create(key=f"confirm:{subscriber.pk}:x", to=subscriber.email)
    other = Letter.objects.create(key="comment:1", to=subscriber.email)
    path = preferences_path(subscriber)

    press(client, path, act="delete")
    assert Subscriber.objects.filter(pk=subscriber.pk).exists()
    press(client, path, act="delete", sure="1")

    assert not Subscriber.objects.filter(pk=subscriber.pk).exists()
    assert not ConsentEvent.objects.exists()
    assert not Letter.objects.filter(pk__in=[letter.pk, confirm.pk]).exists()
    assert Letter.objects.filter(pk=other.pk).exists()
    assert client.get(path).status_code == 404


def test_pages_behind_links_set_no_cookie_and_are_nobodys_to_keep(client):
    for path in paths_of(create_subscription().subscriber):
        answer = client.get(path)
        assert not answer.cookies
        assert "no-store" in answer.headers["Cache-Control"]
        assert b'content="noindex"' in answer.content


def test_a_link_to_an_article_leads_there_while_readers_may_see_it(client):
    article = create_article(published=True)
    path = f"/newsletter/read/{article.pk}/"
    assert client.get(path).headers["Location"] == article.get_absolute_url()

    Article.objects.filter(pk=article.pk).update(status="archived", is_live=False)
    assert client.get(path).status_code == 404


def test_a_consent_is_written_once():
    consent = ConsentEvent.objects.create(subscriber=create_subscriber(), action="asked", how="test")
    with pytest.raises(TypeError):
        consent.save()
