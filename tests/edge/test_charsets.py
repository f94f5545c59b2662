"""Nobody outside chooses how we decode: 400, before a codec is even looked up."""

import codecs

import pytest
from django.test import RequestFactory

from articles.imports.medquad import Unusable, parse
from articles.sources.webpages import source_of
from edge import fetching
from edge.charsets import WEB_CHARSETS, web_text
from edge.fetching import Answer, NotFetched, fetch
from tests.factories import create_thread

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FORM = "multipart/form-data; boundary=B"
OTHERS = ["punycode", "idna", "utf-7", "latin-1", "utf-16", "cp037", "hex", "rot13", "undefined", "a-spy", "", "\x00"]


@pytest.fixture
def asked_for(monkeypatch):
    """The names that any code asks the table of codecs for."""
    names = []
    look_up = codecs.lookup
    monkeypatch.setattr(codecs, "lookup", lambda name: names.append(name) or look_up(name))
    codecs.register(lookup := lambda name: names.append(name))
    yield names
    codecs.unregister(lookup)


def part(head: str = 'Content-Disposition: form-data; name="body"', text: bytes = b"Words") -> bytes:
    return b"--B\r\n" + head.encode() + b"\r\n\r\n" + text + b"\r\n--B--\r\n"


def post(client, content_type=FORM, body: bytes = b"", **extra):
    return client.generic("POST", f"/comments/threads/{create_thread().pk}/add/", body or part(), content_type, **extra)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "header",
    [
        "{form}; charset={name}", '{form}; charset="{name}"', "{form};CHARSET = {name}", "{form}; charset=utf-8; charset={name}",
        "{form}; charset={name}; charset=utf-8", "{form}; charset*=utf-8''{name}", "{form}; charset*={name}''utf-8",
        "{form}; charset*0={name}; charset*1=", "multipart/form-data; boundary*={name}''B", "multipart/form-data; a*={name}''B; boundary=B",
        "application/x-www-form-urlencoded; charset={name}", "text/plain; charset={name}", "application/json;charset={name}",
    ],
)  # fmt: skip
def test_a_request_that_names_another_charset_is_refused_undecoded(client, asked_for, header, name):
    if name == "" and "charset*0" in header:
        pytest.skip("names nothing")
    header = header.format(form=FORM, name=name)
    asked_for.clear()

    assert post(client, header).status_code == 400
    assert client.generic("GET", "/?q=a-b", b"a", header).status_code == 400
    assert {"punycode", "idna", "a-spy", "a_spy", "hex"} & {*asked_for} == set()


@pytest.mark.parametrize(
    "header",
    [
        FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=UTF8", f'{FORM}; charset="UTF-8"', f"{FORM}; charset='utf-8'",
        f"{FORM}; charset*=utf-8''utf-8", 'multipart/form-data; charset=utf-8; boundary="B"',
    ],
)  # fmt: skip
def test_every_spelling_of_utf_8_is_welcome(client, header):
    answer = post(client, header, part(text="Zoë said".encode()))

    assert "Zoë said" in answer.content.decode()


@pytest.mark.parametrize("spelling", ["utf-8", "UTF8", '"UTF-8"'])
def test_an_encoded_form_may_say_that_it_is_utf_8(client, spelling):
    answer = post(client, f"application/x-www-form-urlencoded; charset={spelling}", b"body=Zo%C3%AB+said")

    assert "Zoë said" in answer.content.decode()


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "head",
    [
        'Content-Disposition: form-data; name="body"\r\nContent-Type: text/plain; charset={name}',
        'Content-Type: text/plain; charset="{name}"\r\nContent-Disposition: form-data; name="body"',
        "Content-Disposition: form-data; name*={name}''body",
        "Content-Disposition: form-data; name=\"body\"; filename*={name}''a.png",
        "Content-Disposition: form-data; name=\"body\"; other*0*={name}''a; other*1=b",
    ],
)
def test_a_part_in_another_charset_is_refused_undecoded(client, asked_for, head, name):
    asked_for.clear()

    assert post(client, body=part(head.format(name=name))).status_code == 400
    assert {"punycode", "idna", "a-spy", "a_spy", "hex"} & {*asked_for} == set()


@pytest.mark.parametrize(
    "head",
    [
        "Content-Disposition: form-data; name*=utf-8''body; name*0=b",
        'Content-Disposition: form-data; name="body"\r\nContent-Transfer-Encoding: base64',
        'Content-Disposition: form-data; name="body"\r\nContent-Transfer-Encoding: quoted-printable; a=b',
    ],
)
def test_a_part_that_has_to_be_unpacked_first_is_refused(client, head):
    assert post(client, body=part(head)).status_code == 400


def test_names_of_files_may_be_utf_8():
    head = "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''na%C3%AFve.png\r\nContent-Type: text/plain; charset=utf-8"
    request = RequestFactory().generic("POST", "/", part(head), FORM)

    assert request.FILES["file"].name == "naïve.png"


@pytest.mark.parametrize(
    "header", [f"{FORM};" + ";" * 100_000, f'{FORM};"' + ";" * 100_000, FORM + "ä; a=b", f"{FORM};\x00=a"]
)
def test_odd_headers_are_refused_or_read_and_never_fail(client, header):
    assert post(client, header).status_code in {400, 422}


@pytest.mark.parametrize(
    "cookie", [r'sessionid="\000aaaaaaaaaaaa"', r'voter="a\000"', r'csrftoken="\000"', r'messages="\000"']
)
def test_a_null_byte_is_refused_in_a_cookie_and_not_found_in_an_address(client, cookie):
    client.cookies.clear()

    assert client.generic("GET", "/", HTTP_COOKIE=cookie).status_code == 400
    assert client.generic("GET", "/media/%00").status_code == 404


@pytest.mark.parametrize(
    ("label", "body", "words"),
    [
        ("", "Schlaf für alle".encode(), "Schlaf für alle"),
        ("ISO-8859-1", "“für”".encode("cp1252"), "“für”"),
        ("Shift_JIS", "睡眠".encode("cp932"), "睡眠"),
        ("gb2312", "睡眠".encode("gbk"), "睡眠"),
        ("windows-1251", "сон".encode("cp1251"), "сон"),
        *((name, b"a-b", "a-b") for name in OTHERS if name != "utf-16"),
        ("utf-8", b"\xff", "�"),
    ],
)
def test_a_page_is_read_in_the_charset_it_names_if_it_is_one_of_the_web(label, body, words):
    assert web_text(body, label) == words


def test_the_charsets_of_the_web_are_letters_and_nothing_else():
    for label, codec in WEB_CHARSETS.items():
        assert codecs.lookup(codec)._is_text_encoding, label
        assert web_text(b"\x00\xff\x81-" * 1000, label)


def test_a_page_is_decoded_once(monkeypatch):
    decoded = []
    monkeypatch.setattr(fetching, "web_text", lambda body, label: decoded.append(label) or body.decode())
    page = b"<title>Sleep</title><p>Words"

    source_of(Answer("https://a.example/", 200, "text/html", "utf-8", page, is_cut=False), "https://a.example/")

    assert decoded == ["utf-8"]


def test_what_another_site_says_of_its_charset_is_only_a_label(monkeypatch, asked_for, settings):
    settings.OUTSIDE_LOOKUPS = True
    for header in (
        "text/html; charset*=punycode''a-b",
        "text/html; charset*=a''b; charset*0=c",
        "text/html;charset=idna",
    ):
        asked_for.clear()
        kind, charset = fetching._kind(header)
        assert kind == "text/html"
        assert web_text(b"a-b", charset) == "a-b"
        assert {"punycode", "idna"} & {*asked_for} == set()


def test_an_address_that_leads_to_nonsense_is_a_failure_in_words(monkeypatch, settings):
    settings.OUTSIDE_LOOKUPS = True
    answer = Answer("", 302, "", "", b"", is_cut=False)
    monkeypatch.setattr(fetching, "_ask", lambda *args: (answer, "http://["))

    with pytest.raises(NotFetched):
        fetch("https://a.example/")


def test_data_is_read_as_utf_8_only():
    def data(body):
        return Answer("", 200, "application/json", "utf-16", body, is_cut=False).json()

    assert data('{"a": "ü"}'.encode()) == {"a": "ü"}
    with pytest.raises(NotFetched):
        data('{"a": 1}'.encode("utf-16"))


@pytest.mark.parametrize("name", ["punycode", "latin-1", "utf-7", "no-such"])
def test_a_file_of_the_archive_does_not_say_how_it_is_read(asked_for, name):
    asked_for.clear()

    with pytest.raises(Unusable):
        parse(f'<?xml version="1.0" encoding="{name}"?><a>u</a>'.encode())
    assert name not in asked_for
    assert parse('<?xml version="1.0" encoding="UTF-8"?><a>ü</a>'.encode()).text == "ü"
