"""The admin of newsletters: who sees what, what it exports, and that nothing changes behind anybody's back."""

import csv
import io
import sys

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from edge.csv_export import as_csv, harmless
from edge.models import Letter
from newsletters.front_page import waiting_for
from newsletters.models import ConsentEvent, Issue, Subscriber, Subscription
from tests.factories import (
    create_article,
    create_issue,
    create_subscriber,
    create_subscription,
    create_topic,
    fill_in_postal_address,
)

pytestmark = pytest.mark.django_db
SUBSCRIBERS = "/admin/newsletters/subscriber/"
SUBSCRIPTIONS = "/admin/newsletters/subscription/"
ISSUES = "/admin/newsletters/issue/"


def act(client, page, name, *rows):
    return client.post(page, {"action": name, "index": "0", "_selected_action": [row.pk for row in rows]})


def issue_data(issue, **fields):
    return {"subject": issue.subject, "intro": issue.intro, "based_on": issue.edition, **fields}


@pytest.mark.parametrize("person", ["writer", "editor", "reviewer", "moderator"])
def test_others_see_nothing_of_subscribers_and_issues(client, request, person):
    subscription, issue = create_subscription(), create_issue()
    client.force_login(request.getfixturevalue(person))
    pages = [
        SUBSCRIBERS,
        SUBSCRIPTIONS,
        ISSUES,
        "/admin/newsletters/delivery/",
        f"{SUBSCRIBERS}{subscription.subscriber_id}/change/",
        *(f"{ISSUES}{issue.pk}/{name}/" for name in ("change", "preview", "send", "test")),
    ]

    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(f"{ISSUES}{issue.pk}/send/").status_code == 403
    assert client.post(f"{ISSUES}{issue.pk}/test/").status_code == 403
    assert act(client, SUBSCRIBERS, "export_csv", subscription.subscriber).status_code == 403


def test_a_reader_is_sent_to_the_log_in(client, reader):
    client.force_login(reader)
    assert client.get(SUBSCRIBERS).status_code == 302


def test_a_newsletter_editor_sees_what_somebody_gets_since_when_and_by_which_consent(client, newsletter_editor):
    subscription = create_subscription(topic=create_topic(name="Migraine"))
    ConsentEvent.objects.create(
        subscriber=subscription.subscriber, subscription=subscription, action="confirmed", wording="Yes!", how="link"
    )
    client.force_login(newsletter_editor)

    row = client.get(SUBSCRIBERS).content.decode()
    page = client.get(f"{SUBSCRIBERS}{subscription.subscriber_id}/change/").content.decode()

    assert subscription.subscriber.email in row
    assert "Migraine" in row
    assert "Yes!" in page
    assert 'name="email"' not in page


@pytest.mark.parametrize(
    ("chosen", "found"), [("newsletter", 1), ("topics", 1), ("waiting", 1), ("nothing", 1), ("x", 4)]
)
def test_subscribers_are_filtered_by_what_they_get(client, newsletter_editor, chosen, found):
    create_subscription()
    create_subscription(topic=create_topic())
    create_subscription(status="pending")
    create_subscription(status="ended")
    client.force_login(newsletter_editor)

    assert len(client.get(f"{SUBSCRIBERS}?gets={chosen}").context["cl"].result_list) == found


def test_subscribers_are_found_by_the_beginning_of_an_address(client, newsletter_editor):
    create_subscriber(email="rosa@example.net")
    create_subscriber(email="mina@example.net")
    client.force_login(newsletter_editor)

    assert len(client.get(f"{SUBSCRIBERS}?q=ros").context["cl"].result_list) == 1


def test_the_list_asks_the_same_number_of_questions_for_more_people(
    client, newsletter_editor, django_assert_max_num_queries
):
    for _ in range(20):
        create_subscription(topic=create_topic())
    client.force_login(newsletter_editor)

    with django_assert_max_num_queries(14):
        page = client.get(SUBSCRIBERS)
    assert len(page.context["cl"].result_list) == 20


def exported(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_newsletter_editor_exports_what_was_chosen(client, newsletter_editor):
    subscription = create_subscription(topic=create_topic(name="Migraine"))
    other = create_subscription()
    consent = {"subscriber": subscription.subscriber, "subscription": subscription}
    ConsentEvent.objects.create(**consent, action="confirmed", wording="Yes!", how="link")
    client.force_login(newsletter_editor)

    answer = act(client, SUBSCRIBERS, "export_csv", subscription.subscriber)
    _head, line = exported(answer)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert line[:4] == [subscription.subscriber.email, "Migraine", "once a week", "active"]
    assert line[-2:] == ["link", "Yes!"]
    assert other.subscriber.email not in str(line)
    assert LogEntry.objects.get().change_message == "Exported 1 subscribers."


def test_who_may_only_look_cannot_export(client, newsletter_editor):
    subscriber = create_subscription().subscriber
    group = newsletter_editor.groups.get()
    group.permissions.remove(group.permissions.get(codename="export_subscriber"))
    client.force_login(newsletter_editor)
    answer = act(client, SUBSCRIBERS, "export_csv", subscriber)

    assert not answer.streaming


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_no_cell_is_a_formula(start):
    cell = f'{start}HYPERLINK("https://evil.example","x")'
    assert harmless(cell) == f"'{cell}"


# All of Unicode's white space; what has no width, turns the direction or belongs to nothing; fillers that are letters.
UNSEEN = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
UNSEEN += list("\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066\u180e\u3164\u115f\uffa0\u2800\u034f\ufe0f\U000e0020\u0301")
UNSEEN += [chr(code) for code in range(1, 32)] + ["\x7f", "\x85", "\u00a0\u200b \ufeff", "\x00 "]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹦", "₌", "\u2212"])
def test_no_cell_is_a_formula_whatever_unseen_stands_before_it(sign):
    assert [before for before in UNSEEN if not harmless(f"{before}{sign}1").startswith("'")] == []


def test_a_semicolon_does_not_part_a_cell():
    """Where spreadsheets part cells by semicolons, what follows one would begin a cell."""
    [_head, line] = as_csv(["name"], [["Rosa;=1"]])

    assert line == '"Rosa;=1"\r\n'


@pytest.mark.parametrize("cell", ["", " ", "\u00a0Rosa", "Rosa = 1", "5", "\u200bRosa", "«Rosa»", "§ 1", "–", "👍"])
def test_a_cell_that_cannot_be_a_formula_is_left_alone(cell):
    assert harmless(cell) == cell


def test_ordinary_cells_stay_as_they_are():
    assert harmless("rosa-maria+news@example.net") == "rosa-maria+news@example.net"
    assert harmless('say "no", twice') == 'say "no", twice'


def test_hostile_names_come_out_of_the_export_as_one_cell(client, newsletter_editor):
    name = '=cmd|"/c calc"!A1\r\n"quoted",\u202e<script>'
    subscription = create_subscription(
        subscriber=create_subscriber(email="+a@example.net"), topic=create_topic(name=name)
    )
    client.force_login(newsletter_editor)
    _head, line = exported(act(client, SUBSCRIBERS, "export_csv", subscription.subscriber))

    assert line[:2] == ["'+a@example.net", f"'{name}"]
    assert b"<script>alert" not in client.get(SUBSCRIBERS).content


@pytest.mark.parametrize("page", [SUBSCRIBERS, SUBSCRIPTIONS])
def test_ending_by_staff_leaves_a_record_of_who(client, newsletter_editor, page):
    subscription = create_subscription()
    client.force_login(newsletter_editor)
    if page == SUBSCRIBERS:
        act(client, page, "end_everything", subscription.subscriber)
    else:
        act(client, page, "end", subscription)

    subscription.refresh_from_db()
    consent = ConsentEvent.objects.get()
    assert subscription.status == "ended"
    assert (consent.action, consent.how, consent.by) == ("ended", "the admin", newsletter_editor)


def test_subscriptions_cannot_be_edited_or_made_by_hand(client, administrator):
    subscription = create_subscription()
    client.force_login(administrator)

    assert client.get(f"{SUBSCRIPTIONS}add/").status_code == 403
    client.post(f"{SUBSCRIPTIONS}{subscription.pk}/change/", {"status": "ended"})
    subscription.refresh_from_db()
    assert subscription.status == "active"
    assert client.get(f"{SUBSCRIBERS}add/").status_code == 403


def test_an_administrator_erases_a_subscriber_with_her_letters(client, administrator):
    subscriber = create_subscription().subscriber
    Letter.objects.create(key=f"confirm:{subscriber.pk}:x", to=subscriber.email)
    client.force_login(administrator)
    client.post(f"{SUBSCRIBERS}{subscriber.pk}/delete/", {"post": "yes"})

    assert not Subscriber.objects.exists()
    assert not Letter.objects.exists()


def test_a_newsletter_editor_cannot_erase_a_subscriber(client, newsletter_editor):
    subscriber = create_subscription().subscriber
    client.force_login(newsletter_editor)

    assert client.post(f"{SUBSCRIBERS}{subscriber.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Subscriber.objects.exists()


def test_a_newsletter_editor_writes_an_issue_with_articles(client, newsletter_editor):
    article = create_article(published=True)
    client.force_login(newsletter_editor)
    client.post(f"{ISSUES}add/", {"subject": "Hello", "intro": "<p>Hi</p>", "articles": [article.pk]})

    issue = Issue.objects.get()
    assert (issue.status, list(issue.articles.all())) == ("draft", [article])


def test_an_article_that_is_not_public_cannot_be_chosen(client, newsletter_editor):
    client.force_login(newsletter_editor)
    client.post(f"{ISSUES}add/", {"subject": "Hello", "intro": "<p>Hi</p>", "articles": [create_article().pk]})

    assert not Issue.objects.exists()


def test_nobody_saves_over_what_somebody_else_saved_meanwhile(client, newsletter_editor):
    issue = create_issue()
    client.force_login(newsletter_editor)
    page = f"{ISSUES}{issue.pk}/change/"
    client.post(page, issue_data(issue, subject="First"))
    answer = client.post(page, issue_data(issue, subject="Second, in another tab"))

    issue.refresh_from_db()
    assert issue.subject == "First"
    assert "Second, in another tab" in answer.content.decode()
    client.post(page, issue_data(issue, subject="Second, in another tab"))
    issue.refresh_from_db()
    assert issue.subject == "Second, in another tab"


def test_an_issue_sent_meanwhile_keeps_its_words_and_gives_the_others_back(client, newsletter_editor):
    issue = create_issue()
    Issue.objects.update(status="sending")
    client.force_login(newsletter_editor)
    answer = client.post(f"{ISSUES}{issue.pk}/change/", issue_data(issue, subject="Too late"))

    issue.refresh_from_db()
    assert issue.subject == "News from us"
    assert answer.status_code == 200
    assert "Too late" in answer.content.decode()


def test_a_sent_issue_is_read_only_and_stays(client, administrator):
    issue = create_issue(status="sent")
    client.force_login(administrator)

    assert b'name="_save"' not in client.get(f"{ISSUES}{issue.pk}/change/").content
    assert client.post(f"{ISSUES}{issue.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Issue.objects.exists()


def test_the_preview_shows_both_parts_and_no_inline_style(client, newsletter_editor):
    fill_in_postal_address()
    issue = create_issue(intro="<p>Dear reader</p>")
    client.force_login(newsletter_editor)
    answer = client.get(f"{ISSUES}{issue.pk}/preview/")

    page = answer.content.decode()
    assert page.count("Dear reader") == 2
    assert "1 Kind Street" in page
    assert " style=" not in page
    assert "<style" not in page


def test_sending_asks_first_with_the_number_of_people(client, newsletter_editor):
    fill_in_postal_address()
    issue = create_issue()
    for _ in range(3):
        create_subscription()
    client.force_login(newsletter_editor)
    page = client.get(f"{ISSUES}{issue.pk}/send/").content.decode()

    assert "3 people" in page
    issue.refresh_from_db()
    assert issue.status == "draft"


def test_sending_is_a_post_of_what_was_seen(client, newsletter_editor):
    fill_in_postal_address()
    issue = create_issue(edition=4)
    client.force_login(newsletter_editor)
    for edition in ("3", "x", ""):
        client.post(f"{ISSUES}{issue.pk}/send/", {"edition": edition})
        issue.refresh_from_db()
        assert issue.status == "draft"

    client.post(f"{ISSUES}{issue.pk}/send/", {"edition": "4"})
    issue.refresh_from_db()
    assert (issue.status, issue.sent_by) == ("sending", newsletter_editor)


def test_without_a_postal_address_nothing_is_sent_and_the_reason_stands_there(client, newsletter_editor):
    issue = create_issue()
    client.force_login(newsletter_editor)

    assert "postal address" in client.get(ISSUES).content.decode()
    assert "postal address" in client.get(f"{ISSUES}{issue.pk}/send/").content.decode()
    client.post(f"{ISSUES}{issue.pk}/send/", {"edition": "0"})
    issue.refresh_from_db()
    assert issue.status == "draft"


def test_a_test_mail_goes_to_whoever_asked(client, newsletter_editor):
    issue = create_issue()
    client.force_login(newsletter_editor)
    client.get(f"{ISSUES}{issue.pk}/test/")
    assert not Letter.objects.exists()

    client.post(f"{ISSUES}{issue.pk}/test/")
    assert Letter.objects.get().to == newsletter_editor.email


@pytest.mark.parametrize("name", ["preview", "send", "test"])
def test_an_issue_that_is_not_there_is_404_or_led_back(client, newsletter_editor, name):
    client.force_login(newsletter_editor)
    for pk in ("999999", "x", "9" * 30):
        assert client.get(f"{ISSUES}{pk}/{name}/").status_code == 404


def test_the_front_page_tells_newsletter_editors_what_is_in_the_way(newsletter_editor, moderator):
    create_issue()
    assert [section.alarm for section in waiting_for(newsletter_editor)] == [True, False]
    assert waiting_for(newsletter_editor)[-1].count == 1

    fill_in_postal_address()
    assert [section.alarm for section in waiting_for(newsletter_editor)] == [False]
    assert waiting_for(moderator) == []


def test_the_front_page_tells_of_a_flood(newsletter_editor):
    fill_in_postal_address()
    Subscriber.objects.bulk_create(Subscriber(email=f"v{n}@example.com", created_at=timezone.now()) for n in range(201))

    assert waiting_for(newsletter_editor)[0].alarm
    assert Subscription.objects.count() == 0
