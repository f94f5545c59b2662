"""The name above a text: whose it looks like, and that every check reads it."""

import ast
import inspect

import pytest

from accounts.names import looks_like_the_house
from comments.forms.reports import ReportForm
from comments.intake import checks
from comments.intake.checks import Writing, look_at
from comments.intake.receive import revise
from comments.models import Comment, HouseRules
from comments.pages.sanctions import AppealForm
from comments.spam.word_trials import try_rules
from comments.text.words import Rule, Rules
from tests.comments.typing import ask, only_comment, post
from tests.factories import create_comment, create_raid, create_thread, create_user, create_writer

# Each stands for one check that reads words.
READ = {
    "www.pills.example": "links",
    "bit.ly/3x": "shortener",
    "pills.example": "blocked",
    "magic drops": "suspect",
    "rosa@example.org": "personal",
    "I want to die": "crisis",
    "Throw away your statins": "stop",
    "You should take 800 mg": "dosage",
    "BUY THIS WONDERFUL MEDICINE NOW": "capitals",
    "gracias por el artículo que me ayudó mucho con mi madre y con todo": "foreign",
}
RULES = Rules((Rule("blocked", "pills.example"), Rule("suspect", "magic drops")))


@pytest.mark.parametrize("place", ["body", "title", "name"])
@pytest.mark.parametrize("words", READ)
def test_every_check_of_words_reads_text_title_and_name(words, place):
    fields = {"body": "", place: words}

    assert READ[words] in [signal.code for signal in look_at(Writing(**fields, rules=RULES, language="en"))]


def test_no_check_asks_for_one_of_them_alone():
    asked = {
        node.attr
        for check in checks.CHECKS
        for node in ast.walk(ast.parse(inspect.getsource(check)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "writing"
    }

    assert not asked & {"body", "title", "name"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Dr Ilse Brandt", "Ilsе Вrаndt", "Il\u200bse Brandt", "Moderator", "Wellread ✔"])
def test_a_name_of_the_house_is_held_with_the_reason_in_words(name):
    create_writer(name="Ilse Brandt")

    post(create_thread(), name=name)

    comment = only_comment()
    reason = next(signal for signal in comment.reasons if signal.code == "posing")
    assert (comment.status, comment.is_held, comment.name) == ("pending", True, name)
    assert reason.label == f"the name looks like a writer's, a role's or the site's: {looks_like_the_house(name)}"


@pytest.mark.django_db
def test_a_known_reader_under_a_writers_name_waits(client):
    create_writer(name="Ilse Brandt")
    HouseRules.objects.update_or_create(pk=1, defaults={"known_after": 0})
    client.force_login(create_user())
    thread = create_thread(mode="open")

    post(thread, client, name="Rosa")
    post(thread, client, name="I. Brandt")

    assert [comment.status for comment in Comment.objects.order_by("id")] == ["approved", "pending"]


@pytest.mark.django_db
def test_the_writer_herself_is_not_held(client):
    writer = create_user(role="Writer", name="Ilse Brandt", byline=True)
    client.force_login(writer)

    post(create_thread(), client, name="Ilse Brandt")

    assert (only_comment().writer, only_comment().is_held) == (writer.writer, False)


@pytest.mark.django_db
def test_a_moderator_may_say_that_she_is_one(client):
    client.force_login(create_user(role="Moderator"))

    post(create_thread(), client, name="Moderator Amara")

    assert not only_comment().is_held


@pytest.mark.django_db
def test_who_asks_under_a_name_of_the_house_waits_and_so_does_who_changes_her_words():
    ask(name="Support Team")
    question = only_comment()
    revise(question, body="Since summer it twitches.")

    assert [signal.code for signal in question.reasons if signal.code == "posing"] == ["posing"]
    assert question.is_held


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["body", "name"])
def test_in_a_raid_no_newcomer_brings_a_link_in_by_her_name(where):
    thread = create_thread()
    create_raid(thread=thread)

    answer = post(thread, **{where: "see pills.example/shop"})

    assert (answer.status_code, Comment.objects.count()) == (422, 0)


@pytest.mark.django_db
def test_a_rule_is_tried_on_names_too():
    create_comment(name="Magic Drops")

    assert try_rules("suspect", ["magic drops"]).held == 1


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["name", "body"])
@pytest.mark.parametrize(
    "nothing", ["\u3164\u3164", "\u2800", "\u00ad", "\U000e0041", "\ufe0f\ufe0f", "\u115f\uffa0"], ids=ascii
)
def test_what_nobody_sees_is_no_name_and_no_text(field, nothing):
    answer = post(create_thread(), **{field: nothing})

    assert (answer.status_code, Comment.objects.count()) == (422, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["name", "body", "title"])
def test_a_heap_of_marks_comes_back_with_kind_words(field):
    heap = "Warm" + "\u0316\u0317\u0301\u0302\u0303\u0304" * 2

    answer = ask(**{field: heap})

    assert (answer.status_code, Comment.objects.count()) == (422, 0)
    assert "too many marks on one letter" in answer.content.decode()
    assert heap in answer.content.decode()


@pytest.mark.parametrize("text", ["\u3164", "Z" + "\u0301\u0302\u0303" * 4], ids=ascii)
def test_an_appeal_or_a_report_is_words_too(text):
    assert not AppealForm({"decision": "1", "text": text}).is_valid()
    assert not ReportForm.base_fields["text"].clean("\u3164")
