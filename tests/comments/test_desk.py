"""The queue in the admin: who may open it, what stands in it, and that a stranger's words stay words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import create_comment, create_thread

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'><svg onload=alert(1)> {{ 7 }} javascript:alert(1)"


def html(client, url, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.mark.parametrize("person", ["moderator", "administrator"])
def test_these_may_open_the_queue(client, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(QUEUE).status_code == 200


@pytest.mark.parametrize("person", ["reader", "writer", "editor", "reviewer", "newsletter_editor"])
def test_these_may_not_open_the_queue_nor_a_comment(client, request, person):
    comment = create_comment(body="Secret words")
    client.force_login(request.getfixturevalue(person))

    for url in (QUEUE, f"{QUEUE}{comment.pk}/change/"):
        response = client.get(url, follow=True)
        assert response.status_code == 403
        assert "Secret words" not in response.content.decode()


def test_the_queue_shows_what_waits_oldest_first_and_nothing_else(desk):
    create_comment(name="First", body="One")
    create_comment(name="Second", body="Two")
    create_comment(name="Online", status="approved")

    page = html(desk, QUEUE)

    assert page.index("First") < page.index("Second")
    assert "Online" not in page


def test_what_was_decided_is_found_by_its_state(desk):
    create_comment(name="Online", status="approved")

    assert "Online" in html(desk, f"{QUEUE}?status=approved")
    assert "Online" in html(desk, f"{QUEUE}?status=all")


@pytest.mark.parametrize("words", ["dizzy", "Marguerite", "marguerite@example.net", "MARGUERITE@example.net"])
def test_comments_are_found_by_words_name_and_address(desk, words):
    create_comment(name="Marguerite", email="marguerite@example.net", body="I was dizzy for ten days.")
    create_comment(name="Anil", body="Melatonin did nothing.")

    page = html(desk, f"{QUEUE}?q={words}")

    assert "I was dizzy for ten days." in page
    assert "Melatonin" not in page


def test_a_card_tells_why_it_waits_and_what_the_person_wrote_before(desk):
    create_comment(email="m@example.net", status="rejected", body="Buy this root")
    create_comment(email="M@EXAMPLE.net", body="Again", signals=[{"code": "links", "points": 20, "count": 2}])

    page = html(desk, QUEUE)

    assert "2 links" in page
    assert "Buy this root" in page


def test_at_most_three_earlier_comments_stand_on_a_card(desk):
    for n in range(6):
        create_comment(email="m@example.net", status="spam", body=f"Offer {n}.")
    create_comment(email="m@example.net")

    page = html(desk, QUEUE)

    assert [n for n in range(6) if f"Offer {n}." in page] == [3, 4, 5]


def test_comments_without_an_address_are_not_taken_for_one_person(desk):
    create_comment(email="", status="spam", body="Offer")
    create_comment(email="", body="Hello")

    assert "Offer" not in html(desk, QUEUE)


def test_the_queue_costs_the_same_for_two_and_for_forty(desk):
    create_comment()
    create_comment(parent=create_comment(status="approved"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(QUEUE)
    for n in range(38):
        create_comment(parent=create_comment(status="approved"), email=f"p{n % 7}@example.net")

    with CaptureQueriesContext(connection) as many:
        desk.get(QUEUE)

    assert len(many) == len(few)


def test_hostile_words_are_only_words(desk):
    thread = create_thread(title=HOSTILE)
    comment = create_comment(
        thread=thread, name=HOSTILE[:60], email='"<b>"@example.net', body=HOSTILE, status="approved"
    )
    reply = create_comment(parent=comment, name=HOSTILE[:60], body=HOSTILE, email='"<b>"@example.net')
    reply.decisions.create(version=1, outcome="pending", note=HOSTILE)

    pages = [QUEUE, f"{QUEUE}{reply.pk}/change/", f"{QUEUE}?q=script", f"{QUEUE}?q=%3Cscript%3E", "/admin/"]

    for url in [*pages, f"{QUEUE}?status=all", "/admin/comments/decision/", "/admin/comments/thread/"]:
        page = html(desk, url)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert 'href="javascript' not in page


@pytest.mark.parametrize("query", ["q=%00", "p=999", "p=x", "status=%00", "status=nonsense", "q=%F0%9F%98%80"])
def test_odd_addresses_of_the_queue_do_no_harm(desk, query):
    create_comment()

    assert desk.get(f"{QUEUE}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("url", [f"{QUEUE}add/", f"{QUEUE}1/delete/", "/admin/comments/thread/add/"])
def test_comments_are_neither_written_nor_deleted_here(client, administrator, url):
    client.force_login(administrator)
    create_comment(pk=1)

    assert client.get(url).status_code == 403


def test_nobody_changes_a_decision(client, administrator):
    decision = create_comment().approve(by=administrator)
    client.force_login(administrator)

    assert client.post(f"/admin/comments/decision/{decision.pk}/change/", {"note": "x"}).status_code == 403
    assert client.get("/admin/comments/decision/add/").status_code == 403


def test_a_moderator_may_close_a_thread_and_nothing_else_of_it(desk):
    thread = create_thread()

    desk.post(f"/admin/comments/thread/{thread.pk}/change/", {"mode": "read_only", "title": "Changed"})

    thread.refresh_from_db()
    assert (thread.is_open, thread.title) == (False, "A page")


def test_a_comments_own_page_tells_its_versions_its_record_and_its_person(desk, moderator):
    earlier = create_comment(email="m@example.net", body="Something else")
    comment = create_comment(email="m@example.net", version=2, body="Second wording")
    comment.versions.create(number=1, body="First wording")
    comment.reject(by=moderator, reason="unkind", note="Please reread the rules")

    page = html(desk, f"{QUEUE}{comment.pk}/change/")

    for words in ("Second wording", "First wording", "Amara", "It attacks", "Please reread", earlier.body):
        assert words in page


@pytest.mark.parametrize("pk", ["4711", "99999999999999999999999", "x", "%00"])
def test_a_comment_that_is_gone_leads_back_to_the_queue(desk, pk):
    response = desk.get(f"{QUEUE}{pk}/change/", follow=True)

    assert "This comment no longer exists." in response.content.decode()
