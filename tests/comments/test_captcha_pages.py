import random
import re
import wave
from io import BytesIO
from itertools import pairwise
from statistics import stdev

import pytest
from captcha.models import CaptchaStore
from django.core.cache import cache
from django.urls import reverse
from PIL import Image

from comments.captcha.challenge import ALPHABET, answer_for, dice_for, new_key
from comments.captcha.picture import SKELETONS, WIDTH, WIDTHS, _places, draw
from comments.captcha.speech import RATE, VOICES, _spoken, recordings, speak

HOSTILE = ["x", "\0", "é" * 98, "A" * 98, "x" * 10_000, "😀", "..", "%2e%2e", "' OR 1=1"]


def picture(client, key):
    return client.get(reverse("captcha:picture", args=[key]))


def sound(client, key, **headers):
    return client.get(reverse("captcha:sound", args=[key]), headers=headers)


def test_every_letter_can_be_drawn_and_spoken():
    assert set(SKELETONS) == set(ALPHABET) == set(recordings("en"))


def test_the_picture_is_twice_as_sharp_as_the_page_shows_it(client, db):
    response = picture(client, new_key())

    assert response["Content-Type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == (2 * 360, 2 * 120)
    assert len(response.content) < 12_000


def test_one_key_has_one_picture_and_no_two_keys_the_same(client, db):
    key = new_key()

    assert picture(client, key).content == picture(client, key).content
    assert picture(client, key).content != picture(client, new_key()).content


def test_the_same_letters_never_look_the_same():
    assert draw("ACEPS", dice_for("one key", "picture")) != draw("ACEPS", dice_for("other key", "picture"))


def test_the_picture_depends_on_the_secret(settings):
    key = new_key()
    before = draw("ACEPS", dice_for(key, "picture"))
    settings.SECRET_KEY = "another secret"

    assert draw("ACEPS", dice_for(key, "picture")) != before


def test_drawing_and_speaking_leave_the_shared_dice_alone(client, db):
    before = random.getstate()
    key = new_key()
    picture(client, key)
    sound(client, key)

    assert random.getstate() == before


def test_picture_and_sound_are_kept_by_the_reader_and_by_nobody_else(client, db):
    key = new_key()

    for response in (picture(client, key), sound(client, key)):
        assert response["Cache-Control"] == "private, max-age=7200, immutable"
        assert not response.cookies


def test_nothing_that_is_only_looked_at_is_written(client, db):
    key = new_key()
    picture(client, key)
    sound(client, key)
    client.get(reverse("captcha:new"))

    assert not CaptchaStore.objects.exists()


@pytest.mark.parametrize("page", ["picture", "sound"])
@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_key_is_gone_or_not_found(client, db, page, key):
    assert client.get(f"/captcha/{key}/{page}/").status_code in (404, 410)


def test_the_sound_is_a_plain_wav_of_some_seconds(client, db):
    response = sound(client, new_key())

    assert response["Content-Type"] == "audio/wav"
    with wave.open(BytesIO(response.content)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 1, RATE)
        assert 6 < wav.getnframes() / RATE < 14


def test_one_key_has_one_sound(client, db):
    key = new_key()

    assert sound(client, key).content == sound(client, key).content


def test_letters_are_spoken_louder_than_the_murmur():
    samples = speak("ACEPS", random.Random(1), "en")[44:]
    pieces = [samples[start : start + RATE // 10] for start in range(0, len(samples), RATE // 10)]
    loudness = sorted(max(piece) - min(piece) for piece in pieces)

    assert loudness[len(loudness) // 10] < 60
    assert loudness[-len(loudness) // 10] > 120


def test_a_letter_never_sounds_the_same_twice():
    lengths = [len(_spoken(recordings("en")["S"], random.Random(number))) for number in range(20)]

    assert len(set(lengths)) > 15
    assert max(lengths) > 1.15 * min(lengths)


def test_no_letter_has_a_place_of_its_own():
    places = [[x for _letter, x, _scale in _places("ACEPS", random.Random(number))] for number in range(200)]

    for one in zip(*places, strict=True):
        assert max(one) - min(one) > 100
        assert stdev(one) > 20


def test_letters_stand_apart_and_inside_the_picture():
    for number in range(200):
        placed = list(_places("WWWWWW", random.Random(number)))
        edges = [(x - WIDTHS[letter] * scale / 2, x + WIDTHS[letter] * scale / 2) for letter, x, scale in placed]

        assert edges[0][0] > 0
        assert edges[-1][1] < WIDTH
        assert all(one[1] < other[0] for one, other in pairwise(edges))


def test_a_language_without_recordings_is_spoken_in_english():
    assert speak("ACEPS", random.Random(1), "xx") == speak("ACEPS", random.Random(1), "en-gb")


def test_the_recordings_stay_small():
    assert sum(file.stat().st_size for file in VOICES.rglob("*.wav")) < 400_000


def test_a_part_of_the_sound_can_be_asked_for(client, db):
    key = new_key()
    whole = sound(client, key).content
    part = sound(client, key, range="bytes=0-1")

    assert part.status_code == 206
    assert part.content == whole[:2]
    assert part["Content-Range"] == f"bytes 0-1/{len(whole)}"
    assert sound(client, key, range="bytes=100-").content == whole[100:]
    assert sound(client, key, range="bytes=9-3").status_code == 416
    assert sound(client, key, range="bytes=-5,7").content == whole


def test_a_new_captcha_is_a_fragment_with_another_key(client, db):
    responses = [client.get(reverse("captcha:new"), {"id": "id_reply_captcha"}) for _i in range(2)]
    keys = [re.search(r'name="captcha_0" value="([^"]+)"', response.content.decode())[1] for response in responses]

    assert keys[0] != keys[1]
    assert answer_for(keys[0])
    assert 'id="id_reply_captcha_1"' in responses[0].content.decode()
    assert "no-store" in responses[0]["Cache-Control"]
    assert not responses[0].cookies


def test_the_fragment_repeats_no_hostile_id(client, db):
    content = client.get(reverse("captcha:new"), {"id": '"><script>'}).content.decode()

    assert "script" not in content
    assert 'id="id_captcha_1"' in content


def test_one_network_gets_sixty_pictures_a_minute(client, db):
    cache.clear()
    key = new_key()
    codes = {picture(client, key).status_code for _i in range(60)}

    assert codes == {200}
    assert {picture(client, key).status_code for _i in range(61)} >= {429}


@pytest.mark.parametrize("page", ["new", "picture", "sound"])
def test_nothing_can_be_posted_here(client, db, page):
    address = reverse(f"captcha:{page}", args=[] if page == "new" else [new_key()])

    assert client.post(address).status_code == 405
