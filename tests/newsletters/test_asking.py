"""Signing up: whoever asks learns nothing, and nobody gets more than one mail a day for it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from edge.models import Letter
from newsletters import subscribing
from newsletters.models import ConsentEvent, Subscriber, Subscription
from newsletters.subscribing import ask, has_had_enough, is_flooded, normalise, stop, write_due_confirmations
from tests.factories import create_subscriber, create_subscription, create_topic

pytestmark = pytest.mark.django_db
PAGE = "/newsletter/"


def sign_up(client, email="rosa@example.net", page=PAGE, **fields):
    return client.post(page, {"email": email, **fields}, headers={"Sec-Fetch-Site": "same-origin"})


def ask_for_newsletter(email="rosa@example.net"):
    ask(email, None, "weekly", wording="Yes.", how="test")


def test_signing_up_waits_for_confirmation(client):
    answer = sign_up(client, " Rosa@Example.NET ")

    subscription = Subscription.objects.get()
    assert (subscription.subscriber.email, subscription.status) == ("rosa@example.net", "pending")
    assert answer.status_code == 302
    assert Letter.objects.get().to == "rosa@example.net"


def test_the_wording_beside_the_button_is_what_is_kept(client):
    page = client.get(PAGE).content.decode()
    sign_up(client)

    consent = ConsentEvent.objects.get()
    assert consent.action == "asked"
    assert consent.wording in page
    assert consent.how == "newsletter form"


def test_the_wording_of_a_topic_is_what_is_kept(client):
    topic = create_topic(name="Hemifacial spasm")
    page = f"/newsletter/topic/{topic.pk}/"
    shown = client.get(page).content.decode()
    sign_up(client, page=page, frequency="daily")

    assert ConsentEvent.objects.get().wording in shown
    assert "Hemifacial spasm" in ConsentEvent.objects.get().wording
    assert Subscription.objects.get().frequency == "daily"


def test_following_says_that_it_is_about_health_and_offers_weekly_first(client):
    page = client.get(f"/newsletter/topic/{create_topic().pk}/").content.decode()

    assert "health" in page
    assert 'value="weekly"' in page.split("checked")[0].rsplit("<input", 1)[1]


def test_known_and_unknown_addresses_get_the_same_bytes(client):
    create_subscription(subscriber=create_subscriber(email="known@example.net", confirmed_at=timezone.now()))
    create_subscription(subscriber=create_subscriber(email="waits@example.net"), status="pending", started_at=None)

    answers = [
        client.post(
            PAGE, {"email": f"{who}@example.net"}, headers={"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
        )
        for who in ("known", "waits", "new")
    ]

    assert len({(a.status_code, a.content, str(a.headers)) for a in answers}) == 1


def test_one_mail_a_day_covers_whatever_waits():
    topic = create_topic(name="Migraine")
    ask_for_newsletter()
    ask("rosa@example.net", topic, "weekly", wording="Yes.", how="test")
    ask_for_newsletter()

    assert Letter.objects.count() == 1
    assert Subscription.objects.waiting().count() == 2


def test_three_unanswered_mails_are_enough(monkeypatch):
    for days in range(5):
        Letter.objects.update(created_at=timezone.now() - timedelta(days=5 - days))
        monkeypatch.setattr(subscribing.timezone, "localdate", lambda days=days: f"day {days}")
        ask_for_newsletter()

    assert Letter.objects.count() == 3


def test_an_answer_makes_room_for_more():
    subscriber = create_subscriber()
    for n in range(3):
        Letter.objects.create(
            key=f"confirm:{subscriber.pk}:{n}", to=subscriber.email, created_at=timezone.now() - timedelta(days=1)
        )
    assert has_had_enough(subscriber)

    ConsentEvent.objects.create(subscriber=subscriber, action="confirmed", how="test")
    assert not has_had_enough(subscriber)


def test_who_gets_it_already_is_told_so_and_nothing_changes():
    subscription = create_subscription(topic=create_topic(), frequency="weekly")
    ask(subscription.subscriber.email, subscription.topic, "daily", wording="Yes.", how="test")

    subscription.refresh_from_db()
    assert (subscription.status, subscription.frequency) == ("active", "weekly")
    assert "You get it already" in Letter.objects.get().text


def test_who_stopped_can_begin_again():
    subscription = create_subscription()
    stop([subscription], how="test")
    ask_for_newsletter(subscription.subscriber.email)

    subscription.refresh_from_db()
    assert subscription.status == "pending"


def test_a_known_reader_who_asked_again_today_gets_the_link_tomorrow(monkeypatch):
    subscription = create_subscription()
    subscriber, topic = subscription.subscriber, create_topic()
    Letter.objects.create(key=f"confirm:{subscriber.pk}:{timezone.localdate()}", to=subscriber.email)
    ask(subscriber.email, topic, "weekly", wording="Yes.", how="test")
    assert write_due_confirmations() == 0

    monkeypatch.setattr(subscribing.timezone, "localdate", lambda: "tomorrow")
    assert [write_due_confirmations(), write_due_confirmations()] == [1, 0]


def test_a_stranger_is_never_reminded(monkeypatch):
    ask_for_newsletter()
    Letter.objects.all().delete()

    assert write_due_confirmations() == 0


def flood(*, confirmed):
    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(email=f"victim{n}@example.com", confirmed_at=now if n < confirmed else None) for n in range(220)
    )


def test_a_flood_of_strangers_holds_the_mails_and_answers_the_same(client):
    flood(confirmed=0)

    assert is_flooded()
    assert sign_up(client).status_code == 302
    assert Letter.objects.count() == 0
    assert Subscription.objects.waiting().count() == 1


def test_a_crowd_that_confirms_is_no_flood():
    flood(confirmed=12)
    assert not is_flooded()


def test_yesterdays_flood_is_over():
    flood(confirmed=0)
    Subscriber.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert not is_flooded()


def test_the_sixth_sign_up_from_a_network_is_refused_with_its_words(client):
    answers = [sign_up(client, f"person{n}@example.net") for n in range(6)]

    assert [a.status_code for a in answers] == [302] * 5 + [429]
    assert b'value="person5@example.net"' in answers[5].content
    assert not Subscriber.objects.filter(email="person5@example.net").exists()


@pytest.mark.parametrize("field", ["remarks", "website", "homepage"])
def test_who_fills_in_the_trap_is_told_and_presses_once_more(client, field):
    first = sign_up(client, **{field: "http://rosa.example"})
    page = first.content.decode()

    assert (first.status_code, Subscriber.objects.count()) == (422, 0)
    assert "Nothing has been sent yet" in page
    assert "Look into your mail" not in page
    assert '<input type="hidden" name="again" value="on">' in page
    assert 'value="rosa@example.net"' in page

    assert sign_up(client, **{field: "http://rosa.example"}, again="on").status_code == 302
    assert Letter.objects.filter(to="rosa@example.net").count() == 1


def test_who_follows_a_topic_and_fills_in_the_trap_is_told_too(client):
    page = f"{PAGE}topic/{create_topic().pk}/"
    answer = sign_up(client, page=page, frequency="weekly", remarks="x")

    assert answer.status_code == 422
    assert "Nothing has been sent yet" in answer.content.decode()
    assert 'name="again"' in answer.content.decode()


def test_another_mistake_does_not_count_as_the_second_press(client):
    page = sign_up(client, "half@", remarks="x").content.decode()

    assert 'name="again"' not in page


def test_a_form_from_elsewhere_is_refused(client):
    client.handler.enforce_csrf_checks = True
    answer = client.post(PAGE, {"email": "rosa@example.net"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Subscriber.objects.exists()


def test_the_form_needs_no_cookie_and_its_page_is_for_everybody(client):
    answer = client.get(PAGE)

    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  A.B+c@Example.ORG ", "a.b+c@example.org"),
        ("rosa@Exämple.net", "rosa@xn--exmple-cua.net"),
        ("o'hara@example.org", "o'hara@example.org"),
        ("rosa@例え.テスト", "rosa@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_an_address_has_one_spelling(typed, kept):
    assert normalise(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "josé@example.net",
        "nobody",
        "@example.org",
        "a@",
        "a@b",
        "a@localhost",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@b.example, c@d.example",
        "<script>alert(1)</script>@example.org",
        "Rosa <rosa@example.org>",
        "a@" + "x" * 64 + ".example",
        "a@" + "ä" * 300 + ".example",
        "a" * 250 + "@example.org",
        "a@exa\u200bmple..org",
        "\u202ea@example.org",
    ],
)
def test_an_impossible_address_is_refused(typed):
    with pytest.raises(ValidationError):
        normalise(typed)


@pytest.mark.parametrize("typed", ["", "nobody", "a\x00b@example.org", "josé@example.net", "a" * 5_000, "<b>@x"])
def test_a_wrong_address_comes_back_with_a_word_about_it(client, typed):
    answer = sign_up(client, typed)

    assert answer.status_code == 422
    assert b'class="error"' in answer.content
    assert not Subscriber.objects.exists()


def test_an_unknown_frequency_is_refused(client):
    page = f"/newsletter/topic/{create_topic().pk}/"
    assert sign_up(client, page=page, frequency="hourly").status_code == 422


def test_a_topic_that_is_not_there_is_404(client):
    assert client.get("/newsletter/topic/999999/").status_code == 404


def test_a_hostile_topic_name_is_shown_as_words(client):
    topic = create_topic(name="<script>alert(1)</script>{{ 7 }}\"'")
    page = f"/newsletter/topic/{topic.pk}/"

    assert b"<script>alert" not in client.get(page).content
    assert sign_up(client, page=page, frequency="weekly").status_code == 302
    letter = Letter.objects.get()
    assert "<script>alert" not in letter.html
    assert "<script>alert(1)</script>" in letter.text


def test_the_form_that_stands_in_other_pages_shows_the_same_wording():
    from django.template.loader import render_to_string

    assert subscribing.wording(None) in render_to_string("articles/newsletter_form.html")


def test_another_spelling_of_an_address_is_not_asked_more_often():
    for n in range(5):
        ask_for_newsletter(f"rosa+{n}@example.net")
    ask_for_newsletter("anna@example.net")

    assert Letter.objects.filter(mailbox="rosa@example.net").count() == subscribing.UNANSWERED
    assert Letter.objects.filter(to="anna@example.net").exists()


def test_whoever_answered_under_one_spelling_is_asked_under_another():
    for n in range(4):
        ask_for_newsletter(f"rosa+{n}@example.net")
        subscriber = Subscriber.objects.get(email=f"rosa+{n}@example.net")
        subscribing.confirm(subscriber, subscriber.subscriptions.values_list("pk", flat=True), how="test")

    assert Letter.objects.filter(mailbox="rosa@example.net").count() == 4
