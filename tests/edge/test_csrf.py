import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve, reverse

from comments.forms.comments import CommentForm
from comments.forms.reports import NoticeForm, ReportForm
from comments.text.signing import OWN_COMMENT
from newsletters.forms import FollowForm, SignUpForm
from questions.forms import AskForm
from tests.addresses import World, patterns
from tests.factories import create_comment, create_thread

pytestmark = pytest.mark.django_db
WORDS = "A long story that nobody wants to write twice. <b>ü</b>"


def refused(path, data, **headers):
    answer = Client(enforce_csrf_checks=True).post(path, data, headers=headers)
    assert answer.status_code == 403
    return answer.content.decode()


def test_an_expired_form_gives_every_word_back_and_one_button():
    path = f"/comments/threads/{create_thread().pk}/add/"

    text = refused(path, {"name": "Rosa", "email": "r@example.net", "body": WORDS})

    assert "A long story that nobody wants to write twice. &lt;b&gt;ü&lt;/b&gt;" in text
    assert f'action="{path}"' in text
    assert "Send it again" in text


def test_an_admin_form_is_never_offered_for_sending_again():
    assert "Send it again" not in refused("/admin/login/", {"body": WORDS})


def test_a_password_is_never_given_back():
    text = refused(
        "/accounts/login/", {"login": "a", "password": "secret 42", "oldpassword": "secret 42", "code": "4 2"}
    )

    assert "secret 42" not in text
    assert "4 2" not in text


def test_all_that_the_button_sends_is_seen_and_where_it_goes():
    path = f"/comments/threads/{create_thread().pk}/add/"
    sent = {"name": "Rosa", "body": "Words", "parent": "7", "wants_mail": "on", "captcha_1": "ABC"}

    text = refused(
        path, {**sent, "captcha_0": "a-key", "sure": "1", "act": "delete", "evil": "Buy"}, origin="https://evil.example"
    )

    names = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', text.partition('class="stack"')[2])
    assert sorted(names) == sorted({*sent, "captcha_0", "csrfmiddlewaretoken"})
    assert re.findall(r'type="hidden" name="(\w+)"', text.partition('class="stack"')[2]) == [
        "csrfmiddlewaretoken",
        "captcha_0",
    ]
    assert "a comment" in text
    assert f"http://localhost:8000{path}" in text
    assert "a page of evil.example" in text


def test_no_words_hide_among_the_signs_of_a_form():
    path = f"/comments/threads/{create_thread().pk}/add/"

    assert "Buy" not in refused(path, {"body": "Words", "captcha_0": "Buy our pills", "mark": "<b>Buy</b>"})


def test_where_it_goes_is_the_address_without_what_another_site_put_behind_it():
    assert "?evil" not in refused("/questions/ask/?evil=1", {"title": "Why?"}, origin="https://evil.example")


# Takes seconds: everything the site can hold is made, and every address of it asked.
def test_what_only_a_signed_link_may_do_is_never_offered_again():
    world = World()
    offered = set()
    for pattern in sorted(set(patterns())):
        address = world.address(pattern)
        answer = Client(enforce_csrf_checks=True).post(address, {"body": "a b", "act": "delete", "sure": "1"})
        if "Send it again" in answer.content.decode():
            offered.add(pattern)

    assert offered == {
        *("comments/threads/<int:thread_id>/add/", "questions/ask/", "comments/<int:pk>/report/", "comments/notice/"),
        *("newsletter/", "newsletter/topic/<int:pk>/", "comments/write/"),
    }


def test_words_that_cannot_be_sent_again_come_back_all_the_same():
    link = OWN_COMMENT.to(create_comment().pk)
    text = refused(link, {"text": "Please read it again.", "something": "Else I wrote", "appeal": "1"})

    assert "Please read it again." in text
    assert "Else I wrote" in text
    assert "<form" not in text.partition("<main")[2].partition("</main")[0]


def test_a_first_line_that_is_empty_is_not_lost():
    path = f"/comments/threads/{create_thread().pk}/add/"

    assert unescape(refused(path, {"body": "\r\nBelow"})).count("\n\r\nBelow") == 1


@pytest.mark.parametrize(
    ("address", "form", "fields"),
    [
        ("comments:add", CommentForm, "name email body wants_mail captcha_0 captcha_1 parent mark hurried"),
        ("questions:ask", AskForm, "title topic body name email wants_mail captcha_0 captcha_1 parent mark hurried"),
        ("comments:report", ReportForm, "reason text captcha_0 captcha_1 mark"),
        ("comments:notice", NoticeForm, "where text law name email child good_faith captcha_0 captcha_1 mark"),
        ("newsletters:sign_up", SignUpForm, "email"),
        ("newsletters:follow", FollowForm, "email frequency"),
    ],
)
def test_what_is_sent_again_are_all_fields_of_that_form(address, form, fields):
    numbered = {"comments:add", "comments:report", "newsletters:follow"}
    again = resolve(reverse(address, args=[1] if address in numbered else [])).func.resending
    posted = QueryDict("&".join(f"{name}=a" for name in [*fields.split(), "remarks", "website", "again", "act"]))

    assert again.form is form
    assert [typed.name for typed in again.sends(posted)] == fields.split()
    hidden = {typed.name for typed in again.sends(posted) if typed.kind == "hidden"}
    assert hidden == {"captcha_0", "mark", "hurried"} & set(fields.split())
