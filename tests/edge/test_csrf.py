from django.test import Client

from tests.factories import create_thread

WORDS = "A long story that nobody wants to write twice. <b>ü</b>"


def test_an_expired_form_gives_every_word_back_and_one_button(db):
    thread = create_thread()

    answer = Client(enforce_csrf_checks=True).post(
        f"/comments/threads/{thread.pk}/add/", {"name": "Rosa", "email": "r@example.net", "body": WORDS}
    )

    assert answer.status_code == 403
    text = answer.content.decode()
    assert "A long story that nobody wants to write twice. &lt;b&gt;ü&lt;/b&gt;" in text
    assert f'action="/comments/threads/{thread.pk}/add/"' in text


def test_an_admin_form_is_never_offered_for_sending_again(db):
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"body": WORDS})

    assert answer.status_code == 403
    assert "Send it again" not in answer.content.decode()


def test_a_password_is_never_given_back(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "secret-42"})

    assert "secret-42" not in answer.content.decode()
