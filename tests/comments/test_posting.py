"""A reader leaves a comment; and whatever goes wrong, her words come back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from pages.models import Page
from tests.comments.typing import comment_data, only_comment, post, solved
from tests.factories import create_comment, create_thread

pytestmark = pytest.mark.django_db

WORDS = "Long words that took an hour to write."


@pytest.fixture
def thread():
    return create_thread()


def add(thread):
    return reverse("comments:add", args=[thread.pk])


def test_a_comment_waits_with_its_first_version_and_a_record(thread):
    answer = post(thread, body=WORDS)

    comment = only_comment()
    assert answer.status_code == 302
    assert comment.status == Comment.Status.PENDING
    assert [version.body for version in comment.versions.all()] == [WORDS]
    assert [(d.by, d.before, d.outcome) for d in comment.decisions.all()] == [(None, "", "pending")]


def test_the_reader_is_told_that_a_moderator_reads_first(client, thread):
    page = client.get(post(thread)["Location"])

    assert "Thank you. A moderator reads every comment before it appears." in page.content.decode()


def test_the_first_comment_of_a_person_says_so(thread):
    post(thread)

    assert [signal.code for signal in only_comment().reasons] == ["first"]


def test_the_comment_remembers_the_terms_in_force(thread):
    page, _made = Page.objects.get_or_create(slug="terms", defaults={"title": "Terms"})
    version = page.revise("<p>Be kind, again.</p>")

    post(thread)

    assert only_comment().terms == version


def test_the_form_is_never_kept_by_a_cache_and_stands_alone_too(client, thread):
    page = client.get(add(thread))

    assert "no-store" in page["Cache-Control"]
    assert "<h1>Add a comment</h1>" in page.content.decode()


def test_a_form_on_its_own_page_has_one_heading(client, thread):
    wrong = comment_data(thread, body="")
    own = f"http://testserver{add(thread)}"

    def sent_from(page):
        return client.post(add(thread), wrong, headers={"HX-Request": "true", "HX-Current-URL": page}).content.decode()

    assert "<h3>Add a comment" in sent_from("http://testserver/articles/one/")
    assert "<h3>Add a comment" not in sent_from(own)


def test_htmx_gets_a_piece_of_a_page(client, thread):
    piece = client.get(add(thread), headers={"HX-Request": "true"}).content.decode()
    thanks = client.post(add(thread), comment_data(thread), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in piece
    assert "<form" in piece
    assert "Thank you." in thanks
    assert f'data-posted="comment-{thread.pk}"' in thanks


@pytest.mark.parametrize(
    "fault",
    [
        {"captcha_1": "wrong"},
        {"captcha_0": "made-up"},
        {"email": "not an address"},
        {"email": ""},
        {"name": ""},
        {"name": "\u202e\u200b"},
        {"mark": "made:up:mark"},
        {"mark": ""},
    ],
    ids=str,
)
def test_every_fault_gives_the_words_back(thread, fault):
    answer = post(thread, body=WORDS, **fault)

    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_right_captcha_survives_an_error_elsewhere(thread):
    data = comment_data(thread, email="typo")
    client = Client()

    first = client.post(add(thread), data)
    second = client.post(add(thread), {**data, "email": "rosa@example.net"})

    assert data["captcha_0"] in first.content.decode()
    assert second.status_code == 302


def test_one_solved_captcha_posts_one_comment(thread):
    captcha = solved()

    first, second = (post(thread, body=f"{WORDS} {n}", **captcha) for n in "ab")

    assert (first.status_code, second.status_code) == (302, 422)
    assert f"{WORDS} b" in second.content.decode()
    assert Comment.objects.count() == 1


def test_a_very_quick_form_is_asked_once_to_press_again(thread):
    data = comment_data(thread, seconds=0)
    client = Client()

    first = client.post(add(thread), data)
    second = client.post(add(thread), {**data, "hurried": "on"})

    assert first.status_code == 422
    assert "That was very quick" in first.content.decode()
    assert 'name="hurried" value="on"' in first.content.decode()
    assert second.status_code == 302
    assert "fast" in [signal.code for signal in only_comment().reasons]


def test_a_form_left_open_for_a_week_still_posts(thread):
    answer = post(thread, seconds=7 * 24 * 3600)

    assert answer.status_code == 302
    assert "old_form" in [signal.code for signal in only_comment().reasons]


def test_the_mark_of_another_thread_opens_nothing(thread):
    answer = post(thread, mark=comment_data(create_thread())["mark"])

    assert answer.status_code == 422


def test_a_new_picture_keeps_everything_and_blames_nothing(client, thread):
    data = comment_data(thread, body=WORDS, email="half@", captcha_1="", new_captcha="1")

    page = client.post(add(thread), data)

    html = page.content.decode()
    assert page.status_code == 200
    assert WORDS in html
    assert "half@" in html
    assert data["captcha_0"] not in html
    assert "error-summary" not in html


def test_fifty_kilobytes_are_refused_and_kept(thread):
    text = "word " * 10_000

    answer = post(thread, body=text)

    assert answer.status_code == 422
    assert "49,999 characters" in answer.content.decode()
    assert text.strip() in answer.content.decode()


def test_a_closed_thread_gives_the_words_back(thread):
    thread.mode = "read_only"
    thread.save()

    answer = post(thread, body=WORDS)

    assert answer.status_code == 409
    assert "Comments are closed" in answer.content.decode()
    assert WORDS in answer.content.decode()


def test_a_page_taken_down_gives_the_words_back_and_not_its_title(thread):
    thread.title, thread.is_public = "Secret plans", False
    thread.save()

    answer = post(thread, body=WORDS)

    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert "Secret plans" not in answer.content.decode()


def test_a_thread_that_is_gone_gives_the_words_back(client):
    answer = client.post("/comments/threads/999/add/", {"body": WORDS})

    assert answer.status_code == 409
    assert WORDS in answer.content.decode()


def test_the_form_of_a_page_nobody_may_read_is_not_found(client):
    assert client.get(add(create_thread(is_public=False))).status_code == 404


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "removed"])
def test_an_answer_to_what_is_not_shown_becomes_a_comment_of_its_own(thread, status):
    parent = create_comment(thread=thread, status=status, body="Not for you")

    answer = post(thread, parent=parent.pk, body=WORDS)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "is gone" in html
    assert WORDS in html
    assert "Not for you" not in html
    assert f'name="parent" value="{parent.pk}"' not in html


def test_a_reply_quotes_what_it_answers(client, thread):
    parent = create_comment(thread=thread, status="approved", body="I sleep badly")

    page = client.get(f"{add(thread)}?reply_to={parent.pk}")
    post(thread, parent=parent.pk)

    reply = Comment.objects.get(parent=parent)
    assert "I sleep badly" in page.content.decode()
    assert (reply.root, reply.depth) == (parent, 1)


def test_a_reply_to_a_comment_of_another_thread_is_not_one(client, thread):
    other = create_comment(status="approved", body="Elsewhere")

    assert "Elsewhere" not in client.get(f"{add(thread)}?reply_to={other.pk}").content.decode()


@pytest.mark.parametrize("field", ["remarks", "homepage", "website"])
def test_the_trap_holds_and_says_so(thread, field):
    answer = post(thread, **{field: "http://rosa.example"})
    page = Client().get(answer["Location"]).content.decode()

    assert answer.status_code == 302
    assert (only_comment().status, only_comment().is_held) == (Comment.Status.PENDING, True)
    assert "It waits for a moderator" in page
    assert "a password manager may have done that" in page


def test_who_filled_in_no_trap_reads_nothing_of_one(thread):
    assert "password manager" not in Client().get(post(thread)["Location"]).content.decode()


def test_the_trap_is_nothing_to_password_managers_and_screen_readers(client, thread):
    for page in (add(thread), "/newsletter/", "/questions/ask/"):
        html = client.get(page, follow=True).content.decode()
        trap = html.partition('<div class="trap" aria-hidden="true">')[2].partition("</div>")[0]

        for said in (
            'name="remarks"',
            'tabindex="-1"',
            'autocomplete="off"',
            "data-1p-ignore",
            "data-lpignore",
            "data-bwignore",
        ):
            assert said in trap, page
        assert "homepage" not in html
        assert 'name="website"' not in html


def test_somebody_logged_in_needs_no_captcha_and_writes_from_her_own_address(client, reader, thread):
    client.force_login(reader)
    data = comment_data(thread, email="somebody@else.example", captcha_0="", captcha_1="")

    client.post(add(thread), data)

    comment = only_comment()
    assert comment.author == reader
    assert comment.email == "reader@example.org"


def test_a_writer_answers_under_her_byline(client, writer, thread):
    client.force_login(writer)

    client.post(add(thread), comment_data(thread))

    assert only_comment().writer == writer.writer


def test_a_stranger_without_token_from_elsewhere_gets_her_words_back(thread):
    strict = Client(enforce_csrf_checks=True)
    data = comment_data(thread, body=WORDS)

    answer = strict.post(add(thread), data, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert WORDS in answer.content.decode()


def test_a_browser_without_cookies_can_post_from_our_page(thread):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(add(thread), comment_data(thread), headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 302


def test_at_most_five_in_ten_minutes_from_one_network(thread):
    answers = [post(thread, body=f"{WORDS} {n}").status_code for n in range(6)]

    assert answers == [302] * 5 + [429]


def test_the_limit_gives_the_words_back_and_leaves_the_captcha_unspent(thread):
    for n in range(5):
        post(thread, body=f"{n}")
    captcha = solved()

    answer = post(thread, body=WORDS, **captcha)

    assert WORDS in answer.content.decode()
    assert captcha["captcha_0"] in answer.content.decode()


def test_forwarded_addresses_of_nobody_we_know_do_not_help(thread):
    data = [comment_data(thread, body=f"{n}") for n in range(6)]

    answers = [Client().post(add(thread), d, headers={"X-Forwarded-For": f"9.9.{n}.9"}) for n, d in enumerate(data)]

    assert answers[-1].status_code == 429


def test_who_has_many_networks_of_one_site_writes_little_more(thread, monkeypatch):
    monkeypatch.setattr("comments.intake.receive.PER_NETWORK", [(timedelta(minutes=10), 1), (timedelta(days=1), 2)])
    homes = [Client(REMOTE_ADDR=f"2001:db8:1:{n}::1") for n in range(6)]
    answers = [post(thread, home, body=f"{n}").status_code for n, home in enumerate(homes)]

    assert answers == [302] * 4 + [429] * 2
    assert post(thread, Client(REMOTE_ADDR="2001:db8:2::1"), body="from elsewhere").status_code == 302


def test_who_has_no_address_is_limited_too(thread, settings):
    settings.TRUSTED_PROXIES = 1
    nowhere = Client(headers={"X-Forwarded-For": "unknown"})
    answers = [post(thread, nowhere, body=f"{WORDS} {n}").status_code for n in range(6)]

    assert answers == [302] * 5 + [429]


def test_a_moderator_is_not_limited(client, moderator, thread):
    client.force_login(moderator)

    answers = [client.post(add(thread), comment_data(thread, body=f"{n}")).status_code for n in range(7)]

    assert answers == [302] * 7


def test_a_thread_that_trusts_shows_a_known_account_at_once_and_a_mere_name_never(client, reader):
    thread = create_thread(mode="open")
    for _n in range(3):
        create_comment(thread=thread, author=reader, email=reader.email, status="approved")
    client.force_login(reader)

    client.post(add(thread), comment_data(thread, body="From the account"))
    post(thread, body="From somebody who typed her address", email=reader.email)

    statuses = dict(Comment.objects.values_list("body", "status"))
    assert statuses["From the account"] == "approved"
    assert statuses["From somebody who typed her address"] == "pending"


def test_a_thread_that_trusts_still_holds_what_was_noticed(client, reader):
    thread = create_thread(mode="open")
    for _n in range(3):
        create_comment(thread=thread, author=reader, email=reader.email, status="approved")
    client.force_login(reader)

    client.post(add(thread), comment_data(thread, body="See http://pills.example"))

    assert Comment.objects.get(body__contains="pills").status == "pending"
