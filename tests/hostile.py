"""What strangers put into headers, cookies, queries and forms. Texts, as a server hands them on: bytes above 127 stand as
the characters of Latin-1."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

FORM = "application/x-www-form-urlencoded"


def as_sent(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


VALUES = [
    "", " ", "0", "-1", "1", "1" * 30, "1" * 5000, "1e999", "NaN", "٣", "²", "true", "null", "[]", "{}", '{"a":', "on",
    "\0", "a\0b", "%00", "%", "%ff%fe", "%ED%A0%80", "\xff\xfe", "é", "💥", "\u202e", "\u3164", "İ", "ﷺ" * 100, "Z\u0336" * 300,
    "http://[", "http://[bad/", "//evil.example", "http://evil.example:99999/", "javascript:alert(1)", "http://testserver.evil.example/",
    "'\"><script>alert(1)</script>", "' OR 1=1 --", "(", "[", "\\", "^(.+)+~$", "{{ 7|add:7 }}", "{% load x %}", "../" * 20, "a" * 6000,
    "*", 'W/"', '"' * 100, "bytes=0-", "bytes=-1", "bytes=9-1,5-", "bytes=" + "9" * 40 + "-", "bytes=²-",
    "Thu, 99 Foo 9999 99:99:99 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "Sat, 29 Oct 99999999 19:43:31 GMT",
    "2026-13-45", "2026-02-30", "0000-00", "0001-01-01", "9999-12-31T23:59:59-14:00", "10000-01-01", "24:61",
    ";;;===,,,", "a=b;" * 500, "en-" * 500, "de;q=1e400", "x;q=" + "9" * 500, "same-origin", "cross-site", "pk", "__all__", "id__gt",
]  # fmt: skip
HEADERS = [
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie", "Forwarded", "Host", "HX-Boosted", "HX-Current-URL",
    "HX-Prompt", "HX-Request", "HX-Target", "HX-Trigger", "HX-Trigger-Name", "If-Match", "If-Modified-Since", "If-None-Match",
    "If-Range", "If-Unmodified-Since", "Origin", "Range", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-GPC", "User-Agent",
    "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Fragment", "X-Requested-With", "Content-Type",
    "Content-Length",
]  # fmt: skip
COOKIES = ["sessionid", "csrftoken", "messages", "voter", "consent", "django_language", "x"]
COOKIE_VALUES = [
    *(value for value in VALUES if ";" not in value), r'"\000\000\000\000\000\000\000\000"', r'"\377\376"', '"', r'"\\\\\\"',
    "a:b:c", ".eJwDAAAAAAE:1abc:xyz", "W1siX19qc29uX21lc3NhZ2UiLDAsMjUsIngiXV0:1:2", "a" * 32, "x" * 4000,
]  # fmt: skip
# Names that views and packages look for, whatever page they stand in.
NAMES = [
    "q", "p", "o", "e", "all", "page", "from", "sort", "topic", "letter", "month", "kind", "next", "reply_to", "term", "queue", "key",
    "app_label", "model_name", "field_name", "_to_field", "_popup", "_changelist_filters", "pk", "id", "sent", "code", "act", "csrftoken",
]  # fmt: skip
HOSTS = [
    "[",
    "testserver:x",
    "testserver:99999",
    "a" * 300,
    "\xff",
    "",
    "testserver:80:80",
    "\0",
    "evil.example",
    "..",
    "[::1",
]


def send(
    client: Client,
    method: str,
    address: str,
    *,
    headers: dict[str, str] | None = None,
    query: Any = (),
    form: Any = None,
) -> HttpResponse:
    """One request, in which headers stand as they are and query and form are packed as a browser does."""
    sent = {"CONTENT_TYPE": FORM} if form is not None else {}
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        sent[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = as_sent(value)
    words = {"QUERY_STRING": urlencode(query, doseq=True)} if query else {}
    return client.generic(method, address, urlencode(form or (), doseq=True).encode(), **{**sent, **words})
