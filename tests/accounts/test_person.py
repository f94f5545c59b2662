from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import people
from accounts.models import User
from accounts.people import apply_policy, erase, held_about
from articles.workflow.saving import adopt
from comments.models import Comment
from edge.models import Letter
from newsletters.models import Subscriber, Subscription
from pages.personal_data import rules
from tests.factories import create_article, create_comment, create_user, create_writer

EMAIL = "rosa@example.net"


def everything_about(email: str) -> None:
    user = create_user(email=email, name="Rosa")
    create_comment(email=email, name="Rosa", body="My own words", author=user)
    create_comment(email=email.upper(), name="Rosa", body="More of my words")
    subscriber = Subscriber.objects.create(email=email)
    Subscription.objects.create(subscriber=subscriber)
    Letter.objects.create(key="a", to=email, subject="Hello", text="Hi")


@pytest.mark.django_db
def test_everything_about_a_person_is_found():
    everything_about(EMAIL)

    found = {held.rule.model: len(held.rows) for held in held_about(EMAIL)}

    assert found["comments.Comment"] == 2
    assert {"accounts.User", "newsletters.Subscriber", "newsletters.Subscription", "edge.Letter"} <= set(found)


@pytest.mark.django_db
def test_a_password_hash_is_not_shown():
    everything_about(EMAIL)

    assert User.objects.get(email=EMAIL).password not in str(held_about(EMAIL))


@pytest.mark.django_db
def test_a_letter_shows_no_link_that_sets_a_password(client, administrator):
    create_user(email=EMAIL)
    client.post("/accounts/password/reset/", {"email": EMAIL})
    client.force_login(administrator)

    page = client.post("/admin/accounts/user/person/", {"email": EMAIL}).content.decode()

    assert "Mail on its way" in page
    assert "/password/reset/key/" not in page


@pytest.mark.django_db
def test_after_erasing_no_row_holds_the_person():
    everything_about(EMAIL)

    erase(EMAIL)

    assert held_about(EMAIL) == []
    assert not Comment.objects.filter(body__contains="words").exists()
    assert not User.objects.filter(email=EMAIL).exists()


@pytest.mark.django_db
def test_erasing_leaves_others_alone():
    everything_about(EMAIL)
    other = create_comment(email="jun@example.net", body="Somebody else")

    erase(EMAIL)

    other.refresh_from_db()
    assert other.body == "Somebody else"


@pytest.mark.django_db
def test_an_empty_place_stays_where_replies_hang():
    parent = create_comment(email=EMAIL, status="approved")
    reply = create_comment(parent=parent, status="approved")

    erase(EMAIL)

    reply.refresh_from_db()
    assert reply.parent.body == ""
    assert reply.parent.email == ""


@pytest.mark.django_db
def test_the_command_shows_and_erases(capsys):
    everything_about(EMAIL)

    call_command("person", EMAIL, erase=True, no_input=True)
    call_command("person", EMAIL)

    shown = capsys.readouterr().out
    assert "My own words" in shown
    assert f"Nothing is held about {EMAIL}." in shown


@pytest.mark.django_db
def test_a_network_is_forgotten_after_thirty_days():
    old = create_comment(network="a" * 32, created_at=timezone.now() - timedelta(days=31))
    new = create_comment(network="b" * 32)

    apply_policy()

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.network, new.network) == ("", "b" * 32)


@pytest.mark.django_db
def test_spam_is_deleted_after_ninety_days_and_other_comments_are_not():
    long_ago = timezone.now() - timedelta(days=91)
    create_comment(status="spam", created_at=long_ago)
    kept = create_comment(status="approved", created_at=long_ago)

    apply_policy()

    assert list(Comment.objects.all()) == [kept]


@pytest.mark.django_db
def test_what_is_old_goes_in_short_turns(monkeypatch):
    monkeypatch.setattr(people, "CHUNK", 2)
    monkeypatch.setattr(people, "TURN_SECONDS", 0)
    for n in range(5):
        create_comment(status="spam", network=f"{n}", created_at=timezone.now() - timedelta(days=91))

    turns = 0
    while apply_policy():
        turns += 1

    assert turns >= 3
    assert not Comment.objects.exists()


@pytest.mark.django_db
def test_an_address_that_never_confirmed_is_forgotten_after_a_week():
    week = timezone.now() - timedelta(days=8)
    Subscriber.objects.create(email="never@example.net", created_at=week)
    Subscriber.objects.create(email="did@example.net", created_at=week, confirmed_at=week)

    apply_policy()

    assert [s.email for s in Subscriber.objects.all()] == ["did@example.net"]


def test_only_who_may_delete_people_sees_what_is_held(client, moderator, administrator):
    client.force_login(moderator)
    assert client.get("/admin/accounts/user/person/").status_code == 403

    client.force_login(administrator)
    assert client.get("/admin/accounts/user/person/").status_code == 200


def test_an_administrator_erases_only_after_typing_the_address(client, administrator):
    create_comment(email=EMAIL, body="My own words")
    client.force_login(administrator)

    client.post("/admin/accounts/user/person/erase/", {"email": EMAIL, "typed": "wrong@example.net"})
    assert Comment.objects.filter(email=EMAIL).exists()

    client.post("/admin/accounts/user/person/erase/", {"email": EMAIL, "typed": EMAIL})
    assert not Comment.objects.filter(email=EMAIL).exists()


@pytest.mark.django_db
def test_what_somebody_did_to_the_rows_of_others_is_shown_to_her_without_them_and_only_her_name_goes():
    user, article, other = create_user(email=EMAIL), create_article(), create_user(name="Jun")
    revision = adopt(article, by=other)
    note = article.notes.create(by=other, text="Words of Jun", resolved_by=user, resolved_at=timezone.now())
    review = article.reviews.create(
        revision=revision, reviewer=create_writer(), reviewed_on=timezone.localdate(), withdrawn_by=user
    )

    acts = {held.rule.model: held.rows for held in held_about(EMAIL) if held.is_act}
    erase(EMAIL)

    note.refresh_from_db()
    review.refresh_from_db()
    assert [row["id"] for row in acts["articles.Note"] + acts["articles.MedicalReview"]] == [note.pk, review.pk]
    assert "Words of Jun" not in str(acts)
    assert (note.by, note.text, note.resolved_by, review.withdrawn_by) == (other, "Words of Jun", None, None)


def test_whatever_points_at_a_person_is_shown_to_her():
    fields = [(rule, field) for rule in rules() for field in rule.model_class._meta.concrete_fields]
    pointing = [(rule, field) for rule, field in fields if field.related_model is User]

    assert len(pointing) > 10
    for rule, field in pointing:
        assert f"{field.name}__email" in [*rule.find, *rule.acted], f"{rule.model}.{field.name}"
