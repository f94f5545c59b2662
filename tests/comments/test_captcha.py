import random
import threading
import time
from types import SimpleNamespace

import pytest
from captcha.models import CaptchaStore
from django import forms
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from comments.captcha import challenge
from comments.captcha.challenge import (
    ALPHABET,
    CaptchaField,
    answer_for,
    as_read,
    forget_expired,
    is_spent,
    new_key,
    spend,
    typed_so_far,
    wants_new_picture,
)

WRONG = "XXXXXX"  # six: never an answer


class WordsForm(forms.Form):
    body = forms.CharField(min_length=10)
    captcha = CaptchaField()


def post(key, answer, body="Long enough words."):
    data = QueryDict(mutable=True)
    data.update({"captcha_0": key, "captcha_1": answer, "body": body})
    return WordsForm(data)


def codes(form):
    return [error.code for error in form.errors.as_data().get("captcha", [])]


@pytest.fixture
def later(monkeypatch):
    """Moves the captcha's clock forward by so many minutes."""

    def move(minutes):
        monkeypatch.setattr(challenge, "time", SimpleNamespace(time=lambda: time.time() + minutes * 60))

    return move


def test_a_key_opens_to_letters_that_do_not_look_alike():
    answer = answer_for(new_key())

    assert len(answer) == 5
    assert set(answer) <= set(ALPHABET)


@pytest.mark.parametrize(
    "family", ["CGO0QD", "MNW", "KX", "IT1", "BPR8", "S5", "UVJ", "EF", "HA", "CL", "TY", "XY", "HU"]
)
def test_of_letters_that_look_alike_one_at_the_most_is_asked_for(family):
    assert len(set(family) & set(ALPHABET)) <= 1


@pytest.mark.parametrize(("read", "meant"), [("5cabe", "SCAPE"), ("mix", "WTX"), ("vk", "UX")])
def test_a_letter_that_is_never_asked_for_counts_as_the_one_it_was_read_for(read, meant):
    assert as_read(read) == meant


def test_the_key_does_not_show_its_answer():
    key = new_key()

    assert answer_for(key) not in key.upper()
    assert len({new_key() for _i in range(200)}) == 200


def test_challenges_do_not_follow_the_shared_dice():
    random.seed(1)
    first = [answer_for(new_key()) for _i in range(5)]
    random.seed(1)
    second = [answer_for(new_key()) for _i in range(5)]

    assert first != second


def test_a_key_dies_after_its_minutes(settings, later):
    key = new_key()

    later(settings.CAPTCHA_TIMEOUT - 1)
    assert answer_for(key)
    later(settings.CAPTCHA_TIMEOUT + 1)
    assert answer_for(key) is None


def test_a_key_outlives_a_change_of_the_secret(settings):
    key = new_key()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret"

    assert answer_for(key)


def test_a_key_of_another_secret_is_forged(settings):
    key = new_key()
    settings.SECRET_KEY = "another secret"

    assert answer_for(key) is None


@pytest.mark.parametrize("mangle", [lambda k: k[:-1], lambda k: k[::-1], lambda k: "A" * len(k), lambda k: k + "="])
def test_a_mangled_key_is_forged(mangle):
    assert answer_for(mangle(new_key())) is None


def test_no_other_spelling_of_a_key_opens_it():
    """Base64 ignores the last bits and strange characters: each spelling would be one more try."""
    key = new_key()
    spellings = {key[:-1] + last for last in ALPHABET + ALPHABET.lower() + "0123456789-_"} - {key}

    assert not [other for other in spellings | {key + "!", key[:9] + "\n" + key[9:]} if answer_for(other)]


def test_a_right_answer_is_accepted_in_small_letters_and_with_spaces(db):
    key = new_key()

    assert post(key, " ".join(answer_for(key).lower())).is_valid()


def test_a_right_answer_is_spent_once(db):
    key = new_key()

    assert spend(key)
    assert not spend(key)
    assert codes(post(key, answer_for(key))) == ["spent"]


def test_looking_at_a_right_answer_does_not_spend_it(db):
    key = new_key()
    form = post(key, answer_for(key))

    assert form.is_valid()
    assert form.cleaned_data["captcha"] == key
    assert not CaptchaStore.objects.exists()


def test_a_right_answer_survives_the_error_of_another_field(db):
    key = new_key()
    form = post(key, answer_for(key), body="short")
    again = str(form["captcha"])

    assert not form.is_valid()
    assert f'value="{key}"' in again
    assert f'value="{answer_for(key)}"' in again
    assert post(key, answer_for(key)).is_valid()


def test_a_wrong_answer_burns_the_key(db):
    key = new_key()

    assert codes(post(key, WRONG)) == ["wrong"]
    assert codes(post(key, answer_for(key))) == ["spent"]


def test_a_wrong_answer_brings_a_new_picture_an_empty_box_and_the_error(db):
    key = new_key()
    again = str(post(key, WRONG)["captcha"])

    assert key not in again
    assert WRONG not in again
    assert "These characters did not match. Your text is still here; try the new picture." in again
    assert 'aria-describedby="id_captcha_hint id_captcha_error" aria-invalid="true"' in again


def test_an_empty_answer_keeps_the_picture(db):
    key = new_key()
    form = post(key, "  ")

    assert codes(form) == ["required"]
    assert key in str(form["captcha"])
    assert not is_spent(key)


def test_an_old_picture_is_refused_kindly_and_replaced(db, later):
    key = new_key()
    answer = answer_for(key)
    later(121)
    form = post(key, answer)

    assert codes(form) == ["expired"]
    assert key not in str(form["captcha"])
    assert not spend(key)


def test_the_words_of_test_mode_open_nothing(db, monkeypatch):
    monkeypatch.setattr("captcha.conf.settings.CAPTCHA_TEST_MODE", True)

    assert codes(post(new_key(), "passed")) == ["wrong"]


@pytest.mark.parametrize("key", ["", "\0", "x" * 10_000, "é" * 98, "😀", "../../etc/passwd", "%00", "\ud800", "a,b"])
@pytest.mark.parametrize("answer", ["ABCDE", "\0", "\ud800", "😀" * 5000])
def test_a_hostile_key_is_an_error_in_the_form(db, key, answer):
    form = post(key, answer)

    assert codes(form) in (["expired"], ["required"])
    assert "captcha__image" in str(form["captcha"])


def test_a_hostile_answer_is_only_wrong(db):
    assert codes(post(new_key(), "\ud800\0é😀<script>")) == ["wrong"]


def test_missing_parts_are_an_error_in_the_form(db):
    assert codes(WordsForm(QueryDict("body=Long+enough+words"))) == ["required"]


def test_a_form_drawn_twice_works_with_either_key(db):
    form = WordsForm()
    keys = [str(form["captcha"]).split('captcha_0" value="')[1].split('"')[0] for _i in range(2)]

    assert keys[0] != keys[1]
    assert all(post(key, answer_for(key)).is_valid() for key in keys)


def test_showing_a_form_asks_the_database_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        str(WordsForm()["captcha"])


def test_the_button_for_a_new_picture_keeps_what_was_typed(db):
    data = QueryDict(f"body=My+words&captcha_0={new_key()}&captcha_1=AB&new_captcha=1")
    form = WordsForm(initial=typed_so_far(data))

    assert wants_new_picture(data)
    assert form["body"].value() == "My words"
    assert 'value="AB"' not in str(form["captcha"])
    assert not form.errors


def test_a_failed_save_gives_the_answer_back(db):
    key = new_key()
    with transaction.atomic():
        assert spend(key)
        transaction.set_rollback(True)

    assert spend(key)


def test_only_expired_memories_are_forgotten(db):
    old, young = new_key(), new_key()
    assert spend(old)
    CaptchaStore.objects.update(expiration=timezone.now())
    assert spend(young)

    assert forget_expired() == 1
    assert is_spent(young)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_exactly_one_is_accepted():
    key, barrier, accepted = new_key(), threading.Barrier(16), []

    def save():
        try:
            barrier.wait()
            with transaction.atomic():
                accepted.append(spend(key))
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(accepted) == [False] * 15 + [True]
