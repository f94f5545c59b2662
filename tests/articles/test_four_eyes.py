"""Four eyes: with that setting nothing comes to readers that nobody else has approved or published."""

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article
from articles.models.steps import STEPS, NotAllowed, StepRefused, allowed_steps
from articles.workflow.corrections import correct, take_back
from articles.workflow.publishing import archive, publish, publish_due, publish_when_due, reopen, schedule, unschedule
from articles.workflow.reviewing import pass_review, start_review, withdraw_review
from articles.workflow.saving import discard, restore, write
from articles.workflow.submitting import approve, send_back, submit
from edge.models import Letter
from pages.models import SiteSettings
from tests.articles.article_form import url
from tests.factories import create_article, create_user, create_writer

DAY = timedelta(days=1)
# What each step asks for; all others are as without the setting.
BY_ANOTHER = {"approve", "pass_review"}
SEEN = {"publish", "schedule"}


def ask_for_four_eyes(answer=True):
    SiteSettings.objects.update_or_create(pk=1, defaults={"four_eyes": answer})


def fresh(article):
    return Article.objects.get(pk=article.pk)


def change(article, by, words="Other words.", writers=None):
    content = article.content
    content = {**content, "summary": words, "writers": content["writers"] if writers is None else writers}
    write(article, content, by=by, since=article.edition)
    return fresh(article)


def article_by(*people, last, **fields):
    """With these in its byline, whose words `last` has changed last."""
    article = create_article(writer=people[0].writer, **fields)
    for person in people[1:]:
        article.authorships.create(writer=person.writer)
    return change(fresh(article), last)


@pytest.fixture
def people(editor, writer, administrator):
    """An editor who writes, one who does not, and an administrator who is a medical professional, too."""
    create_writer(user=editor)
    create_writer(user=administrator, credentials="MD", is_medical_professional=True)
    return editor, create_user(role="Editor", name="Otto"), administrator, writer


@pytest.mark.parametrize("answer", [None, False, True])
def test_each_step_is_for_those_of_the_table(people, answer):
    """Every step, from every status, by every role, in the byline or not, last hand or not, seen by another or not."""
    ask_for_four_eyes(answer)
    editor, other, administrator, writer = people
    for person, status, in_byline, is_last, is_seen in product(
        people, ["draft", "submitted", "in_review", "approved"], [True, False], [True, False], [True, False]
    ):
        witness = other if person != other else create_user(role="Editor")
        names = [person.writer] if in_byline and hasattr(person, "writer") else [create_writer()]
        article = create_article(writer=names[0])
        last = person if is_last else create_user(role="Editor")
        article = change(article, administrator if last == writer and not in_byline else last)
        hand = article.latest_revision.by
        Article.objects.filter(pk=article.pk).update(status="submitted")
        if is_seen:
            approve(fresh(article), by=witness)
        Article.objects.filter(pk=article.pk).update(status=status)
        article = fresh(article)

        usual = {step.name for step in STEPS.values() if step.fits(article) and step.may(article, person)}
        is_another = person.writer not in names if hasattr(person, "writer") else True
        is_another = is_another and person != hand
        held = set()
        if answer and not is_another:
            held = BY_ANOTHER if is_seen else BY_ANOTHER | SEEN
        assert {step.name for step in allowed_steps(article, person)} == usual - held, (
            person,
            status,
            is_last,
            is_seen,
        )


def test_an_editor_does_not_publish_her_own_article_until_somebody_else_has_approved_it(people):
    ask_for_four_eyes()
    editor, other, administrator, _writer = people
    article = article_by(editor, last=editor)

    for act in (publish, lambda article, by: schedule(article, by=by, at=timezone.now() + DAY)):
        with pytest.raises(NotAllowed, match="Four eyes: .* Ada, Otto"):
            act(fresh(article), by=editor)
    submit(article, by=editor)
    with pytest.raises(NotAllowed, match="Four eyes"):
        approve(article, by=editor)
    approve(article, by=other)
    publish(article, by=editor)

    assert fresh(article).is_public


def test_after_one_more_change_it_takes_somebody_else_again(people):
    ask_for_four_eyes()
    editor, other, administrator, _writer = people
    article = article_by(editor, last=editor, status="submitted")
    approve(article, by=other)
    article = change(article, other, "A comma.")

    for person in (editor, other):
        with pytest.raises(NotAllowed, match="Four eyes"):
            publish(fresh(article), by=person)
    publish(fresh(article), by=administrator)


def test_what_is_sent_back_or_archived_is_approved_no_longer(people):
    ask_for_four_eyes()
    editor, other, _administrator, _writer = people
    for take_away in (lambda article: send_back(article, by=other, note="No."), lambda article: gone(article, other)):
        article = article_by(editor, last=editor, status="submitted")
        approve(article, by=other)
        take_away(article)
        with pytest.raises(NotAllowed, match="Four eyes"):
            publish(fresh(article), by=editor)


def gone(article, by):
    archive(article, by=by)
    reopen(article, by=by)


def test_a_review_counts_as_long_as_it_stands(people, reviewer):
    ask_for_four_eyes()
    editor, other, _administrator, _writer = people
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = article_by(editor, last=editor, status="in_review")
    review = pass_review(article, by=reviewer)
    assert {"publish", "schedule"} <= {step.name for step in allowed_steps(article, editor)}

    withdraw_review(article, review, by=other, note="A mistake.")
    with pytest.raises(NotAllowed, match="Four eyes"):
        approve(fresh(article), by=editor)


def test_her_name_in_the_byline_of_the_next_text_counts_and_so_does_the_one_that_readers_see(people):
    ask_for_four_eyes()
    editor, other, administrator, writer = people
    article = article_by(writer, last=writer)
    publish(article, by=other)
    coming = change(fresh(article), writer, "With her.", writers=[writer.writer.pk, editor.writer.pk])
    with pytest.raises(NotAllowed, match="you are in the byline"):
        publish(coming, by=editor)
    publish(fresh(article), by=other)
    going = change(fresh(article), writer, "Without her.", writers=[writer.writer.pk])
    with pytest.raises(NotAllowed, match="you are in the byline"):
        publish(going, by=editor)


def test_what_is_scheduled_and_changed_afterwards_waits_for_somebody_else_and_says_so(people):
    ask_for_four_eyes()
    editor, other, administrator, writer = people
    article = article_by(writer, last=writer)
    schedule(article, by=other, at=timezone.now() + DAY)
    article = change(fresh(article), editor, "Last minute.")
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now() - timedelta(minutes=1))

    assert publish_due() == 0
    assert "Four eyes" in article.events.filter(step="not_published").get().note
    assert Letter.objects.filter(to=other.email).exists()
    schedule(fresh(article), by=administrator, at=timezone.now() + DAY)
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now())
    assert publish_due() == 1


def test_what_was_scheduled_by_its_writer_before_the_setting_waits_too(people):
    editor = people[0]
    article = article_by(editor, last=editor)
    schedule(article, by=editor, at=timezone.now() + DAY)
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now())
    ask_for_four_eyes()

    assert publish_due() == 0


def test_what_was_approved_before_the_setting_by_its_writer_or_its_last_hand_is_seen_by_nobody_else(people):
    editor, other, administrator, writer = people
    hers = article_by(editor, last=administrator, status="submitted")
    approve(hers, by=editor)
    words = article_by(writer, last=other, status="submitted")
    approve(words, by=other)
    change(words, administrator, "For a moment.")
    restore(fresh(words), words.revisions.order_by("-number")[1], by=administrator)
    ask_for_four_eyes()

    for article, person in ((hers, editor), (words, administrator)):
        with pytest.raises(NotAllowed, match="Four eyes"):
            publish(fresh(article), by=person)


def test_a_correction_is_made_and_taken_back_by_somebody_else(people, client):
    editor, other, administrator, _writer = people
    article = article_by(editor, last=editor)
    publish(article, by=other)
    ask_for_four_eyes()

    with pytest.raises(NotAllowed, match="Four eyes"):
        correct(fresh(article), by=editor, text="Two, not three.")
    correction = correct(fresh(article), by=other, text="Two, not three.")
    with pytest.raises(NotAllowed, match="Four eyes"):
        take_back(correction, by=editor)
    client.force_login(editor)
    page = client.get(url("corrections", article.pk)).content.decode()
    assert "Four eyes: you changed the words last" in page
    assert "Tell readers" not in page


def test_the_desk_says_why_the_button_is_missing_and_who_has_it(people, client):
    editor, other, _administrator, _writer = people
    article = article_by(editor, last=editor)
    client.force_login(editor)
    assert "Four eyes" not in client.get(url("change", article.pk)).content.decode()

    ask_for_four_eyes()
    page = client.get(url("change", article.pk)).content.decode()

    assert "Four eyes: you changed the words last" in page
    assert "They can: Ada, Otto." in page
    assert 'value="publish"' not in page
    assert "Four eyes" in client.post(url("step", article.pk, "publish"), {}).content.decode()
    assert not fresh(article).is_live


def test_where_nobody_else_can_that_is_said(editor):
    ask_for_four_eyes()
    article = change(create_article(), editor)

    with pytest.raises(NotAllowed, match="Nobody else can at the moment"):
        publish(article, by=editor)


def test_the_front_page_asks_an_administrator_from_two_editors_on_until_it_is_decided(client, administrator, editor):
    line = "Decide in the site settings"
    client.force_login(administrator)
    assert line not in client.get(reverse("admin:index")).content.decode()

    create_user(role="Editor")
    assert line in client.get(reverse("admin:index")).content.decode()
    client.force_login(editor)
    assert line not in client.get(reverse("admin:index")).content.decode()
    client.force_login(administrator)
    for answer in (True, False):
        ask_for_four_eyes(answer)
        assert line not in client.get(reverse("admin:index")).content.decode()


# --- Any sequence of acts ------------------------------------------------------------------------------------------------


class Newsroom:
    """An article, its people, and a record of our own of who stood for which words."""

    def __init__(self):
        self.writer = create_user(role="Writer", byline=True)
        self.people = [create_user(role="Editor", byline=n < 2) for n in range(3)]
        self.reviewer = create_user(role="Medical reviewer")
        create_writer(user=self.reviewer, credentials="MD", is_medical_professional=True)
        self.article = fresh(article_by(self.writer, last=self.writer))
        self.stood_for = []
        ask_for_four_eyes()

    def do(self, act, person, n):
        who = [*self.people, self.writer][person]
        before = fresh(self.article)
        try:
            getattr(self, act)(before, who, n)
        except StepRefused:
            return False
        self.write_down(act, who)
        return True

    def write_down(self, act, who):
        now = fresh(self.article)
        if act in {"send_back", "archive"}:
            self.stood_for = []
        if act in {"approve", "schedule", "publish"} and now.status != "draft":
            self.stood_for.append((who.pk, now.latest_revision.by_id, now.latest_revision.content))
        if act == "review":
            self.stood_for.append((self.reviewer.pk, now.latest_revision.by_id, now.latest_revision.content))

    def edit(self, article, who, n):
        bylines = [person.writer.pk for person in [*self.people[:2], self.writer]]
        change(article, who, f"Words {n % 3}.", writers=[bylines[n % 3]])

    def submit(self, article, who, n):
        submit(article, by=who)

    def approve(self, article, who, n):
        approve(article, by=who)

    def review(self, article, who, n):
        if article.status == "submitted":
            start_review(article, by=self.reviewer)
        pass_review(fresh(article), by=self.reviewer)

    def send_back(self, article, who, n):
        send_back(article, by=who, note="No.")

    def publish(self, article, who, n):
        publish(article, by=who)

    def schedule(self, article, who, n):
        schedule(article, by=who, at=timezone.now() + DAY)

    def unschedule(self, article, who, n):
        unschedule(article, by=who)

    def due(self, article, who, n):
        Article.objects.filter(pk=article.pk, status="scheduled").update(publish_at=timezone.now())
        publish_when_due(fresh(article))

    def archive(self, article, who, n):
        archive(article, by=who)

    def reopen(self, article, who, n):
        reopen(article, by=who)

    def discard(self, article, who, n):
        discard(article, by=who)

    def restore(self, article, who, n):
        restore(article, article.revisions.order_by("number")[n % article.revisions.count()], by=who)

    def is_seen(self):
        """By somebody who is in no byline and had not changed the words last; of whoever took the last step, too."""
        now = fresh(self.article)
        mine = set(now.accounts_of_writers)
        content = now.live_revision.content
        return any(who not in {*mine, last} and words == content for who, last, words in self.stood_for)


ACTS = [
    "edit",
    "submit",
    "approve",
    "review",
    "send_back",
    "publish",
    "schedule",
    "unschedule",
    "due",
    "archive",
    "reopen",
]


class AnySequence(TestCase):
    @tries(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([*ACTS, "discard", "restore", "edit", "publish", "approve"]),
                st.integers(0, 3),
                st.integers(0, 5),
            ),
            min_size=4,
            max_size=20,
        )
    )
    def test_nothing_comes_to_readers_that_nobody_else_has_stood_for(self, acts):
        room = Newsroom()
        for act, person, n in acts:
            before = fresh(room.article).live_revision_id
            done = room.do(act, person, n)
            now = fresh(room.article)
            if done and act in {"publish", "due"} and now.live_revision_id != before:
                assert room.is_seen(), (act, person)
