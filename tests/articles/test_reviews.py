"""Medical reviews: passed, given again for what readers see, withdrawn; and what readers are told of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.models.steps import NotAllowed, NotReady, WrongStep
from articles.workflow.notes import add_note
from articles.workflow.publishing import archive, publish, publish_due, publish_when_due, schedule
from articles.workflow.reviewing import in_years, pass_review, review_again, start_review, withdraw_review
from articles.workflow.saving import adopt, discard, write
from articles.workflow.submitting import approve, send_back, submit
from edge.models import Letter
from pages.models import SiteSettings
from tests.articles.article_form import url
from tests.comments.test_two_at_once import at_once
from tests.factories import create_article, create_user, create_writer

TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def doctor(reviewer):
    reviewer.writer.is_medical_professional, reviewer.writer.credentials = True, "MD"
    reviewer.writer.save()
    return reviewer


def reviewed(doctor, *, words="Text.", **said):
    """An article that this reviewer has just passed."""
    article = create_article(body=f"<p>{words}</p>")
    adopt(article, by=None)
    Article.objects.filter(pk=article.pk).update(status="in_review")
    article = Article.objects.get(pk=article.pk)
    return article, pass_review(article, by=doctor, **said)


def published(doctor, editor, **said):
    article, review = reviewed(doctor, **said)
    publish(article, by=editor)
    return article, review


def change(article, by, words):
    write(article, {**article.content, "body": f"<p>{words}</p>"}, by=by, since=article.edition)


def page(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def columns(article):
    return Article.objects.values_list("reviewed_on", "review_due_on").get(pk=article.pk)


def test_the_page_names_the_reviewer_with_credentials_what_was_checked_and_both_dates(client, doctor, editor):
    article, _review = published(doctor, editor, scope="the figures on treatment")

    html = page(client, article)

    assert "Dr Ilse Brandt</a>, MD" in html
    assert "Checked: the figures on treatment" in html
    assert "next review" in html
    assert columns(article) == (TODAY(), in_years(2))


def test_in_years_counts_the_29th_of_february_as_the_28th():
    assert in_years(2, TODAY().replace(year=2028, month=2, day=29)).isoformat() == "2030-02-28"


@pytest.mark.parametrize("days", [-1, 365 * 5 + 3])
def test_the_next_review_is_neither_past_nor_in_another_age(client, doctor, days):
    article = create_article(status="in_review")
    day = TODAY() + DAY * days
    client.force_login(doctor)

    with pytest.raises(NotReady):
        pass_review(article, by=doctor, next_due_on=day)
    said = client.post(url("step", article.pk, "pass_review"), {"scope": "All of it", "next_due_on": day})

    assert "All of it" in said.content.decode(), "what was typed stays"
    assert not article.reviews.exists()


def test_the_form_asks_what_was_checked_and_suggests_two_years(client, doctor):
    article = create_article(status="in_review")
    client.force_login(doctor)

    form = client.get(url("step", article.pk, "pass_review")).content.decode()
    client.post(url("step", article.pk, "pass_review"), {"scope": " ", "next_due_on": in_years(2)})

    assert f'value="{in_years(2).isoformat()}"' in form
    assert not article.reviews.exists()


def test_what_is_typed_with_a_step_that_is_refused_stays_on_the_page(client, editor):
    article = create_article(status="submitted")
    adopt(article, by=editor)
    seen = article.edition
    change(article, editor, "Changed meanwhile.")
    client.force_login(editor)

    said = client.post(url("step", article.pk, "send_back"), {"note": "Forty lines.", "edition": seen})

    html = said.content.decode()
    assert "has changed the text since you opened it" in html
    assert "Forty lines." in html
    assert Article.objects.get(pk=article.pk).status == "submitted"


# --- Withdrawn -------------------------------------------------------------------------------------------------------


def test_who_may_withdraw_a_review(doctor, editor, writer, moderator, administrator):
    article, review = reviewed(doctor)
    other = create_user(role="Medical reviewer", byline=True)

    for user in (other, writer, moderator, create_user()):
        with pytest.raises(NotAllowed):
            withdraw_review(article, review, by=user, note="No.")
    doctor.is_active = False
    assert not review.can_be_withdrawn_by(doctor)
    doctor.is_active = True
    assert all(review.can_be_withdrawn_by(user) for user in (doctor, editor, administrator))


def test_withdrawing_needs_a_reason_and_happens_once(doctor, editor):
    article, review = reviewed(doctor)

    with pytest.raises(NotReady):
        withdraw_review(article, review, by=doctor, note=" ")
    withdraw_review(article, review, by=doctor, note="I had not seen the second table.")
    with pytest.raises(WrongStep, match="withdrawn already"):
        withdraw_review(article, review, by=editor, note="Mine, too.")

    event = article.events.get(step="withdraw_review")
    assert (event.by, event.revision, event.note) == (doctor, review.revision, "I had not seen the second table.")
    review.refresh_from_db()
    assert review.withdrawn_by == doctor


def test_what_is_approved_because_of_a_review_goes_back_into_review_with_it(doctor, editor):
    article, review = reviewed(doctor)

    withdraw_review(article, review, by=doctor, note="No.")

    assert article.status == Article.objects.get(pk=article.pk).status == "in_review"


def test_what_an_editor_approved_stays_approved(doctor, editor):
    article, review = reviewed(doctor)
    send_back(article, by=editor, note="Shorter, or not.")
    Article.objects.filter(pk=article.pk).update(status="submitted")
    article.refresh_from_db()
    approve(article, by=editor)

    withdraw_review(article, review, by=doctor, note="No.")

    assert article.status == "approved"


def test_another_review_of_the_same_text_carries_it(doctor, editor):
    article, first = reviewed(doctor)
    Article.objects.filter(pk=article.pk).update(status="in_review")
    article.refresh_from_db()
    other = create_user(role="Medical reviewer")
    create_writer(user=other, credentials="MD", is_medical_professional=True)
    pass_review(article, by=other)

    withdraw_review(article, first, by=doctor, note="No.")

    assert article.status == "approved"


def test_a_schedule_is_taken_off_and_its_planner_told(doctor, editor):
    article, review = reviewed(doctor)
    schedule(article, by=editor, at=timezone.now() + DAY, until=timezone.now() + DAY * 2)

    withdraw_review(article, review, by=doctor, note="The dose is wrong.")

    article = Article.objects.get(pk=article.pk)
    assert (article.status, article.publish_at, article.expire_at) == ("in_review", None, None)
    letter = Letter.objects.get()
    assert letter.to == editor.email
    assert "The dose is wrong." in letter.text
    assert article.title not in letter.subject
    assert article.slug not in letter.text


def test_who_withdraws_what_she_scheduled_gets_no_letter(doctor, editor):
    article, review = reviewed(doctor)
    schedule(article, by=editor, at=timezone.now() + DAY)

    withdraw_review(article, review, by=editor, note="No.")

    assert not Letter.objects.exists()


def test_readers_of_a_published_article_are_told_at_once_and_editors_have_work(client, doctor, editor):
    article, review = published(doctor, editor)
    assert not Article.objects.get(pk=article.pk).is_to_be_reviewed

    withdraw_review(article, review, by=doctor, note="No.")

    html = page(client, article)
    assert "Not medically reviewed" in html
    assert "Brandt" not in html
    assert "reviewedBy" not in html
    assert columns(article) == (None, TODAY())
    assert Article.objects.get(pk=article.pk).is_to_be_reviewed
    assert Article.objects.get(pk=article.pk).status == "published"


def test_the_reviewers_own_page_no_longer_lists_it(client, doctor, editor):
    article, review = published(doctor, editor)
    there = doctor.writer.get_absolute_url()
    assert article.title in client.get(there).content.decode()

    withdraw_review(article, review, by=doctor, note="No.")

    assert article.title not in client.get(there).content.decode()


def test_the_page_asks_why_and_says_what_it_will_do(client, doctor, editor):
    article, review = published(doctor, editor)
    client.force_login(doctor)
    there = url("withdraw_review", article.pk, review.pk)

    asked = client.get(there).content.decode()
    client.post(there, {"note": ""})
    review.refresh_from_db()
    assert review.withdrawn_at is None
    client.post(there, {"note": "No."})

    review.refresh_from_db()
    assert review.withdrawn_by == doctor
    assert "Readers will no longer be told" in asked
    assert "<textarea" in asked


# --- Beside what readers see -----------------------------------------------------------------------------------------


def test_a_review_of_the_next_text_says_nothing_of_the_one_that_readers_see(client, doctor, editor):
    article, _review = published(doctor, editor, scope="the first text")
    change(article, editor, "Other.")
    submit(article, by=editor)
    start_review(article, by=editor)
    pass_review(article, by=doctor, scope="the second text")

    html = page(client, article)

    assert "Checked: the first text" in html
    assert "second text" not in html
    assert "Updated since" not in html


def test_text_that_was_changed_since_its_review_is_work(client, doctor, editor):
    article, _review = published(doctor, editor)
    change(article, editor, "Other.")
    publish(article, by=editor)

    assert "Updated since its review" in page(client, article)
    assert columns(article) == (None, TODAY())


def test_discarding_changes_brings_the_reviewed_text_back_and_its_review_with_it(client, doctor, editor):
    article, _review = published(doctor, editor)
    change(article, editor, "Other.")
    discard(article, by=editor)

    assert "Reviewed by" in page(client, article)
    assert columns(article) == (TODAY(), in_years(2))


def test_archiving_takes_the_dates_along(doctor, editor):
    article, _review = published(doctor, editor)

    archive(article, by=editor)

    assert columns(article) == (None, None)


def test_what_readers_see_is_reviewed_again_without_leaving_them(client, doctor, editor):
    article, review = published(doctor, editor)
    article.reviews.update(reviewed_on=TODAY() - DAY * 800, next_due_on=TODAY() - DAY)
    Article.objects.filter(pk=article.pk).update(review_due_on=TODAY() - DAY)
    assert "has not happened yet" in page(client, article)
    change(article, editor, "Beside it.")
    client.force_login(doctor)

    form = client.get(url("step", article.pk, "review_again")).content.decode()
    assert "Beside it" not in form
    said = {"scope": "All of it", "next_due_on": in_years(1), "revision": article.live_revision_id, "edition": 1}
    client.post(url("step", article.pk, "review_again"), said)

    html = page(client, article)
    assert "has not happened yet" not in html
    assert "Checked: All of it" in html
    assert columns(article) == (TODAY(), in_years(1))
    assert article.reviews.first().revision == review.revision
    assert Article.objects.get(pk=article.pk).status == "draft"


def test_who_reviews_what_readers_see_has_read_that_very_text(doctor, editor):
    article = create_article()
    publish(article, by=editor)
    read = article.live_revision_id
    change(article, editor, "Other.")
    publish(article, by=editor)

    with pytest.raises(WrongStep, match="Readers see another text"):
        review_again(article, by=doctor, revision=read)

    assert not article.reviews.exists()


def test_what_was_reviewed_lately_needs_no_review(doctor, editor):
    article, _review = published(doctor, editor)

    with pytest.raises(WrongStep):
        review_again(article, by=create_doctor())


def create_doctor():
    user = create_user(role="Medical reviewer")
    create_writer(user=user, credentials="MD", is_medical_professional=True)
    return user


# --- At the same moment ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_withdrawn_in_the_minute_of_publishing_it_is_either_not_published_or_not_called_reviewed(client):
    doctor, editor = create_doctor(), create_user(role="Editor")
    pairs = [reviewed(doctor) for _n in range(8)]
    for article, _review in pairs:
        schedule(article, by=editor, at=timezone.now() + DAY)
    Article.objects.update(publish_at=timezone.now())

    def withdraw():
        for article, review in pairs:
            withdraw_review(article, review, by=doctor, note="No.")

    *_counts, _none = at_once(publish_due, publish_due, withdraw)

    for article, _review in pairs:
        now = Article.objects.get(pk=article.pk)
        assert (now.status, now.is_live) in {("published", True), ("in_review", False)}
        assert now.reviewed_on is None
        assert not now.is_live or "Reviewed by" not in page(client, now)
    assert publish_due() == 0


def test_whichever_comes_first_the_other_finds_it_so(client, doctor, editor):
    first, review = reviewed(doctor)
    schedule(first, by=editor, at=timezone.now() + DAY)
    Article.objects.update(publish_at=timezone.now())
    stale = Article.objects.get(pk=first.pk)
    withdraw_review(first, review, by=doctor, note="No.")
    with pytest.raises(WrongStep):
        publish_when_due(stale)

    second, review = reviewed(doctor, words="Other.")
    schedule(second, by=editor, at=timezone.now() + DAY)
    Article.objects.filter(pk=second.pk).update(publish_at=timezone.now())
    stale = Article.objects.get(pk=second.pk)
    assert publish_due() == 1
    withdraw_review(stale, review, by=doctor, note="No.")

    assert Article.objects.get(pk=first.pk).status == "in_review"
    assert stale.status == "published"
    assert "Not medically reviewed" in page(client, stale)


# --- Before a reviewed text is changed ------------------------------------------------------------------------------------


def before_change(client, user, article, page="change", *more):
    client.force_login(user)
    return client.get(url(page, article.pk, *more)).content.decode()


def test_what_the_first_change_brings_about_is_said_before_it(client, doctor, editor):
    article, _review = reviewed(doctor)
    html = before_change(client, editor, article)
    assert "Dr Ilse Brandt has reviewed exactly this text:" in html
    assert "It can be published with the change" in html
    assert "data-effect" in html

    schedule(article, by=editor, at=timezone.now() + DAY)
    assert "It appears all the same on" in before_change(client, editor, article)
    SiteSettings.objects.update_or_create(pk=1, defaults={"four_eyes": True})
    assert "only if somebody else has approved or scheduled the changed text" in before_change(client, editor, article)

    publish(article, by=editor)
    assert "Readers keep the reviewed text until the changes are published" in before_change(client, editor, article)


def test_it_is_said_where_an_earlier_text_can_be_brought_back_and_to_nobody_who_cannot_change_it(
    client, doctor, editor
):
    article, _review = reviewed(doctor)
    change(article, editor, "Another.")
    change(article, editor, "Text.")
    Article.objects.filter(pk=article.pk).update(status="approved")

    for page in (("revision", 2), ("compare",)):
        assert "has reviewed exactly this text" in before_change(client, editor, article, *page)
    assert "has reviewed exactly this text" not in before_change(client, doctor, article)


def test_it_is_said_no_longer_once_it_is_changed_and_again_when_the_change_was_taken_back(client, doctor, editor):
    article, _review = published(doctor, editor)
    change(article, editor, "Another.")
    assert "exactly this text" not in before_change(client, editor, article)

    change(article, editor, "Text.")
    assert "exactly this text" in before_change(client, editor, article)


def test_who_passes_a_review_with_a_note_of_her_own_open_is_asked_once_more(client, doctor, editor):
    article = create_article(status="in_review")
    adopt(article, by=None)
    add_note(article, by=editor, text="Of somebody else.")
    client.force_login(doctor)
    assert "a note of yours is open" not in client.get(url("step", article.pk, "pass_review")).content.decode()
    add_note(article, by=doctor, text="The dose is wrong.")
    said = {"scope": "All", "next_due_on": (TODAY() + DAY).isoformat()}

    page = client.post(url("step", article.pk, "pass_review"), said).content.decode()
    assert "Your note is open." in page
    assert "Pass it although a note of yours is open" in page
    assert Article.objects.get(pk=article.pk).status == "in_review"

    client.post(url("step", article.pk, "pass_review"), said | {"all_the_same": "on"})
    assert Article.objects.get(pk=article.pk).status == "approved"
