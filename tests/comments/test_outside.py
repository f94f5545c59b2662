"""The outside check, against a service on this machine that answers whatever a test wants."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from comments.decisions import comments as decisions
from comments.decisions.comments import approve, mark_as_spam, reject, undo
from comments.intake.receive import receive, revise
from comments.models import Comment, Decision, Sanction
from comments.spam import outside
from comments.spam.outside import check_outside_due
from tests.comments.test_trust import with_approved
from tests.factories import create_thread, create_user

pytestmark = pytest.mark.django_db


class Service:
    """`answers` by what is asked: a body, or (status, body), or None for silence."""

    def __init__(self):
        self.asked = []
        self.answers = {"comment-check": "false", "submit-ham": "Thanks", "submit-spam": "Thanks"}
        self.wakes = threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        service = self.server.service
        what = self.path.rsplit("/", 1)[-1]
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        service.asked.append((what, {name: value[0] for name, value in parse_qs(body).items()}, dict(self.headers)))
        answer = service.answers[what]
        if answer is None:
            service.wakes.wait(10)
            return
        status, text = answer if isinstance(answer, tuple) else (200, answer)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/1.1/submit-ham")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(server, settings, monkeypatch):
    server.service = Service()
    settings.OUTSIDE_CHECK_URL = f"http://127.0.0.1:{server.server_port}"
    settings.OUTSIDE_CHECK_KEY = "k3y"
    monkeypatch.setattr(outside, "TIMEOUT", 0.2)
    yield server.service
    server.service.wakes.set()


@pytest.fixture
def thread():
    return create_thread(mode="open", address="/articles/hemifacial-spasm/", title="Hemifacial spasm")


@pytest.fixture
def known(thread):
    return with_approved(create_user(), thread)


def write(thread, author=None, body="Warmth helps me.", **fields):
    email = author.email if author else "rosa@example.net"
    return receive(thread,
        name="Rosa", email=email, body=body, author=author, network="abc", seconds=60, **fields
    )  # fmt: skip


def fresh(comment):
    return Comment.objects.select_related("thread", "author").get(pk=comment.pk)


def codes(comment):
    return [(signal.code, signal.count) for signal in fresh(comment).reasons if signal.code == "outside"]


def later():
    """Whatever is to be asked later is due now."""
    Comment.objects.exclude(outside_at=None).update(outside_at=timezone.now() - timedelta(seconds=1))


def test_without_an_address_nobody_is_asked_and_nothing_waits(thread, known, settings):
    settings.OUTSIDE_CHECK_URL = ""
    comment = write(thread, known)

    assert comment.status == "approved"
    assert comment.outside_at is None
    assert check_outside_due() == 0


def test_what_would_appear_at_once_waits_for_the_answer_and_then_appears(thread, known, service):
    comment = write(thread, known)
    assert [fresh(comment).status, codes(comment)] == ["pending", [("outside", 0)]]
    assert check_outside_due() == 1

    comment = fresh(comment)
    assert [comment.status, codes(comment), comment.outside_at] == ["approved", [], None]
    assert comment.decisions.first().by_machine
    assert comment.versions.get().signals == comment.signals


def test_what_would_wait_anyway_still_waits_after_a_good_answer(thread, service):
    comment = write(thread)
    check_outside_due()

    assert [fresh(comment).status, codes(comment)] == ["pending", []]
    assert not fresh(comment).is_held


def test_spam_is_held_with_points_and_never_turned_away(thread, known, service):
    service.answers["comment-check"] = "true"
    comment = write(thread, known)
    check_outside_due()

    comment = fresh(comment)
    assert [comment.status, codes(comment), comment.outside_at] == ["pending", [("outside", 1)], None]
    assert comment.is_held
    assert comment.priority >= 60


def test_only_the_words_leave_the_house(thread, known, service):
    write(thread, known, body="It twitches & burns, ü.")
    check_outside_due()

    [(what, said, headers)] = service.asked
    assert what == "comment-check"
    assert said["comment_content"] == "It twitches & burns, ü."
    assert set(said) == {
        "api_key", "blog", "blog_lang", "blog_charset", "user_ip", "comment_type", "comment_content",
    }  # fmt: skip
    assert said["user_ip"] == "0.0.0.0"
    everything = f"{said} {headers}"
    assert not [one for one in (known.email, "Rosa", "abc", "hemifacial", "Hemifacial") if one in everything]


def test_what_the_house_writes_itself_and_what_fell_into_the_trap_is_not_sent(thread, writer, service):
    own = write(thread, writer)
    trapped = write(thread, trapped=True, body="Buy")
    check_outside_due()

    assert [fresh(own).status, fresh(trapped).status, service.asked] == ["approved", "pending", []]


@pytest.mark.parametrize(
    "answer",
    [
        "invalid", "", "TRUE or not", "<html>" * 1000, "\x00", (500, "false"), (403, "false"), (204, ""), (302, "false"),
        (429, ""), None,
    ],
)  # fmt: skip
def test_without_a_clear_answer_nothing_appears_and_it_is_asked_again_later(thread, known, service, answer):
    service.answers["comment-check"] = answer
    comment = write(thread, known)
    assert check_outside_due() == 0

    comment = fresh(comment)
    assert [comment.status, codes(comment)] == ["pending", [("outside", 0)]]
    assert not comment.is_held  # no rule holds it: it waits like everything else
    assert comment.outside_at > timezone.now() + timedelta(seconds=30)
    assert [what for what, _said, _headers in service.asked] == ["comment-check"]

    service.answers["comment-check"] = "false"
    later()
    check_outside_due()
    assert fresh(comment).status == "approved"


def test_while_the_service_is_away_others_are_not_tried_one_by_one(thread, known, service):
    service.answers["comment-check"] = (503, "")
    for n in range(3):
        write(thread, known, body=f"Different words, number {n}.")
    check_outside_due()

    assert len(service.asked) == 1
    assert not Comment.objects.filter(outside_at__lte=timezone.now()).exists()


def test_a_port_where_nobody_listens_is_no_answer(thread, known, service, settings):
    settings.OUTSIDE_CHECK_URL = "http://127.0.0.1:9"
    comment = write(thread, known)

    assert check_outside_due() == 0
    assert fresh(comment).status == "pending"


def test_it_is_asked_less_and_less_often(thread, known, service):
    service.answers["comment-check"] = "invalid"
    comment = write(thread, known)
    waits = []
    for hours in (0, 1, 48):
        Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(hours=hours))
        later()
        check_outside_due()
        waits.append(round((fresh(comment).outside_at - timezone.now()) / timedelta(minutes=1)))

    assert waits == [5, 60, 360]


def test_a_worker_that_dies_after_asking_lets_nothing_through_and_nothing_is_forgotten(
    thread, known, service, monkeypatch
):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    comment = write(thread, known)
    with monkeypatch.context() as patch:
        patch.setattr(outside, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            check_outside_due()
    assert fresh(comment).status == "pending"
    later()
    check_outside_due()
    check_outside_due()

    assert fresh(comment).status == "approved"
    assert comment.decisions.filter(outcome="approved").count() == 1
    assert len(service.asked) == 2


def test_two_workers_ask_once(thread, known, service, monkeypatch):
    comment = write(thread, known)
    stale = fresh(comment)
    check_outside_due()

    assert not outside.look_after(stale, outside.service())
    assert len(service.asked) == 1
    assert comment.decisions.filter(outcome="approved").count() == 1


def during(monkeypatch, happens):
    """While the service thinks about it, this happens."""
    ask = outside.Service.is_spam

    def asked(self, text):
        happens()
        return ask(self, text)

    monkeypatch.setattr(outside.Service, "is_spam", asked)


def test_a_moderator_who_decides_meanwhile_is_not_overruled(thread, known, service, moderator, monkeypatch):
    comment = write(thread, known)
    during(monkeypatch, lambda: reject(fresh(comment), by=moderator, reason="unkind"))
    check_outside_due()

    assert fresh(comment).status == "rejected"


def test_an_answer_about_an_older_text_does_not_count(thread, known, service, monkeypatch):
    comment = write(thread, known)
    during(monkeypatch, lambda: revise(fresh(comment), body="Buy my pills."))
    check_outside_due()

    assert [fresh(comment).status, codes(comment)] == ["pending", [("outside", 0)]]
    assert fresh(comment).outside_at <= timezone.now()


def test_nobody_appears_by_an_answer_who_was_sanctioned_meanwhile(thread, known, service, monkeypatch):
    comment = write(thread, known)
    during(monkeypatch, lambda: Sanction.objects.create(kind="hold", user=known))
    check_outside_due()

    assert fresh(comment).status == "pending"


def test_what_a_moderator_has_taken_back_does_not_appear_by_an_answer(thread, known, service, moderator):
    comment = write(thread, known)
    undo(comment, approve(comment, by=moderator), by=moderator)
    check_outside_due()

    assert fresh(comment).status == "pending"


def test_a_decided_comment_is_not_sent(thread, known, service, moderator):
    comment = write(thread, known)
    mark_as_spam(fresh(comment), by=moderator)
    check_outside_due()

    assert service.asked == []
    assert fresh(comment).outside_at is None


def test_a_new_text_of_an_approved_comment_is_asked_about_and_waits_for_a_moderator(thread, known, service):
    comment = write(thread, known)
    check_outside_due()
    revise(fresh(comment), body="Warmth helps me a lot.")
    check_outside_due()

    comment = fresh(comment)
    assert [said["comment_content"] for _what, said, _headers in service.asked][1:] == ["Warmth helps me a lot."]
    assert [comment.status, comment.waiting_version, codes(comment)] == ["approved", 2, []]


def test_when_it_is_switched_off_what_waits_is_left_to_the_moderators(thread, known, service, settings):
    comment = write(thread, known)
    settings.OUTSIDE_CHECK_URL = ""
    check_outside_due()

    comment = fresh(comment)
    assert [comment.status, codes(comment), comment.outside_at, comment.is_held] == ["pending", [], None, False]


# --- Telling the service ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "then", "told"),
    [
        ("true", "approve", ["submit-ham"]),
        ("true", "mark_as_spam", []),
        ("false", "mark_as_spam", ["submit-spam"]),
        ("false", "approve", []),
    ],
)
def test_the_service_is_told_once_where_moderators_were_of_another_mind(
    thread, service, settings, moderator, answer, then, told
):
    settings.OUTSIDE_CHECK_TEACH = True
    service.answers["comment-check"] = answer
    comment = write(thread)
    check_outside_due()
    assert fresh(comment).outside_at > timezone.now() + timedelta(hours=23)
    getattr(decisions, then)(fresh(comment), by=moderator)
    for _time in range(2):
        later()
        check_outside_due()

    assert [what for what, _said, _headers in service.asked][1:] == told
    assert fresh(comment).outside_at is None


def test_the_service_is_told_nothing_unless_that_is_switched_on(thread, service, moderator):
    comment = write(thread)
    check_outside_due()
    mark_as_spam(fresh(comment), by=moderator)
    later()
    check_outside_due()

    assert len(service.asked) == 1
    assert Decision.objects.filter(outcome="spam").count() == 1
