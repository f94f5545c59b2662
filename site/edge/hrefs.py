"""Addresses that writers' links lead to, each in the one form in which it is stored. The editor's own are in
`static/js/editor-links.js`: what it shows is what is kept here."""

import re
import unicodedata
from urllib.parse import unquote

# `sms:`, too: some who need help cannot speak.
SCHEMES = {"http", "https", "mailto", "tel", "sms"}
# A way within the site holds no colon before its first slash (RFC 3986, 4.2): what does is a scheme, however it is written.
SCHEME = re.compile(r"([^/?#:]*):")
PHONE = re.compile(r"(?:tel|sms):", re.IGNORECASE)
# Between the figures of a number, for those who read it.
PARTING = re.compile(r"[\s().\-/\u2010-\u2015]")
# Behind a number: after a pause, and of an extension.
NUMBER = re.compile(r"\+?[0-9]{2,20}(?:,{1,3}[0-9]{1,8})?(?:;ext=[0-9]{1,8})?")
# A person reads a mailbox or a number without it.
UNSAID = re.compile(r"^(?:mailto|tel|sms):")
MESSAGE = re.compile(r"body=[^&#\s\"<>]{1,300}")


def address_of(href: str) -> str | None:
    """None for what is no address, or leads where no link of ours may lead.

    Without the signs that browsers leave out, `//host` with its `https:`, a telephone number without blanks.
    """
    href = re.sub(r"[\x00-\x1f]", "", href).strip()
    # What pages fill in stands in their words. In an address it could be anything by then.
    if "{{" in unquote(href):
        return None
    scheme = SCHEME.match(href)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    if re.match(r"[/\\]{2}", href):
        host = href.lstrip("/\\")
        return f"https://{host}" if host else None
    return _number(href) if PHONE.match(href) else href or None


def as_read(address: str) -> str:
    return UNSAID.sub("", address)


def _number(href: str) -> str | None:
    scheme, _colon, rest = href.partition(":")
    number, mark, words = rest.partition("?" if "?" in rest else "&")
    number = unicodedata.normalize("NFKC", unquote(number))
    # Who calls from abroad leaves it out.
    number = number.replace("(0)", "") if number.lstrip().startswith("+") else number
    number = "".join(str(unicodedata.decimal(letter, letter)) for letter in PARTING.sub("", number))
    message = MESSAGE.fullmatch(words.lstrip("&"))
    if not NUMBER.fullmatch(number) or (mark and not message):
        return None
    return f"{scheme.lower()}:{number}" + (f"?{message[0]}" if message and scheme.lower() == "sms" else "")
