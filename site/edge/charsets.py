"""Charsets, by which bytes from outside become words: requests are UTF-8, pages of other sites one of a few web charsets.

Nobody outside chooses how we decode. Why, and what was given up for it: docs/decisions/0021-only-utf-8.md.
"""

import tomllib
from email.message import Message
from email.utils import collapse_rfc2231_value, quote
from pathlib import Path
from typing import Any

from django.core.signals import request_started
from django.http import multipartparser
from django.http.multipartparser import MultiPartParserError

from edge.numbers import number_in

UTF8 = {"utf-8", "utf8"}
LONGEST = 1024  # characters of a header with parameters; browsers send some eighty
REFUSED = "wellread.refused"  # in a request's environment, for edge/middleware.py
# Browsers send the parts of a form as they are.
AS_IT_IS = {"7bit", "8bit", "binary"}

# By the label that a page gives to one of them, Python's name of it.
WEB_CHARSETS = {
    label: codec
    for codec, labels in tomllib.loads(
        Path(__file__).with_name("web_charsets.toml").read_text(encoding="ascii")
    ).items()
    for label in labels.split()
}


def begin() -> None:
    """Before the first request. Django reads the header while it makes the request, earlier than any middleware."""
    request_started.connect(check_content, dispatch_uid="edge.charsets")
    multipartparser.parse_header_parameters = part_header  # type: ignore[attr-defined]


def check_content(*, environ: dict[str, Any], **_kwargs: Any) -> None:
    """Leaves in the request's environment a Content-Type that names no charset, or none at all and a mark; and a length that
    is a number."""
    if number_in(environ.get("CONTENT_LENGTH") or "0") is None:
        environ["CONTENT_LENGTH"], environ[REFUSED] = "0", True
    header = environ.get("CONTENT_TYPE") or ""
    if ";" not in header:
        return
    try:
        kind, found = parameters(header)
        if not header.isascii():
            raise ValueError
    except ValueError:
        environ["CONTENT_TYPE"], environ[REFUSED] = "", True
        return
    if found.pop("charset", ""):
        environ["CONTENT_TYPE"] = "; ".join([kind, *(f'{name}="{quote(value)}"' for name, value in found.items())])


def part_header(line: str) -> tuple[str, dict[str, str]]:
    """A line of the head of a form's part, in small letters, and its parameters: in place of Django's function."""
    try:
        name, found = parameters(line)
    except ValueError:
        raise MultiPartParserError("A part of a form is not UTF-8.") from None
    encoding = name.partition("content-transfer-encoding:")[2].strip()
    if encoding and encoding not in AS_IT_IS:
        raise MultiPartParserError("A part of a form is packed.")
    return name, found


def parameters(header: str) -> tuple[str, dict[str, str]]:
    """What stands before the first semicolon, in small letters, and the parameters. Raises ValueError where one of them
    is in another charset than UTF-8 or names one."""
    if ";" not in header:
        return header.strip().lower(), {}
    if len(header) > LONGEST:
        raise ValueError
    message = Message()
    message["Content-Type"] = header
    try:
        (first, _nothing), *rest = message.get_params() or [("", "")]
    except TypeError:  # pieces of a value that cannot be put in an order
        raise ValueError from None
    return first.lower(), {name: _plain(name, value) for name, value in rest if name}


def _plain(name: str, value: str | tuple[str | None, str | None, str]) -> str:
    """`filename*=UTF-8''a%20b` comes in three pieces: charset, language and value."""
    if isinstance(value, tuple):
        if not is_utf8(value[0] or ""):
            raise ValueError
        value = collapse_rfc2231_value(value)
    if name == "charset" and not is_utf8(value):
        raise ValueError
    return value


def is_utf8(label: str) -> bool:
    return label.strip(" \"'").lower() in UTF8


def web_text(body: bytes, label: str) -> str:
    """A page of another site in words. A charset that is not on the list is taken for UTF-8; what does not fit becomes
    the replacement character."""
    return body.decode(WEB_CHARSETS.get(label.strip(" \"'").lower(), "utf-8"), "replace")
