"""One page for everything the site mails to an address: it lists all of it, and its buttons do what they say."""

import pytest
from django.test import Client
from django.utils import timezone

from comments.followers import following
from comments.models import Comment, Follower, Seat
from comments.text.signing import FOLLOW_STOP, STOP_MAIL, mail_path
from edge.models import Letter
from newsletters.models import Subscriber, Subscription
from newsletters.signing import preferences_path
from newsletters.subscribing import make_links_worthless
from tests.factories import (
    create_comment,
    create_subscriber,
    create_subscription,
    create_thread,
    create_topic,
    create_user,
)

pytestmark = pytest.mark.django_db
ROSA = "rosa@example.net"


@pytest.fixture
def follower():
    thread = create_thread(title="Living with hemifacial spasm")
    return Follower.objects.create(thread=thread, email=ROSA, confirmed_at=timezone.now())


@pytest.fixture
def everything(follower, moderator):
    """One of each kind to one address; returns the way to its page."""
    moderator.email = ROSA
    moderator.save()
    Seat.objects.create(user=moderator)
    subscriber = create_subscriber(email=ROSA, confirmed_at=timezone.now())
    create_subscription(subscriber=subscriber)
    create_subscription(subscriber=subscriber, topic=create_topic(name="Epilepsy"))
    create_comment(email=ROSA, wants_mail=True)
    following.follow(create_thread(title="A page she wrote"), moderator)
    return preferences_path(subscriber)


def labels(path):
    return [field.label for field in Client().get(path).context["form"]]


def letters_from(*keys):
    return [Letter.objects.create(key=key, to=ROSA, subject="News") for key in keys]


def test_the_page_lists_everything_of_every_kind(everything):
    assert labels(everything) == [
        "The newsletter", "Epilepsy", "New comments: Living with hemifacial spasm", "New comments: A page she wrote",
        "Answers to what you wrote", "From the desk: what waits", "From the desk: when somebody may be in danger",
    ]  # fmt: skip


def test_stop_everything_stops_everything_and_the_page_says_so_truly(client, everything, follower):
    ask = Follower.objects.create(thread=create_thread(), email=ROSA)
    letters_from(f"follow:{follower.pk}:1", "reply:1", "confirm:1:x", "desk:1:0")

    page = client.post(everything, {"act": "stop"}).content.decode()

    assert "You get no mail from us." in page
    assert not Follower.objects.active().exists()
    assert not Follower.objects.filter(pk=ask.pk).exists()
    assert not Subscription.objects.not_ended().exists()
    assert not Comment.objects.filter(wants_mail=True).exists()
    assert not [kind for kind in ("digest", "crisis") if Seat.objects.get().wants(kind)]
    assert not Letter.objects.filter(to=ROSA, status=Letter.Status.WAITING).exists()
    assert labels(everything) == []


def test_what_was_typed_for_an_account_does_not_wait_after_everything_is_stopped(client, everything, moderator):
    Follower.objects.create(thread=create_thread(), user=moderator)

    page = client.post(everything, {"act": "stop"})

    assert not page.context["waiting"]


def test_one_thing_is_stopped_and_the_others_go_on(client, everything, follower):
    client.post(everything, {"act": "save", f"conversation_{follower.pk}": "stop"})

    assert len(labels(everything)) == 6
    assert not Follower.objects.active().filter(pk=follower.pk).exists()


@pytest.mark.parametrize("name", ["answers", "digest", "crisis"])
def test_every_kind_can_be_stopped_alone(client, everything, name):
    client.post(everything, {"act": "save", name: "stop"})

    assert len(labels(everything)) == 6


def test_saving_without_a_change_changes_nothing(client, everything):
    form = client.get(everything).context["form"]
    same = {field.html_name: field.value() for field in form}

    assert "Nothing was changed." in client.post(everything, {"act": "save", **same}).content.decode()
    assert len(labels(everything)) == 7


def test_deleting_leaves_nothing_that_would_mail(client, everything, follower):
    letters_from(f"follow:{follower.pk}:1", "issue:1:1")

    page = client.post(everything, {"act": "delete", "sure": "1"}).content.decode()

    assert "Your account, or what you wrote here, stays as it is." in page
    assert not Subscriber.objects.exists()
    assert not Follower.objects.filter(email=ROSA).exists()
    assert not Follower.objects.active().exists()
    assert not Comment.objects.filter(wants_mail=True).exists()
    assert not Letter.objects.filter(key__startswith="follow:").exists()


def test_whoever_only_follows_a_conversation_has_the_page_too_and_it_forgets_her(client, follower):
    path = mail_path("follower", follower.pk, ROSA)
    assert labels(path) == ["New comments: Living with hemifacial spasm"]

    page = client.post(path, {"act": "delete", "sure": "1"}).content.decode()

    assert "We no longer have your address" in page
    assert not Follower.objects.exists()
    assert client.get(path).status_code == 404


def test_pages_that_stop_one_kind_lead_to_the_page_of_all(client, follower):
    path = mail_path("follower", follower.pk, ROSA)

    assert path in client.get(FOLLOW_STOP.to(follower.pk)).content.decode()
    comment = create_comment(email=ROSA, wants_mail=True)
    path_of_comment = mail_path("comment", comment.pk, comment.address)
    assert path_of_comment in client.get(STOP_MAIL.to(comment.pk)).content.decode()
    assert labels(path_of_comment) == labels(path)[:1] + ["Answers to what you wrote"]


def test_a_link_is_worth_nothing_once_the_account_has_another_address(client):
    rosa = create_user(email=ROSA)
    follower = following.follow(create_thread(), rosa)
    path = mail_path("follower", follower.pk, follower.address)
    rosa.email = "new@example.net"
    rosa.save()

    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "token", ["follower-1:x", "comment-1:x", "follower-:x", "follower-²:x", f"comment-{'9' * 40}:x"]
)
def test_a_forged_link_opens_nothing(client, follower, token):
    create_comment()
    assert client.get(f"/newsletter/preferences/{token}/").status_code == 404


def test_when_all_links_are_made_worthless_those_in_mail_about_comments_are_too(client, everything, follower):
    comment = Comment.objects.get(email=ROSA)
    paths = [mail_path("follower", follower.pk, ROSA), mail_path("comment", comment.pk, ROSA)]
    assert [client.get(path).status_code for path in paths] == [200, 200]

    make_links_worthless(Subscriber.objects.get())

    assert [client.get(path).status_code for path in [*paths, everything]] == [404] * 3


def test_opening_the_page_changes_nothing(everything, follower):
    for path in (everything, mail_path("follower", follower.pk, ROSA)):
        Client().get(path)
        Client().head(path)

    assert len(labels(everything)) == 7


def test_nobody_elses_mail_is_listed_or_stopped(client, everything):
    other = Follower.objects.create(thread=create_thread(), email="tom@example.net", confirmed_at=timezone.now())
    client.post(everything, {"act": "save", f"conversation_{other.pk}": "stop"})
    client.post(everything, {"act": "stop"})

    assert Follower.objects.active().get() == other
