"""What readers see of a thread: order, tree, pages, permalinks, and how little it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.decisions.comments import approve, remove
from comments.intake.receive import receive
from comments.models import MAX_DEPTH, Comment
from comments.pages.thread import COMMENTS_PER_PAGE, REPLIES_SHOWN, Sort, page_of
from tests.factories import create_article, create_comment, create_thread, create_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    return create_thread()


def said(**fields):
    return create_comment(**{"status": "approved", **fields})


def many(thread, count, **fields):
    return Comment.objects.bulk_create(
        [Comment(thread=thread, name="R", body=f"Words {n}", status="approved", **fields) for n in range(count)]
    )


def html(thread, start=None):
    return page_of(thread, start).html


def bodies(thread, start=None, sort=None):
    return [shown.comment.body for shown in page_of(thread, start, sort).comments]


def all_bodies(thread, sort):
    """Page after page, as the links lead."""
    found, start = [], None
    while start != "":
        page = page_of(thread, start, sort)
        found += [shown.comment.body for shown in page.comments]
        start = page.onward
    return found


def test_an_empty_thread_invites(thread):
    assert "There are no comments yet. Be the first one to start the conversation" in html(thread)


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "removed"])
def test_only_what_is_approved_is_shown_and_counted(thread, status):
    said(thread=thread, body="Seen")
    said(thread=thread, body="Unseen", status=status)

    assert bodies(thread) == ["Seen"]
    assert page_of(thread).count.number == 1


def test_the_newest_comment_stands_first_and_replies_in_order(thread):
    first, second = said(thread=thread, body="1"), said(thread=thread, body="2")
    for body in ("1a", "1b"):
        said(parent=first, body=body)

    assert bodies(thread) == ["2", "1", "1a", "1b"]
    assert second.depth == 0


def test_answers_to_a_question_are_read_in_order(thread):
    thread.opening = said(thread=thread, body="Question")
    thread.save()
    for body in ("first", "second"):
        said(thread=thread, body=body)

    assert bodies(thread) == ["first", "second"]
    assert page_of(thread).count.number == 2


def test_lists_are_nested_and_every_tag_closes(thread):
    parent = said(thread=thread)
    for _level in range(MAX_DEPTH):
        parent = said(parent=parent)
        said(parent=parent)
    said(thread=thread)

    page = html(thread)

    for tag in ("ol", "li", "article", "header"):
        assert len(re.findall(rf"<{tag}\b", page)) == page.count(f"</{tag}>"), tag
    assert page.count("<ol") == 1 + MAX_DEPTH


def test_replies_get_no_deeper_than_a_phone_is_wide(thread):
    parent = said(thread=thread, name="Root")
    for n in range(6):
        parent = receive(thread, name=f"Nr {n}", email="", body=str(n), parent=parent)
        approve(parent, by=None)

    shown = page_of(thread).comments

    assert [s.depth for s in shown] == [0, 1, 2, 3, 3, 3, 3]
    assert [s.reply_to for s in shown] == ["", "", "", "", "Nr 2", "Nr 3", "Nr 4"]


def test_a_removed_comment_keeps_its_place_while_it_has_replies(thread):
    root = said(thread=thread, body="Hard words")
    said(parent=root, body="Calm answer")
    remove(root, by=None, reason="unkind")

    page = html(thread)

    assert "This comment was removed." in page
    assert "Calm answer" in page
    assert "Hard words" not in page


def test_the_place_of_somebody_who_left_is_empty(thread):
    said(thread=thread, name="—", body="")

    assert "This comment was removed." in html(thread)


def test_a_reply_whose_parent_was_removed_stays(thread):
    root = said(thread=thread)
    middle = said(parent=root, body="Hard words")
    said(parent=middle, body="Calm answer")
    remove(middle, by=None, reason="unkind")

    assert bodies(thread) == [root.body, "Calm answer"]


def test_fifty_threads_make_a_page(thread):
    many(thread, COMMENTS_PER_PAGE + 1)

    page = page_of(thread)

    assert len(page.comments) == COMMENTS_PER_PAGE
    assert bodies(thread, page.onward) == ["Words 0"]
    assert page_of(thread, page.onward).onward == ""


@pytest.mark.parametrize("sort", Sort.values)
def test_every_order_shows_everything_once(thread, sort):
    made = many(thread, COMMENTS_PER_PAGE * 2 + 5)
    for helpful, comment in enumerate(made[::3]):
        Comment.objects.filter(pk=comment.pk).update(helpful_count=helpful % 4)

    found = all_bodies(thread, sort)

    assert sorted(found) == sorted(comment.body for comment in made)
    if sort == Sort.HELPFUL:
        counts = dict(Comment.objects.values_list("body", "helpful_count"))
        assert [counts[body] for body in found] == sorted(counts.values(), reverse=True)
    else:
        assert found == sorted(found, key=lambda body: int(body.split()[1]), reverse=sort == Sort.NEWEST)


@pytest.mark.parametrize("start", ["x", "", "-1", None, "1e9", "\0", "1.2", "9" * 30, "²"])
@pytest.mark.parametrize("sort", ["nonsense", "helpful", None])
def test_any_address_is_answered(thread, start, sort):
    said(thread=thread)

    assert page_of(thread, start, sort).comments or start == "1.2"


def test_families_stay_together_and_a_page_stays_short(thread):
    roots = many(thread, 30)
    for root in roots:
        many(thread, 4, parent=root, root=root, depth=1)

    page = page_of(thread)

    assert len(page.comments) == COMMENTS_PER_PAGE
    assert len(all_bodies(thread, "newest")) == len(all_bodies(thread, "helpful")) == 150


def test_a_new_comment_does_not_move_the_next_page(thread):
    many(thread, COMMENTS_PER_PAGE + 3)
    onward = page_of(thread).onward
    before = bodies(thread, onward)

    said(thread=thread)

    assert bodies(thread, onward) == before


def test_very_many_are_counted_up_to_a_point(thread, monkeypatch):
    monkeypatch.setattr("comments.pages.thread.COUNTED", 10)
    many(thread, 12)

    assert str(page_of(thread).count) == "10+"


def queries(thread):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        html(thread)
    return len(captured)


def test_five_hundred_comments_cost_as_many_queries_as_fifty(thread):
    small, large = create_thread(), create_thread()
    for place, count in ((small, 50), (large, 500)):
        writer = create_writer()
        root = many(place, count, writer=writer)[-1]
        many(place, count, parent=root, root=root, depth=1)

    assert queries(small) == queries(large) == 2


def test_a_long_conversation_shows_its_beginning_and_where_the_rest_is(client, thread):
    root = said(thread=thread)
    replies = [said(parent=root) for _n in range(REPLIES_SHOWN + 3)]

    page = html(thread)
    rest = client.get(f"/comments/{root.pk}/replies/")

    assert "Show all replies" in page
    assert replies[-1].body not in page
    assert replies[-1].body in rest.content.decode()
    assert "public" in rest["Cache-Control"]


def test_fifty_comments_are_lean(thread):
    for _n in range(50):
        said(thread=thread, body="An honest comment of ordinary length, about sleep and what helped. " * 3)

    assert len(html(thread).encode()) < 60_000


def test_a_closed_thread_offers_no_reply(thread):
    said(thread=thread)
    thread.mode = "read_only"

    assert "Reply" not in html(thread)


def test_a_byline_shows_who_speaks(thread):
    writer = create_writer(name="Dr Ilse Brandt", title="neurologist", credentials="MD", is_medical_professional=True)
    said(thread=thread, writer=writer, name="Somebody")

    page = html(thread)

    assert "comment--expert" in page
    assert "Dr Ilse Brandt" in page
    assert "neurologist · medical professional" in page
    assert "Somebody" not in page


def test_links_of_readers_carry_no_recommendation(thread):
    said(thread=thread, body="See https://example.org/ and <b>that</b>")

    page = html(thread)

    assert '<a href="https://example.org/" rel="nofollow ugc">' in page
    assert "&lt;b&gt;that" in page


def test_a_permalink_leads_to_the_page_where_the_comment_stands(client, thread):
    old = said(thread=thread)
    reply = said(parent=old)
    many(thread, COMMENTS_PER_PAGE)

    assert client.get(f"/comments/{old.pk}/")["Location"] == f"{thread.address}?from={old.pk}#comment-{old.pk}"
    assert client.get(f"/comments/{reply.pk}/")["Location"] == f"{thread.address}?from={old.pk}#comment-{reply.pk}"


def test_a_permalink_of_a_reply_far_down_leads_to_the_page_of_replies(client, thread):
    root = said(thread=thread)
    last = [said(parent=root) for _n in range(REPLIES_SHOWN + 1)][-1]

    assert (
        client.get(f"/comments/{last.pk}/")["Location"]
        == f"/comments/{root.pk}/replies/?from={last.pk}#comment-{last.pk}"
    )


def test_a_permalink_costs_few_queries(client, thread, django_assert_max_num_queries):
    root = many(thread, 300)[0]
    reply = many(thread, 30, parent=root, root=root, depth=1)[5]

    with django_assert_max_num_queries(4):
        assert client.get(f"/comments/{reply.pk}/").status_code == 302


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "18446744073709551616"])
def test_a_permalink_of_an_impossible_number_is_not_found(client, number):
    assert client.get(f"/comments/{number}/").status_code == 404


@pytest.mark.parametrize(("count", "words"), [(0, "Be the first to comment"), (1, "1 comment"), (2, "2 comments")])
def test_the_head_of_an_article_leads_to_its_comments(client, count, words):
    article = create_article(published=True)
    many(article.thread, count)

    head = client.get(article.get_absolute_url()).content.decode().partition("</header>\n<article")[0]

    assert f'<a href="#comments">{words}</a>' in head


def test_one_can_write_above_the_list_and_is_led_there_from_below_it(client):
    article = create_article(published=True)
    many(article.thread, 2)

    talk = client.get(article.get_absolute_url()).content.decode().partition('id="comments"')[2]

    assert talk.index('id="write"') < talk.index('class="thread"') < talk.index('href="#write"')


def test_controls_of_comments_have_names_of_their_own_that_begin_with_the_visible_word(thread):
    many(thread, 3)

    page = re.sub(r'(?: aria-label="([^"]*)")[^<>]*>[^<>]*<', lambda found: f">{found[1]}<", html(thread))
    found = re.findall(r"<(?:a|button)\b[^<>]*>(.*?)</(?:a|button)>", page.partition('<ol class="thread"')[2])
    names = [" ".join(re.sub(r"<[^<>]*>", " ", words).split()) for words in found]

    assert len(names) == 3 * 4
    assert len(set(names)) == len(names)
    for word in ("Reply", "Helpful", "Report"):
        assert sum(name.startswith(f"{word} to comment ") for name in names) == 3
