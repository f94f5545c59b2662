"""Charsets, by which bytes from outside become words: requests are UTF-8, pages of other sites one of a few web charsets.

Nobody outside chooses how we decode. Why, and what was given up for it: docs/decisions/0021-only-utf-8.md.
"""

from email.message import Message
from email.utils import collapse_rfc2231_value, quote
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

# The labels of the WHATWG Encoding Standard for the charsets that pages are really written in, and Python's names of them.
WEB_CHARSETS = {
    label: codec
    for codec, labels in {
        "cp1252": "windows-1252 cp1252 latin1 latin-1 l1 iso-8859-1 iso8859-1 iso_8859-1 ascii us-ascii",
        "cp1250": "windows-1250 cp1250",
        "cp1251": "windows-1251 cp1251",
        "cp1253": "windows-1253 cp1253",
        "cp1254": "windows-1254 cp1254 latin5 iso-8859-9 iso8859-9",
        "cp1255": "windows-1255 cp1255",
        "cp1256": "windows-1256 cp1256",
        "cp1257": "windows-1257 cp1257",
        "cp1258": "windows-1258 cp1258",
        "cp874": "windows-874 tis-620 iso-8859-11",
        **{f"iso8859-{n}": f"iso-8859-{n} iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
        "koi8-r": "koi8-r koi8",
        "koi8-u": "koi8-u",
        "cp932": "shift_jis shift-jis sjis windows-31j x-sjis",
        "euc_jp": "euc-jp x-euc-jp",
        "cp949": "euc-kr ks_c_5601-1987 windows-949 korean",
        "gb18030": "gb18030 gbk gb2312 gb_2312-80 chinese x-gbk",
        "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
        "utf-16-le": "utf-16 utf-16le unicode",
        "utf-16-be": "utf-16be",
    }.items()
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
