"""DOIs, PMIDs and addresses, in any of the ways these are written."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

LONGEST = 2000  # characters that are looked at
DOI_LENGTH = 120
URL_LENGTH = 500

# The handbook of DOIs: "10.", the registrant's number, a slash, and anything that can be seen.
DOI = re.compile(r"10\.\d{4,9}(?:\.\d{1,6}){0,3}/[^\s\"<>\x00-\x1f\x7f-\x9f]{1,300}", re.IGNORECASE)
PMID = re.compile(r"(?:pmid|pubmed(?:\s?id)?)?\s{0,3}[:#]?\s{0,3}0{0,8}([1-9]\d{0,7})", re.IGNORECASE)
PMID_INSIDE = re.compile(r"\bpmid\s{0,3}[:#]?\s{0,3}([1-9]\d{0,7})\b", re.IGNORECASE)
PMID_PATH = re.compile(r"/(?:pubmed/)?([1-9]\d{0,7})/?")
BARE_ADDRESS = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z-]{2,63}(?:[/?#]\S*)?", re.IGNORECASE)
PUBMED = {"pubmed.ncbi.nlm.nih.gov", "www.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"}
# What publishers put behind the DOI in their own addresses.
BEHIND = re.compile(
    r"(?:/(?:full|fulltext|abstract|summary|pdf|epdf|pdfdirect|html|meta|references)|\.pdf)+$", re.IGNORECASE
)
OPENED = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Asked:
    """One of the three, the others are ""."""

    doi: str = ""
    pmid: str = ""
    url: str = ""


def understood(words: str) -> Asked | None:
    """None for what is no DOI, PMID or address. A whole citation that was pasted is known by the number in it."""
    signs = (sign for sign in words[:LONGEST] if unicodedata.category(sign) not in {"Cf", "Cc"} or sign.isspace())
    words = " ".join("".join(signs).split())
    if match := PMID.fullmatch(words):
        return Asked(pmid=match[1])
    url = address_in(words)
    if url and (pmid := _pmid_of(url)):
        return Asked(pmid=pmid)
    if doi := doi_in(words):
        return Asked(doi=doi)
    if match := PMID_INSIDE.search(words):
        return Asked(pmid=match[1])
    return Asked(url=url) if url else None


def doi_in(words: str) -> str:
    """The first DOI, in small letters (DOIs do not tell capitals from small ones); "" when there is none that fits."""
    is_address = "://" in words or words.lower().startswith("www.")
    match = DOI.search(unquote(words))
    if not match:
        return ""
    doi = match[0]
    if is_address:
        doi = re.split(r"[?&#]", doi, maxsplit=1)[0]
        if "doi.org/" not in words.lower():
            doi = BEHIND.sub("", doi)
    doi = _without_punctuation(doi).lower()
    return doi if len(doi) <= DOI_LENGTH and not doi.endswith("/") else ""


def address_in(words: str) -> str:
    """An address that begins with http:// or https://, which may be missing; "" for other words."""
    if BARE_ADDRESS.fullmatch(words) and not DOI.match(words):
        words = f"https://{words}"
    try:
        parts = urlsplit(words)
    except ValueError:
        return ""
    is_one = parts.scheme.lower() in {"http", "https"} and parts.hostname and " " not in words
    return words if is_one and len(words) <= URL_LENGTH else ""


def normal_address(address: str) -> str:
    """One form for what is one page: small letters in the host, no fragment, our own with our host in front. "" for what
    is not http or https, or longer than URL_LENGTH."""
    if address.startswith("/") and not address.startswith("//"):
        address = settings.BASE_URL + address
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # as is UnicodeError
        return ""
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in {None, {"http": 80, "https": 443}[scheme]} else f"{shown}:{port}"
    path = iri_to_uri(quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"))
    whole = urlunsplit((scheme, netloc, path, iri_to_uri(parts.query), ""))
    return whole if len(whole) <= URL_LENGTH and whole.isprintable() and " " not in whole else ""


def pmid_in(words: str) -> str:
    """A PMID as it is, and nothing else beside it; "" for other words."""
    return words if re.fullmatch(r"[1-9]\d{0,7}", words) else ""


def _pmid_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.hostname not in PUBMED:
        return ""
    if match := PMID_PATH.fullmatch(parts.path):
        return match[1] if parts.hostname.startswith("pubmed.") or "/pubmed/" in parts.path else ""
    return pmid_in(parse_qs(parts.query).get("term", [""])[0])


def _without_punctuation(doi: str) -> str:
    """The full stop of the sentence, and a bracket that was opened before the DOI."""
    while doi and (doi[-1] in ".,;:'’”»" or (doi[-1] in OPENED and doi.count(doi[-1]) > doi.count(OPENED[doi[-1]]))):
        doi = doi[:-1]
    return doi
