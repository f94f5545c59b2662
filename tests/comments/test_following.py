"""Following a conversation: nobody is written to who did not agree, nothing before approval, and one click ends it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.workflow.publishing import publish
from articles.workflow.threads import keep_thread
from comments.decisions import comments as decisions
from comments.followers import follower_news, following
from comments.followers.follower_news import tell_followers
from comments.intake.receive import revise
from comments.letters.comment_letters import MOST_A_DAY
from comments.models import Follower
from comments.text.signing import FOLLOW_STOP, OWN_COMMENT
from edge.models import Letter
from newsletters import subscribing
from newsletters.models import ConsentEvent, Subscription
from tests.comments.letters import let_time_pass, links_in, opening_changes_nothing
from tests.comments.typing import solved
from tests.factories import create_article, create_comment, create_thread, create_user, create_writer

pytestmark = pytest.mark.django_db
TITLE = "Living with hemifacial spasm"


@pytest.fixture
def thread():
    return create_thread(title=TITLE, address="/articles/hemifacial-spasm/")


@pytest.fixture
def rosa():
    return create_user(email="rosa@example.net")


@pytest.fixture
def follower(thread, rosa):
    return following.follow(thread, rosa)


def ask(thread, email="rosa@example.net", client=None, **fields):
    return (client or Client()).post(f"/comments/threads/{thread.pk}/follow/", {"email": email, **solved(), **fields})


def confirmations():
    return Letter.objects.filter(key__startswith="confirm:").order_by("id")


def news():
    return Letter.objects.filter(key__startswith="follow:").order_by("id")


def confirm_by(letter):
    """What a person does: opens the link and presses the button."""
    link = next(link for link in links_in(letter) if "/confirm/" in link)
    waiting = Client().get(link).context["waiting"]
    return Client().post(link, {"conversation": [one.pk for one in waiting]})


def approve(thread, **fields):
    comment = create_comment(thread=thread, **fields)
    decisions.approve(comment, by=None)
    return comment


def look():
    """The worker looks, an hour after everything that was decided, until nothing is left to do."""
    let_time_pass()
    while tell_followers():
        pass


# --- Asking and agreeing ---------------------------------------------------------------------------------------------


def test_an_address_follows_only_after_its_owner_pressed_the_button(thread):
    ask(thread)
    assert not Follower.objects.active().exists()

    confirm_by(confirmations().get())

    assert Follower.objects.active().get().email == "rosa@example.net"


def test_the_letter_to_confirm_says_nothing_about_the_conversation(thread):
    create_comment(thread=thread, status="approved", body="Warmth helps.")
    ask(thread)

    letter = confirmations().get()
    everything = f"{letter.subject} {letter.text} {letter.html} {letter.headers} {letter.key}"
    assert not [word for word in ("spasm", "Living", "Warmth") if word in everything]


def test_an_account_follows_and_stops_with_a_button(client, thread, rosa):
    client.force_login(rosa)
    address = f"/comments/threads/{thread.pk}/follow/"

    client.post(address, {"act": "follow"})
    assert Follower.objects.active().get().user == rosa
    client.post(address, {"act": "stop"})

    assert not Follower.objects.active().exists()
    assert not confirmations().exists()


def test_an_account_without_a_confirmed_address_confirms_like_everybody(client, thread, rosa):
    rosa.emailaddress_set.update(verified=False)
    client.force_login(rosa)

    client.post(f"/comments/threads/{thread.pk}/follow/", {"act": "follow"})

    assert not Follower.objects.exists()


def test_whoever_asks_learns_nothing_about_the_address(thread, follower):
    known, unknown = ask(thread, "rosa@example.net"), ask(thread, "tom@example.net")

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content


def test_a_stranger_can_neither_begin_nor_end_what_an_account_gets(thread, follower):
    ask(thread, "ROSA@example.net")

    assert Follower.objects.active().get() == follower
    assert not confirmations().exists()


def test_an_address_gets_one_letter_to_confirm_a_day_and_few_without_an_answer(thread, monkeypatch):
    for day in range(6):
        monkeypatch.setattr(subscribing.timezone, "localdate", lambda day=day: f"day {day}")
        ask(thread)
        ask(create_thread())
        Letter.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert confirmations().count() == subscribing.UNANSWERED


def test_the_page_behind_the_letter_lists_all_that_waits(thread):
    ask(thread)
    ask(create_thread(title="Another page"))

    confirm_by(confirmations().get())

    assert Follower.objects.active().count() == 2


def test_a_letter_confirms_for_nobody_else(thread):
    ask(thread)
    ask(thread, "tom@example.net")
    link = next(link for link in links_in(confirmations().first()) if "/confirm/" in link)

    assert [one.address for one in Client().get(link).context["waiting"]] == ["rosa@example.net"]
    Client().post(link, {"conversation": list(Follower.objects.values_list("pk", flat=True))})

    assert Follower.objects.active().get().email == "rosa@example.net"


def test_the_letter_that_was_answered_is_good_for_what_is_asked_on_the_same_day(thread):
    ask(thread)
    confirm_by(confirmations().get())

    ask(create_thread())
    confirm_by(confirmations().get())

    assert Follower.objects.active().count() == 2


def test_whoever_answered_a_letter_gets_the_next_one_on_the_next_day(thread, monkeypatch):
    ask(thread)
    confirm_by(confirmations().get())
    ask(create_thread())

    monkeypatch.setattr(subscribing.timezone, "localdate", lambda: "tomorrow")
    Letter.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert [subscribing.write_due_confirmations() for _look in range(2)] == [1, 0]
    assert confirmations().count() == 2


def test_one_letter_and_one_page_confirm_a_conversation_and_the_newsletter(thread):
    ask(thread)
    link = next(link for link in links_in(confirmations().get()) if "/confirm/" in link)
    subscribing.ask("rosa@example.net", None, "weekly", wording="Yes.", how="test")
    newsletter = Subscription.objects.get()

    assert confirmations().count() == 1
    assert [str(one.pk) for one in Client().get(link).context["waiting"]] == [
        str(newsletter.pk),
        str(Follower.objects.get().pk),
    ]
    page = (
        Client().post(link, {"subscription": newsletter.pk, "conversation": Follower.objects.get().pk}).content.decode()
    )

    assert "Welcome" in page
    assert TITLE in page
    assert Subscription.objects.active().exists()
    assert Follower.objects.active().exists()
    assert TITLE in ConsentEvent.objects.filter(action="confirmed", subscription=None).get().wording


def test_a_flood_of_strangers_holds_letters_about_conversations_back(thread, monkeypatch):
    monkeypatch.setattr(subscribing, "FLOOD_WAITING", 2)
    for n in range(5):
        subscribing.ask_to_follow(thread, f"reader{n}@example.net")

    assert confirmations().count() == 2


@pytest.mark.parametrize(
    "broken", [{"captcha_1": "WRONG"}, {"email": "rosa"}, {"email": ""}, {"captcha_0": "x"}], ids=str
)
def test_nothing_is_asked_without_an_address_and_the_human_check(thread, broken):
    assert ask(thread, **{"email": "rosa@example.net", **broken}).status_code == 422
    assert not Follower.objects.exists()


def test_one_network_asks_a_few_times_an_hour(thread):
    answers = [ask(thread, f"reader{n}@example.net").status_code for n in range(6)]

    assert answers == [200] * 5 + [429]
    assert confirmations().count() == 5


def test_a_picture_works_once(thread):
    picture = solved()

    assert [ask(thread, **picture).status_code for _n in range(2)] == [200, 422]


@pytest.mark.parametrize("change", [{"is_public": False}, {"opening": "waits"}], ids=str)
def test_nobody_follows_what_readers_cannot_see(client, thread, change):
    if change.get("opening"):
        change = {"opening": create_comment(thread=thread)}
    for name, value in change.items():
        setattr(thread, name, value)
    thread.save()

    assert client.get(f"/comments/threads/{thread.pk}/follow/").status_code == 404


def test_a_link_for_one_thing_is_worth_nothing_for_another(client, follower):
    own = OWN_COMMENT.to(follower.pk).split("/")[-2]
    stop = FOLLOW_STOP.to(follower.pk).split("/")[-2]

    assert client.post(f"/comments/unfollow/{own}/").status_code == 404
    assert client.post(f"/newsletter/confirm/{stop}/").status_code == 404
    assert client.post(f"/comments/unfollow/{follower.pk + 1}:{stop.partition(':')[2]}/").status_code == 404
    assert Follower.objects.active().get() == follower


# --- Telling ---------------------------------------------------------------------------------------------------------


def test_nothing_is_written_before_approval_nor_at_once(thread, follower):
    comment = create_comment(thread=thread)
    look()
    decisions.approve(comment, by=None)
    tell_followers()
    assert not news().exists()

    look()

    assert news().get().to == "rosa@example.net"


def test_all_that_is_new_comes_in_one_letter_and_once(thread, follower):
    first = approve(thread)
    approve(thread)
    look()
    look()

    letter = news().get()
    assert letter.subject.startswith("2 new comments")
    assert f"/comments/{first.pk}/" in links_in(letter)


def test_a_comment_approved_after_a_newer_one_is_told_too(thread, follower):
    older = create_comment(thread=thread)
    approve(thread)
    look()
    decisions.approve(older, by=None)
    Follower.objects.update(told_at=None)
    look()

    assert [letter.subject[:13] for letter in news()] == ["1 new comment"] * 2


@pytest.mark.parametrize("verb", ["removed", "rewritten", "restored", "hidden"])
def test_only_what_readers_see_for_the_first_time_is_news(thread, follower, verb):
    comment = create_comment(thread=thread, status="approved")
    if verb == "removed":
        comment = approve(thread)
    if verb in {"removed", "restored"}:
        decisions.remove(comment, by=None, reason="other")
    if verb == "restored":
        decisions.approve(comment, by=None)
    if verb == "rewritten":
        revise(comment, body="Other words.")
        decisions.approve(comment, by=None)
    if verb == "hidden":
        approve(thread)
        thread.is_public = False
        thread.save()
    look()

    assert not news().exists()


def test_an_approval_that_was_taken_back_is_no_news(thread, follower, moderator):
    comment = create_comment(thread=thread)
    decisions.undo(comment, decisions.approve(comment, by=moderator), by=moderator)
    look()

    assert not news().exists()


def test_a_comment_approved_twice_over_is_news_once(thread, follower, moderator):
    comment = create_comment(thread=thread)
    decisions.undo(comment, decisions.approve(comment, by=moderator), by=moderator)
    decisions.approve(comment, by=moderator)
    look()

    assert news().get().subject.startswith("1 new comment ")


@pytest.mark.parametrize("fields", [{"email": "ROSA@example.net"}, {"author": True, "email": ""}], ids=str)
def test_nobody_hears_of_her_own_comment(thread, rosa, follower, fields):
    approve(thread, **{**fields, "author": rosa if fields.get("author") else None})
    look()

    assert not news().exists()


def test_an_answer_that_had_its_own_letter_is_not_told_again(thread, rosa, follower):
    mine = create_comment(thread=thread, status="approved", author=rosa, wants_mail=True)
    approve(thread, parent=mine)
    look()

    assert not news().exists()


def test_what_was_approved_before_she_followed_is_no_news(thread, rosa):
    approve(thread)
    following.follow(thread, rosa)
    look()

    assert not news().exists()


def test_the_next_letter_waits_a_while_and_holds_what_came_meanwhile(thread, follower):
    approve(thread)
    look()
    approve(thread)
    approve(thread)
    look()
    assert news().count() == 1

    Follower.objects.update(due_at=timezone.now())
    look()

    assert news().last().subject.startswith("2 new comments")


def test_one_address_gets_few_letters_a_day_and_the_rest_the_next(thread, follower):
    for n in range(MOST_A_DAY):
        Letter.objects.create(key=f"reply:{900 + n}", to="rosa@example.net", subject="Tom answered you")
    approve(thread)
    look()
    assert not news().exists()
    assert Follower.objects.get().due_at > timezone.now()

    Letter.objects.update(created_at=timezone.now() - timedelta(days=1))
    Follower.objects.update(due_at=timezone.now())
    look()

    assert news().count() == 1


def test_a_locked_account_gets_nothing(thread, rosa, follower):
    rosa.is_active = False
    rosa.save()
    approve(thread)
    look()

    assert not news().exists()


def test_a_letter_names_the_topic_in_no_link_and_no_header_and_quotes_nobody(thread, follower):
    approve(thread, body="Warmth helps me.", name="Tom")
    look()

    letter = news().get()
    outside = f"{letter.subject} {letter.headers} {letter.key} {links_in(letter)}".lower()
    assert "spasm" not in outside
    assert TITLE in letter.text
    assert "Warmth" not in letter.text + letter.html
    assert "Tom" not in letter.text + letter.html


def test_a_title_cannot_do_anything_in_a_letter(follower, thread):
    thread.title = "<script>alert(1)</script>\r\nBcc: all@example.org"
    thread.save()
    approve(thread)
    look()

    assert "<script>alert" not in news().get().html


def test_mail_programs_stop_it_with_one_click_and_only_this(thread, rosa, follower):
    other = following.follow(create_thread(), rosa)
    approve(thread)
    look()
    headers = news().get().headers
    path = "/" + headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]

    done = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert done.status_code == 200
    assert Follower.objects.active().get() == other


def test_the_stop_link_works_when_nothing_is_left_to_stop(client, follower):
    stop = FOLLOW_STOP.to(follower.pk)
    Follower.objects.all().delete()

    assert client.post(stop).status_code == 200


def test_opening_every_link_of_every_letter_changes_nothing(thread, follower):
    ask(thread, "tom@example.net")
    approve(thread)
    look()

    assert Letter.objects.count() == 2
    assert opening_changes_nothing(Letter.objects.all())


# --- The writer of the page ------------------------------------------------------------------------------------------


def test_a_writer_hears_of_comments_on_her_article(writer, editor):
    article = create_article(writer=writer.writer)
    publish(article, by=editor)
    approve(article.thread)
    look()

    assert news().get().to == writer.email
    assert "because you wrote the page" in news().get().text


def test_a_writers_no_more_stays_when_the_article_is_saved_again(writer, editor):
    article = create_article(writer=writer.writer)
    publish(article, by=editor)
    following.stop(Follower.objects.get())
    keep_thread(article)
    approve(article.thread)
    look()

    assert not news().exists()


def test_a_writer_without_an_account_gets_nothing(editor):
    publish(create_article(writer=create_writer()), by=editor)

    assert not Follower.objects.exists()


# --- The worker ------------------------------------------------------------------------------------------------------


def test_a_look_costs_two_queries_while_nothing_is_new(thread, follower, django_assert_max_num_queries):
    look()
    with django_assert_max_num_queries(5):  # two looks at tables, the row that says how far, and a savepoint
        assert tell_followers() == 0


def test_a_crash_in_the_middle_loses_and_doubles_nothing(thread, follower, monkeypatch):
    following.follow(thread, create_user(email="tom@example.net"))
    approve(thread)
    let_time_pass()
    write, written = follower_news.write_news, []

    def crash(*args):
        written.append(write(*args))
        if len(written) == 2:
            raise RuntimeError("the worker is killed")

    monkeypatch.setattr(follower_news, "write_news", crash)
    with pytest.raises(RuntimeError):
        tell_followers()
    monkeypatch.setattr(follower_news, "write_news", write)
    look()

    assert sorted(news().values_list("to", flat=True)) == ["rosa@example.net", "tom@example.net"]


def test_a_letter_is_written_once_whoever_comes_second(thread, follower):
    approve(thread)
    look()
    Follower.objects.update(told=follower.told, told_at=None, due_at=timezone.now())
    look()

    assert news().count() == 1


def test_many_followers_are_written_to_in_lots(thread, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(follower_news, "FOLLOWERS_AT_ONCE", 3)
    for _n in range(7):
        following.follow(thread, create_user())
    approve(thread)
    let_time_pass()

    with django_assert_max_num_queries(90):
        tell_followers()

    assert news().count() == 7
    assert not Follower.objects.exclude(due_at=None).exists()


def test_another_spelling_of_an_address_is_not_asked_more_often(thread):
    for n in range(5):
        subscribing.ask_to_follow(thread, f"rosa+{n}@example.net")

    assert confirmations().count() == subscribing.UNANSWERED
