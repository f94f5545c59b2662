import pytest

from comments.checks import LONG, Signal, Writing, look_at, verdict
from tests.comments.typing import post
from tests.factories import create_comment, create_thread


def codes(**fields):
    return [signal.code for signal in look_at(Writing(**{"body": "Warmth helps me.", **fields}))]


def test_honest_words_are_not_noticed():
    assert codes(seconds=60) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"trapped": True}, "trap"),
        ({"seconds": 1}, "fast"),
        ({"seconds": 90_000}, "old_form"),
        ({"body": "www.pills.example"}, "links"),
        ({"repeats": 2}, "repeat"),
        ({"is_first": True}, "first"),
        ({"from_network": 4}, "network"),
        ({"body": "a " * LONG}, "long"),
        ({"body": "BUY THIS WONDERFUL MEDICINE NOW"}, "capitals"),
    ],
)
def test_each_check_sees_its_own(fields, code):
    assert codes(**fields) == [code]


@pytest.mark.parametrize("body", ["MRI, ECG and CT at the ER", "我昨天開始吃藥，感覺好多了", "أشعر بتحسن اليوم"])
def test_abbreviations_and_other_scripts_do_not_shout(body):
    assert "capitals" not in codes(body=body)


def test_everything_is_noticed_not_only_the_first():
    found = codes(body="BUY WONDERFUL MEDICINE HERE www.pills.example", seconds=1, is_first=True)

    assert found == ["fast", "links", "first", "capitals"]


def test_a_link_is_shown_where_it_stands():
    [signal] = look_at(Writing(body="Look: https://a.example and www.b.example"))

    assert [signal.spots, signal.count] == [((6, 23), (28, 41)), 2]
    assert signal.words == "2 links: a.example, b.example"


def test_a_signal_survives_the_database():
    signal = Signal("links", 40, 2, ((6, 23), (28, 41)))

    assert Signal.from_json(signal.as_json()) == signal


@pytest.mark.parametrize("may_appear", [True, False])
def test_only_the_trap_makes_spam_and_nothing_is_ever_rejected(may_appear):
    others = [Signal(code, 100) for code in ("fast", "links", "repeat", "network", "long", "capitals", "first")]

    assert verdict([Signal("trap", 100)], may_appear=may_appear) == "spam"
    assert verdict(others, may_appear=may_appear) == "pending"


@pytest.mark.django_db
def test_the_same_text_twice_in_a_thread_is_noticed_whoever_wrote_it():
    thread = create_thread()
    create_comment(thread=thread, body="Try these drops!")

    post(thread, body="Try these drops!")

    assert "repeat" in [signal.code for signal in thread.comments.latest("id").reasons]


@pytest.mark.django_db
def test_the_signals_stay_with_the_version_they_were_seen_in():
    thread = create_thread()
    post(thread, body="See www.a.example")
    comment = thread.comments.get()

    comment.revise(body="No link any more")

    first, second = comment.versions.all()
    assert "links" in [signal["code"] for signal in first.signals]
    assert "links" not in [signal["code"] for signal in second.signals]
