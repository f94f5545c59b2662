import pytest
from django.utils import timezone

from comments.intake.checks import CHECKS, LONG, MILD, MOST_SPOTS, Writing, look_at, verdict
from comments.intake.facts import facts_about
from comments.intake.receive import revise
from comments.models import Comment, WordRule
from comments.models.signals import LABELS, Signal
from comments.text.words import Rule, Rules
from tests.comments.typing import ask, only_comment, post
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
        ({"body": "I want to die."}, "crisis"),
        ({"body": "You should take 800 mg of it."}, "dosage"),
        ({"body": "Throw away your statins!"}, "stop"),
        ({"body": "Write to rosa@example.org"}, "personal"),
        (
            {"body": "Gracias por el artículo, que me ayudó mucho con mi madre y con todo lo demás", "language": "en"},
            "foreign",
        ),
        ({"sanctioned": True}, "sanction"),
        ({"raid": True}, "raid"),
        ({"outside": "wait"}, "outside"),
        ({"throwaway": "mailinator.com"}, "throwaway"),
        ({"rejected_lately": 1}, "rejected"),
        ({"alike": 3}, "near_repeat"),
        ({"score": 0.7}, "score"),
        ({"rules": Rules((Rule("blocked", "warmth"),))}, "blocked"),
        ({"rules": Rules((Rule("suspect", "helps me"),))}, "suspect"),
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
    assert signal.label == "2 links: a.example, b.example"


def test_a_signal_survives_the_database():
    signal = Signal("links", 40, 2, ((6, 23), (28, 41)))

    assert Signal.from_json(signal.as_json()) == signal


def test_a_shortener_is_one_more_than_a_link():
    assert codes(body="See bit.ly/3x and tinyurl.com/abc") == ["links", "shortener"]


def test_a_signal_kept_before_there_was_more_to_say_still_reads():
    assert Signal.from_json({"code": "first", "points": 10}) == Signal("first", 10)


def test_every_check_has_words_for_the_moderator():
    assert {check.__name__ for check in CHECKS} == set(LABELS)
    assert all(LABELS[code](1) and LABELS[code](2) for code in LABELS)


def test_what_is_kept_of_a_text_full_of_links_is_bounded():
    [signal] = [one for one in look_at(Writing(body="http://a.example/ " * 500)) if one.code == "links"]

    assert (signal.count, len(signal.spots), signal.points) == (500, MOST_SPOTS, 60)


def test_a_doubtful_score_says_nothing_and_a_score_alone_is_at_most_fifty_points():
    assert codes(score=0.49) == codes(score=None) == []
    assert look_at(Writing("Warmth", score=1.0)) == [Signal("score", 50, 100)]


@pytest.mark.parametrize("may_appear", [True, False])
def test_nothing_is_ever_rejected_by_a_program(may_appear):
    assert verdict([Signal(code, 100) for code in LABELS], may_appear=may_appear) == "pending"


@pytest.mark.parametrize("code", sorted(set(LABELS) - MILD))
def test_what_is_not_mild_holds_even_a_known_reader(code):
    assert verdict([Signal(code, 1)], may_appear=True) == "pending"


def test_what_is_mild_holds_nobody_who_is_known_and_everybody_else_waits():
    mild = [Signal(code, 10) for code in MILD]

    assert verdict(mild, may_appear=True) == "approved"
    assert verdict([], may_appear=False) == "pending"


def test_a_score_that_is_sure_is_not_mild():
    sure, unsure = (look_at(Writing("Warmth", score=score)) for score in (0.96, 0.94))

    assert [verdict(found, may_appear=True) for found in (sure, unsure)] == ["pending", "approved"]


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

    revise(comment, body="No link any more")

    first, second = comment.versions.all()
    assert "links" in [signal["code"] for signal in first.signals]
    assert "links" not in [signal["code"] for signal in second.signals]


@pytest.mark.django_db
def test_the_same_words_are_known_again_anywhere_unless_many_people_say_them():
    long = "Since I drink this tea my face has not twitched once."
    create_comment(body=long)
    create_comment(body="Thank you!")
    thread = create_thread()

    post(thread, body="SINCE I drink this tea, my face has n0t twitched once!!", email="a@example.net")
    post(thread, body="Thank you!", email="b@example.net")

    again, thanks = thread.comments.order_by("id")
    assert "repeat" in [signal.code for signal in again.reasons]
    assert "repeat" not in [signal.code for signal in thanks.reasons]


@pytest.mark.django_db
def test_the_record_of_a_person_is_her_account_or_her_address():
    now = timezone.now()
    for status in ("rejected", "spam", "removed", "approved"):
        create_comment(email="rosa@example.net", status=status, decided_at=now)
    create_comment(email="rosa@example.net", status="rejected", decided_at=now - timezone.timedelta(days=91))
    create_comment(status="rejected", decided_at=now)

    writing = facts_about(Comment(thread=create_thread(), email="ROSA@example.net", body="Words"))

    assert (writing.is_first, writing.rejected_lately) == (False, 2)


@pytest.mark.django_db
def test_a_throw_away_address_is_noticed_and_a_look_alike_of_one_is_not():
    thread = create_thread()

    domains = [
        facts_about(Comment(thread=thread, email=email, body="Words")).throwaway
        for email in ("a@mailinator.com", "a@sub.mailinator.com", "a@mailinator.com.example.org", "a@example.org", "")
    ]

    assert domains == ["mailinator.com", "sub.mailinator.com", "", "", ""]


@pytest.mark.django_db
def test_the_title_of_a_question_passes_the_door_with_its_text(client):
    WordRule.objects.create(kind="blocked", phrase="magic drops")
    thread = create_thread(title="Magic drops, tested")

    ask(client, title="Do magic drops help?")
    question = only_comment()
    post(thread, body="I tried them.")

    assert "blocked" in [signal.code for signal in question.reasons]
    assert question.is_held
    # The title of an article is ours.
    assert "blocked" not in [signal.code for signal in thread.comments.get().reasons]


@pytest.mark.django_db
def test_an_edit_passes_the_same_door_title_and_all(client):
    WordRule.objects.create(kind="blocked", phrase="magic drops")
    ask(client, title="Do magic drops help?")
    question = only_comment()

    revise(question, body="I want to die.")

    assert {"blocked", "crisis"} <= {signal.code for signal in question.reasons}
    assert (question.is_crisis, question.is_held, question.priority >= 150) == (True, True, True)


@pytest.mark.django_db
def test_gathering_takes_few_queries(django_assert_max_num_queries):
    comment = create_comment(network="abc")
    facts_about(comment)

    with django_assert_max_num_queries(7):
        facts_about(comment)
