"""An issue of the newsletter: who may send it, what it needs, and that everybody gets one copy."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import Article
from edge.mail import send_due_letters
from edge.models import Letter
from newsletters.models import Delivery, Issue
from newsletters.richmail import mail_html, mail_text
from newsletters.sending import NotSendable, copy_due_issues, send, send_test
from newsletters.subscribing import stop
from tests.factories import (
    create_article,
    create_issue,
    create_subscriber,
    create_subscription,
    create_topic,
    fill_in_postal_address,
)
from tests.smtp import smtp  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(db):
    fill_in_postal_address()


def test_a_newsletter_editor_sends_an_issue(newsletter_editor):
    issue = create_issue()
    send(issue, by=newsletter_editor)

    assert (issue.status, issue.sent_by) == ("sending", newsletter_editor)
    assert issue.released_at is not None


@pytest.mark.parametrize("person", ["writer", "editor", "moderator", "reader"])
def test_others_cannot_send_an_issue(request, person):
    issue = create_issue()
    with pytest.raises(PermissionDenied):
        send(issue, by=request.getfixturevalue(person))

    issue.refresh_from_db()
    assert issue.status == "draft"


def test_the_second_of_two_senders_is_told(newsletter_editor):
    issue = create_issue()
    same = Issue.objects.get()
    send(issue, by=newsletter_editor)

    with pytest.raises(NotSendable):
        send(same, by=newsletter_editor)


def test_what_was_changed_since_it_was_looked_at_is_not_sent(newsletter_editor):
    issue = create_issue()
    Issue.objects.update(edition=7)

    with pytest.raises(NotSendable):
        send(issue, by=newsletter_editor)


@pytest.mark.parametrize(("fields", "address"), [({"subject": " "}, "x"), ({"intro": ""}, "x"), ({}, " ")])
def test_an_incomplete_issue_is_not_sent(newsletter_editor, fields, address):
    fill_in_postal_address(address)
    with pytest.raises(NotSendable):
        send(create_issue(**fields), by=newsletter_editor)


def test_an_article_is_enough(newsletter_editor):
    issue = create_issue(intro="")
    issue.articles.add(create_article())
    with pytest.raises(NotSendable):
        send(issue, by=newsletter_editor)

    issue.articles.add(create_article(published=True))
    send(issue, by=newsletter_editor)


def released(newsletter_editor, **fields) -> Issue:
    issue = create_issue(**fields)
    send(issue, by=newsletter_editor)
    return issue


def test_everybody_who_gets_the_newsletter_gets_one_copy(newsletter_editor, monkeypatch):
    monkeypatch.setattr("newsletters.sending.PEOPLE_AT_ONCE", 3)
    addresses = {create_subscription().subscriber.email for _ in range(7)}
    issue = released(newsletter_editor)

    assert [copy_due_issues(), copy_due_issues()] == [7, 0]
    issue.refresh_from_db()
    assert issue.status == "sent"
    assert issue.sent_at is not None
    assert set(Letter.objects.values_list("to", flat=True)) == addresses
    assert Delivery.objects.filter(letter__isnull=False).count() == 7


def test_nobody_else_gets_one(newsletter_editor):
    create_subscription(status="pending", started_at=None)
    create_subscription(status="ended")
    create_subscription(topic=create_topic())
    create_subscription(subscriber=create_subscriber(bounced_at=timezone.now()))
    released(newsletter_editor)
    create_subscription(started_at=timezone.now())

    assert copy_due_issues() == 0


def test_a_worker_killed_while_copying_is_taken_over_from(newsletter_editor, monkeypatch):
    monkeypatch.setattr("newsletters.sending.PEOPLE_AT_ONCE", 2)
    for _ in range(5):
        create_subscription()
    issue = released(newsletter_editor)
    from newsletters import sending

    sending.copy_some(issue, sending.SiteSettings.current())
    assert Letter.objects.count() == 2

    assert copy_due_issues() == 3
    assert Letter.objects.count() == Delivery.objects.count() == 5


def test_copying_waits_when_the_postal_address_was_emptied(newsletter_editor):
    create_subscription()
    released(newsletter_editor)
    fill_in_postal_address("")
    assert copy_due_issues() == 0

    fill_in_postal_address()
    assert copy_due_issues() == 1


def test_who_stops_while_an_issue_is_on_its_way_does_not_get_it(newsletter_editor):
    subscription = create_subscription()
    released(newsletter_editor)
    copy_due_issues()
    stop([subscription], how="test")

    assert send_due_letters() == 0


def test_a_copy_says_what_it_must(smtp, settings, newsletter_editor):  # noqa: F811
    settings.BASE_URL = "https://wellread.example"
    subscription = create_subscription()
    article = create_article(published=True, title="Better sleep", summary="How & why")
    hidden = create_article(published=True, title="Not for you")
    issue = create_issue(intro='<p>Dear “reader”</p><p><a href="/about/">Us</a> <img src="/media/a.png" alt="x"></p>')
    issue.articles.add(article, hidden)
    send(issue, by=newsletter_editor)
    Article.objects.filter(pk=hidden.pk).update(status="archived", is_live=False)
    copy_due_issues()
    send_due_letters()

    mail = smtp.to(subscription.subscriber.email)[0]
    assert mail.message["Subject"] == "News from us"
    assert mail.message["List-Id"] == "<newsletter.wellread.example>"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "How & why" in mail.text
    assert "Us (https://wellread.example/about/)" in mail.text
    assert 'href="https://wellread.example/about/"' in mail.html
    assert "<img" not in mail.html
    for words in (mail.text, mail.html):
        assert "Dear “reader”" in words
        assert "Better sleep" in words
        assert "Not for you" not in words
        assert "1 Kind Street" in words
        assert "/newsletter/stop/" in words


def test_a_test_goes_to_a_colleague_only(newsletter_editor):
    create_subscription()
    issue = create_issue()
    send_test(issue, to=newsletter_editor)

    letter = Letter.objects.get()
    assert letter.to == newsletter_editor.email
    assert letter.subject == "Test: News from us"
    issue.refresh_from_db()
    assert issue.status == "draft"


def test_html_becomes_the_same_words_as_text():
    html = (
        "<h2>One</h2><p>Two<br>three &amp; four</p><ul><li>five</li><li><a href='https://x.example/'>six</a></li></ul>"
    )
    assert mail_text(html) == "One\n\nTwo\nthree & four\n\n- five\n- six (https://x.example/)"


def test_words_run_as_they_are_written_in_mail_too():
    html = "<p>שלום</p><ul><li>א</li></ul>"

    assert mail_html(html) == '<p dir="auto">שלום</p><ul dir="rtl"><li>א</li></ul>'
    assert mail_html("<p>A</p>") == "<p>A</p>"


def test_a_number_to_call_is_a_link_in_mail_and_stands_in_its_words():
    html = '<p><a href="tel:+4930123">Call us</a> or <a href="sms:741741?body=HOME">write</a></p>'

    assert mail_html(html) == html
    assert mail_text(html) == "Call us (+4930123) or write (741741?body=HOME)"


@pytest.mark.parametrize(
    "html",
    ['<img src="https://evil.example/p.gif">', "<style>p{}</style>", "<script>1</script>", '<p onclick="x">hi</p>'],
)
def test_nothing_that_fetches_or_runs_stays_in_mail(html):
    assert not any(word in mail_html(html) for word in ("<img", "<style", "<script", "onclick", "evil"))
