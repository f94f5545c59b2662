"""Looking at the desk: who may, what a card tells, what it costs, and that a stranger's words stay words."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.decisions.appeals import open_appeal, overturn
from comments.decisions.comments import approve, reject, undo
from comments.desk.highlight import compared, folded, marked
from comments.intake.receive import receive, revise
from comments.models import Appeal, Cluster, HouseRules, Message, Note, ReplyTemplate, Report, Sanction, Seat
from tests.factories import create_comment, create_report, create_thread, create_user

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"
COMMENT = "/admin/comments/comment/"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'><svg onload=alert(1)> {{ 7 }} javascript:alert(1)"


def html(client, url, status=200, **headers) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


# --- Who may -----------------------------------------------------------------------------------------------------------


def test_moderators_and_administrators_may_open_the_desk(client, moderator, administrator):
    for person in (moderator, administrator):
        client.force_login(person)
        assert client.get(DESK).status_code == 200


def test_nobody_else_may_open_the_desk_nor_a_comment(client, reader, writer, editor, reviewer, newsletter_editor):
    comment = create_comment(body="Secret words")
    for person in (reader, writer, editor, reviewer, newsletter_editor):
        client.force_login(person)
        for url in (DESK, f"{DESK}?mode=zen", f"{DESK}{comment.pk}/person/", f"{COMMENT}{comment.pk}/change/"):
            response = client.get(url, follow=True)
            assert response.status_code == 403
            assert "Secret words" not in response.content.decode()


def test_the_old_list_leads_to_the_desk(desk):
    assert desk.get(COMMENT)["Location"] == DESK
    assert desk.get(f"{COMMENT}?status=all&thread__id__exact=7")["Location"] == f"{DESK}?thread=7&queue=all"


def test_the_desk_is_kept_by_no_cache(desk):
    assert "no-store" in desk.get(DESK)["Cache-Control"]


@pytest.mark.parametrize("url", [f"{COMMENT}add/", f"{COMMENT}1/delete/", "/admin/comments/thread/add/"])
def test_comments_are_neither_written_nor_deleted_here(client, administrator, url):
    client.force_login(administrator)
    create_comment(pk=1)

    assert client.get(url).status_code == 403


def test_nobody_changes_a_decision(client, administrator):
    decision = approve(create_comment(), by=administrator)
    client.force_login(administrator)

    assert client.post(f"/admin/comments/decision/{decision.pk}/change/", {"note": "x"}).status_code == 403
    assert client.get("/admin/comments/decision/add/").status_code == 403


def test_a_moderator_may_close_a_thread_and_nothing_else_of_it(desk):
    thread = create_thread()

    desk.post(f"/admin/comments/thread/{thread.pk}/change/", {"mode": "read_only", "title": "Changed"})

    thread.refresh_from_db()
    assert (thread.is_open, thread.title) == (False, "A page")


# --- What a card tells -----------------------------------------------------------------------------------------------


def test_a_card_marks_what_was_noticed_and_says_what_it_weighs(desk):
    signals = [
        {"code": "links", "points": 20, "count": 1, "spots": [[4, 17]]},
        {"code": "first", "points": 10, "count": 1, "spots": []},
    ]
    create_comment(body="See https://a.b/c <now>", signals=signals, priority=30)

    page = html(desk, DESK)

    assert "See <mark>https://a.b/c</mark> &lt;now&gt;" in page
    assert "1 link <b>20</b>" in page
    assert "30 points" in page


def test_a_card_tells_the_page_the_parent_and_what_the_person_wrote_before(desk):
    parent = create_comment(status="approved", name="Jun", body="Has anyone had it?")
    create_comment(email="m@example.net", status="rejected", body="Buy this root")
    comment = create_comment(email="M@EXAMPLE.net", parent=parent)

    page = html(desk, DESK)

    assert "In reply to Jun: “Has anyone had it?”" in page
    assert "dot--rejected" in page
    assert parent.thread.title in page
    assert "Buy this root" in html(desk, f"{DESK}{comment.pk}/person/")
    assert "Buy this root" in html(desk, f"{DESK}?mode=zen&card={comment.pk}")


def test_the_drawer_says_whether_the_house_knows_the_person(desk, writer):
    stranger, known = create_comment(author=create_user()), create_comment(author=writer)

    assert "known here" not in html(desk, f"{DESK}{stranger.pk}/person/")
    assert "known here" in html(desk, f"{DESK}{known.pk}/person/")
    assert "known here" in html(desk, f"{COMMENT}{known.pk}/change/")


def test_comments_without_an_address_are_not_taken_for_one_person(desk):
    create_comment(email="", status="spam", body="Offer")
    comment = create_comment(email="", body="Hello")

    assert "Offer" not in html(desk, f"{DESK}?mode=zen&card={comment.pk}")


def test_an_edit_of_what_stands_is_shown_as_what_changed(desk, moderator):
    comment = create_comment(body="I took it at night.")
    approve(comment, by=moderator)
    revise(comment, body="I took it at noon.")

    page = html(desk, DESK)

    assert "I took it at <del>night</del><ins>noon</ins>." in page
    assert f'name="{comment.pk}-seen" value="1.2.approved"' in page


def test_reports_notes_and_messages_stand_on_the_card(desk, moderator):
    comment = create_comment(status="approved", reported_at=timezone.now())
    Report.objects.create(comment=comment, version=1, reason="dangerous", text="This could kill somebody.")
    Note.objects.create(comment=comment, by=moderator, body="Third time this week.")
    Message.objects.create(comment=comment, by=moderator, body="Please reread the rules.")

    page = html(desk, f"{DESK}?queue=reported")

    for words in ("This could kill somebody.", "Third time this week.", "Amara wrote to the person:", "Please reread"):
        assert words in page


def test_a_sanction_in_force_shows_and_a_lifted_one_does_not(desk):
    comment = create_comment(email="m@example.net")
    sanction = Sanction.objects.create(kind="mute", email="m@example.net")
    assert "mute: cannot write" in html(desk, f"{DESK}?mode=zen&card={comment.pk}")

    Sanction.objects.filter(pk=sanction.pk).update(lifted_at=timezone.now())
    assert "mute: cannot write" not in html(desk, f"{DESK}?mode=zen&card={comment.pk}")


def test_somebody_in_danger_comes_with_a_promise_of_time(desk):
    HouseRules.objects.create(crisis_minutes=30)
    now = timezone.now()
    create_comment(is_crisis=True, created_at=now - timedelta(minutes=18))
    create_comment(is_crisis=True, created_at=now - timedelta(minutes=45))

    page = html(desk, f"{DESK}?queue=crisis").replace("\xa0", " ")

    assert "answer within 11 minutes" in page
    assert "overdue for 15 minutes" in page
    assert "queue--urgent" in page


def test_templates_for_a_crisis_are_offered_first_where_somebody_may_be_in_danger(desk):
    ReplyTemplate.objects.create(title="A rule", body="Please reread.")
    ReplyTemplate.objects.create(title="Who can help", body="Call now.", for_crisis=True)
    comment, other = create_comment(is_crisis=True), create_comment()

    page, ordinary = (html(desk, f"{DESK}{one.pk}/message/") for one in (comment, other))

    assert page.index("Who can help") < page.index("A rule")
    assert ordinary.index("A rule") < ordinary.index("Who can help")


def test_near_identical_comments_are_one_row_with_one_decision(desk):
    cluster = Cluster.objects.create()
    for n in range(7):
        create_comment(body=f"This root cured me {n}", cluster=cluster)

    page = html(desk, DESK)

    assert page.count("data-card=") == 1
    assert "7 like this" in page
    assert f"{DESK}group/{cluster.pk}/" in page
    assert html(desk, f"{DESK}?cluster={cluster.pk}").count("data-card=") == 7


def test_a_very_long_text_is_folded_and_a_mark_in_it_unfolds_it():
    shown, rest, is_marked = folded("word " * 1000, [(4000, 4004)])

    assert len(shown) <= 1500
    assert "<mark>word</mark>" in rest
    assert is_marked
    assert folded("short") == ("short", "", False)


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        ([(0, 2), (1, 4)], "<mark>a&lt;b&gt;</mark>c&amp;d"),
        ([(2, 3), (0, 1)], "<mark>a</mark>&lt;<mark>b</mark>&gt;c&amp;d"),
        ([(-9, 1), (6, 99), (3, 3), (5, 4)], "<mark>a</mark>&lt;b&gt;c&amp;<mark>d</mark>"),
        ([], "a&lt;b&gt;c&amp;d"),
    ],
)
def test_marks_never_open_a_tag_of_the_readers(spots, expected):
    assert marked("a<b>c&d", spots) == expected


def test_comparing_escapes_both_texts_and_does_not_take_long_ones_apart():
    assert compared("a <b> c", "a <i> c") == "a &lt;<del>b</del><ins>i</ins>&gt; c"
    assert compared("x y " * 3000, "y x " * 3000).count("<ins>") == 1


# --- One at a time -----------------------------------------------------------------------------------------------------


def test_a_single_card_leads_to_the_next_and_to_the_one_before(desk):
    first, second, third = (create_comment(body=f"Card {n}") for n in range(3))

    page = html(desk, f"{DESK}?mode=zen&card={second.pk}")

    assert "Card 1" in page
    assert f"?mode=zen&amp;card={third.pk}" in page
    assert f"?mode=zen&amp;card={first.pk}" in page
    assert "Card 0" in html(desk, f"{DESK}?mode=zen")
    assert f'data-card="{first.pk}"' in html(desk, f"{DESK}?mode=zen")


def test_the_desks_script_gets_only_the_piece_that_changes(desk):
    create_comment(body="Card")

    page = html(desk, f"{DESK}?mode=zen", **{"X-Fragment": "1"})

    assert "Card" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "query", ["mode=zen&card=4711", "queue=crisis&mode=zen", "queue=held", "q=nothing", "queue=appeals"]
)
def test_where_nothing_is_the_desk_says_so(desk, query):
    assert 'class="empty"' in html(desk, f"{DESK}?{query}")


# --- Appeals -----------------------------------------------------------------------------------------------------------


def test_an_appeal_is_answered_by_somebody_else(desk, moderator):
    bilal = create_user(name="Bilal", role="Moderator")
    mine = Appeal.objects.create(decision=reject(create_comment(), by=moderator, reason="unkind"), text="Mine")
    theirs = Appeal.objects.create(decision=reject(create_comment(), by=bilal, reason="unkind"), text="I was joking")

    page = html(desk, f"{DESK}?queue=appeals")
    assert "I was joking" in page
    assert "somebody else answers" in page

    assert desk.post(f"{DESK}appeals/{mine.pk}/", {"verb": "overturn"}).status_code == 403
    desk.post(f"{DESK}appeals/{theirs.pk}/", {"verb": "overturn", "answer": "You are right."})
    theirs.refresh_from_db()
    assert (theirs.outcome, theirs.answer) == ("overturned", "You are right.")


def test_upholding_a_decision_needs_words_for_the_person(desk):
    bilal = create_user(name="Bilal", role="Moderator")
    appeal = Appeal.objects.create(decision=reject(create_comment(), by=bilal, reason="unkind"), text="No")

    desk.post(f"{DESK}appeals/{appeal.pk}/", {"verb": "uphold", "answer": " "})
    appeal.refresh_from_db()
    assert appeal.outcome == ""
    desk.post(f"{DESK}appeals/{appeal.pk}/", {"verb": "uphold", "answer": "It attacks her."})
    appeal.refresh_from_db()
    assert appeal.outcome == "upheld"


# --- A comment's own page ------------------------------------------------------------------------------------------------


def test_a_comments_own_page_tells_its_versions_its_record_and_its_person(desk, moderator):
    earlier = create_comment(email="m@example.net", body="Something else")
    comment = create_comment(email="m@example.net", version=2, body="Second wording")
    comment.versions.create(number=1, body="First wording")
    reject(comment, by=moderator, reason="unkind", note="Please reread the rules")

    page = html(desk, f"{COMMENT}{comment.pk}/change/")

    for words in ("Second wording", "First wording", "Amara", "It attacks", "Please reread", earlier.body):
        assert words in page


def test_a_comment_that_is_gone_leads_back_to_the_desk(desk):
    for pk in ("4711", "99999999999999999999999", "x", "%00"):
        response = desk.get(f"{COMMENT}{pk}/change/", follow=True)
        assert "This comment no longer exists." in response.content.decode()


# --- Hostile, and much ---------------------------------------------------------------------------------------------------


# Takes over a second on a busy machine: two dozen pages with hostile words in every place of them.
def test_hostile_words_are_only_words(desk, moderator):
    thread = create_thread(title=HOSTILE)
    comment = create_comment(
        thread=thread, name=HOSTILE[:60], email='"<b>"@example.net', body=HOSTILE, status="approved", network="ab"
    )
    spots = [{"code": HOSTILE, "points": 5, "count": 1, "spots": [[2, 40], [30, 9999]]}]
    reply = create_comment(
        parent=comment, name=HOSTILE[:60], body=HOSTILE, email='"<b>"@example.net', network="ab", signals=spots,
        is_crisis=True, is_held=True, reported_at=timezone.now(),
    )  # fmt: skip
    reply.decisions.create(version=1, outcome="pending", note=HOSTILE)
    Report.objects.create(comment=reply, version=1, reason="other", text=HOSTILE)
    Note.objects.create(comment=reply, by=moderator, body=HOSTILE)
    rejected = reject(create_comment(thread=thread, body=HOSTILE, name=HOSTILE[:60]), by=moderator, reason="unkind")
    Appeal.objects.create(decision=rejected, text=HOSTILE)
    revise(comment, body=HOSTILE[::-1])

    queues = ["", "queue=crisis", "queue=reported", "queue=held", "queue=appeals", "queue=decided", "queue=all"]
    pages = [f"{DESK}?{queue}" for queue in queues] + [f"{DESK}?mode=zen&{queue}" for queue in queues]
    pages += [f"{DESK}?q=script", f"{DESK}?q=%3Cscript%3E", f"{DESK}{reply.pk}/person/", f"{DESK}{reply.pk}/message/"]
    pages += [f"{COMMENT}{one.pk}/change/" for one in (comment, reply)]
    for url in [*pages, "/admin/", "/admin/comments/decision/", "/admin/comments/thread/"]:
        page = html(desk, url)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert 'href="javascript' not in page


def test_odd_addresses_of_the_desk_do_no_harm(desk):
    create_comment()
    for query in (
        "q=%00",
        "after=x",
        "card=x&mode=zen",
        "queue=%00",
        "q=%F0%9F%98%80",
        "before=9_9&mode=zen",
        "person=9",
    ):
        assert desk.get(f"{DESK}?{query}").status_code == 200


# Takes over a second on a busy machine: full pages of every queue.
def test_a_page_of_the_desk_asks_at_most_ten_questions_however_much_is_on_it(
    desk, moderator, django_assert_max_num_queries
):
    cluster = Cluster.objects.create()
    for n in range(28):
        parent = create_comment(status="approved", network="ab")
        comment = create_comment(
            parent=parent, email=f"p{n % 7}@example.net", author=create_user() if n % 3 else None, network="ab",
            is_crisis=n % 9 == 0, cluster=cluster if n > 20 else None, reported_at=timezone.now(), priority=n % 4,
        )  # fmt: skip
        Note.objects.create(comment=comment, by=moderator, body="Note")
        Report.objects.create(comment=comment, version=1, reason="other")
        parent.decisions.create(version=1, outcome="approved", by=moderator)
    edited = create_comment()
    approve(edited, by=moderator)
    revise(edited, body="New words")
    last = create_comment(network="ab", email="p1@example.net", is_crisis=True)

    urls = [
        "",
        "?order=most",
        "?order=most&after=2_3",
        "?queue=crisis",
        "?queue=reported",
        "?queue=decided",
        "?q=words",
    ]
    urls += ["?mode=zen", f"?mode=zen&card={last.pk}", f"?mode=zen&queue=crisis&card={last.pk}", "?queue=appeals"]
    for url in urls:
        with django_assert_max_num_queries(10):
            assert desk.get(DESK + url).status_code == 200


def test_whoever_edits_often_pushes_no_note_off_the_other_cards(client, moderator, monkeypatch):
    monkeypatch.setattr("comments.desk.cards.STORY", 5)
    noted = create_comment(name="Rosa")
    Note.objects.create(comment=noted, by=moderator, body="She wrote to us as well.")
    busy = receive(create_thread(), name="Tom", email="tom@example.net", body="Wording 0 of mine.")
    for n in range(6):
        revise(busy, body=f"Wording {n} of mine.")

    client.force_login(moderator)

    assert "She wrote to us as well." in client.get("/admin/comments/desk/").content.decode()


def test_what_an_appeal_gave_back_is_not_offered_to_be_taken_back(client, moderator):
    comment = receive(create_thread(), name="Rosa", email="rosa@example.net", body="Warmth helps me.")
    opened = open_appeal(reject(comment, by=create_user(role="Moderator"), reason="unkind"), "It was kind.")
    client.force_login(moderator)
    page, back = f"/admin/comments/comment/{comment.pk}/change/", reverse("admin:comments_desk_undo")
    assert back in client.get(page).content.decode()

    overturn(opened, by=moderator)

    assert back not in client.get(page).content.decode()


def test_what_the_checks_noticed_is_said_in_words_and_not_in_codes(desk):
    comment = receive(create_thread(), name="Rosa", email="rosa@example.net", body="Better: https://shop.example/pills")
    assert "links" in comment.decisions.get().note

    page = html(desk, f"{COMMENT}{comment.pk}/change/")

    assert comment.decisions.get().note not in page
    assert page.partition('id="versions"')[2].count("1 link: shop.example") == 1


def test_the_card_that_comes_back_still_tells_what_the_person_wrote_before(desk):
    create_comment(email="rosa@example.net", status="approved")
    comment = create_comment(email="rosa@example.net")

    card = desk.post(f"{DESK}{comment.pk}/note/", {"body": "Kind."}, headers={"X-Fragment": "1"}).content.decode()

    assert "Kind." in card
    assert "Nothing earlier by this person" not in card
    assert "dot--approved" in card


def test_once_somebody_in_danger_was_written_to_approving_is_the_loud_button_again(desk, moderator):
    comment = create_comment(is_crisis=True, created_at=timezone.now() - timedelta(hours=5))
    loud = re.compile(r'class="act act--good"[^>]*data-key="(.)"')
    assert loud.findall(html(desk, DESK)) == ["m"]
    assert "overdue" in html(desk, DESK)

    Message.objects.create(comment=comment, by=moderator, body="We have read you.")

    assert loud.findall(html(desk, DESK)) == ["a"]
    assert "Write again" in html(desk, DESK)
    assert "overdue" not in html(desk, DESK)


def test_an_answer_from_before_she_called_for_help_stops_no_clock(desk, moderator):
    asked_at = timezone.now() - timedelta(hours=5)
    comment = create_comment(is_crisis=True, created_at=asked_at)
    Message.objects.create(comment=comment, by=moderator, body="Hello.", created_at=asked_at - timedelta(days=1))

    assert "overdue" in html(desk, DESK)


def test_a_card_says_of_each_moment_what_it_is_the_age_of(desk, moderator):
    """A decided card showed the age of the text as that of the decision."""
    comment = create_comment(created_at=timezone.now() - timedelta(days=3))
    approve(comment, by=moderator)

    page = html(desk, f"{DESK}?queue=decided")

    assert "decided less than a minute ago" in page
    assert "written 3\xa0days ago" in page
    create_report(comment=comment, created_at=timezone.now() - timedelta(hours=2))
    assert "reported 2\xa0hours ago" in html(desk, f"{DESK}?queue=reported")


def test_what_was_decided_and_taken_back_twice_is_as_old_as_what_stands_again(moderator):
    comment = create_comment()
    rejection = reject(comment, by=moderator, reason="unkind")
    for _n in range(2):
        undo(comment, approve(comment, by=moderator), by=moderator)

    comment.refresh_from_db()
    assert comment.decided_at == rejection.at


def test_one_group_has_one_number(desk):
    """ "25 like this" stood over "nearly the same as 50 other texts"."""
    cluster = Cluster.objects.create()
    alike = [{"code": "near_repeat", "points": 40, "count": 50}, {"code": "first", "points": 10, "count": 1}]
    for n in range(25):
        create_comment(cluster=cluster, signals=alike, priority=50, is_held=n < 5)
    waiting, held = html(desk, DESK), html(desk, f"{DESK}?queue=held")

    assert "25 like this wait" in waiting
    assert "5 like this wait" in held
    for page in (waiting, held):
        assert "texts before it" not in page
        assert "50 points" in page or "first comment" in page
    (way,) = re.findall(r'href="(\?[^"]*cluster=[^"]*)" data-key="o"', held)
    assert html(desk, DESK + way.replace("&amp;", "&")).count("data-card=") == 5
    alone = create_comment(signals=alike, priority=50)
    assert "nearly the same as 50 texts before it or more" in html(desk, f"{DESK}?mode=zen&card={alone.pk}")


def test_the_first_single_card_leads_to_nothing_before_it(desk):
    first, second = (create_comment(body=f"Card {n}") for n in range(2))

    for page in (html(desk, f"{DESK}?mode=zen"), html(desk, f"{DESK}?mode=zen&card={first.pk}")):
        assert 'rel="prev"' not in page
        assert "This is the first one." in page
    assert 'rel="prev"' in html(desk, f"{DESK}?mode=zen&card={second.pk}")


def test_the_column_counts_anew_after_a_decision(desk, moderator):
    comment = create_comment()
    create_comment()

    def column():
        page = desk.post(f"{DESK}here/", {"since": timezone.now().isoformat()}).content.decode()
        return re.search(r"Waiting</span> <b>(\d+)</b>", page.partition("data-rail")[2])[1]

    assert column() == "2"
    approve(comment, by=moderator)
    assert column() == "1"


def test_a_card_that_was_marked_in_a_list_stays_marked_while_one_reads_it(desk, moderator):
    comment = create_comment()
    desk.post(f"{DESK}{comment.pk}/claim/")

    desk.post(f"{DESK}here/", {"claimed": comment.pk})
    assert Seat.objects.get(user=moderator).comment == comment
    desk.post(f"{DESK}here/", {"claimed": ""})
    assert Seat.objects.get(user=moderator).comment is None


@pytest.mark.parametrize(
    ("status", "words"), [("approved", "approved"), ("removed", "removed"), ("pending", "waiting")]
)
def test_a_version_is_called_what_became_of_it(desk, status, words):
    comment = create_comment(status=status)

    page = desk.get(f"/admin/comments/comment/{comment.pk}/change/").content.decode()

    assert words in page.partition("Version 1")[2].partition("</summary>")[0]
