"""The one way out: asks another site for something, for the worker and for who works here.

Whoever writes an article can name any address, so what is asked has to be on the public internet: each name is looked up
here, every address it has is checked, and the connection goes to the very address that was checked (a name that means
another machine a moment later gains nothing); at each redirect again. There is an end to everything: seconds, bytes,
redirects. No cookies, no log-in, no proxy, no certificate that does not fit. Written with the standard library: its
client lets one hand it the connection, and that is the point here.
"""

import http.client
import io
import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from edge.charsets import web_text

SECONDS = 8.0  # for all of it: name, connection, redirects, body
CONNECT_SECONDS = 4.0  # to one address
MOST = 2 * 1024 * 1024  # bytes of an answer
REDIRECTS = 5
PORTS = {80, 443, 8080, 8443}
LONGEST = 4000  # characters of an address
HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")
CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([a-z0-9._:-]{1,40})""", re.IGNORECASE)
MOVED = {301, 302, 303, 307, 308}
# Belongs to IANA and is always there: where even this name cannot be looked up, nothing can.
KNOWN_NAME = "example.com"
# IPv6 addresses that stand for an IPv4 address: a translator would lead them into the house.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What Python 3.11 takes for the internet and is none, and where clouds keep the passwords of their machines.
INSIDE = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # for protocols (RFC 6890); one cloud's metadata
        "192.88.99.0/24",  # relays of 6to4, given up (RFC 7526)
        "168.63.129.16/32",  # another cloud's own services, on an address that looks public
        "fec0::/10",  # site-local (RFC 3879)
        "64:ff9b:1::/48",  # a translator of the house (RFC 8215)
        "3fff::/20",  # for examples (RFC 9637)
    )
]
TRUST = ssl.create_default_context()


class NotFetched(Exception):
    """There is no answer. Its text is a sentence for the person who wanted it; `why` is for programs: "off", "offline",
    "address", "name" (nobody of this name), "private", "tls", "refused", "slow", "unclear"."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True)
class Answer:
    url: str  # after the redirects
    status: int
    type: str  # "text/html", without what stands behind it
    charset: str  # as the site calls it
    body: bytes
    is_cut: bool  # there was more

    @cached_property
    def text(self) -> str:
        return web_text(self.body, self.charset)

    def json(self) -> Any:
        """Of a good answer. Raises NotFetched for what is none."""
        if self.status != 200:
            raise NotFetched(_("This site does not answer as it should at the moment."), "refused")
        try:
            if self.is_cut:
                raise ValueError
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise NotFetched(_("The answer of this site makes no sense."), "unclear") from None


def fetch(url: str, *, method: str = "GET", accept: str = "*/*", most: int = MOST, seconds: float = SECONDS) -> Answer:
    """The answer, whatever its status, with at most `most` bytes. Raises NotFetched for everything else."""
    if not settings.OUTSIDE_LOOKUPS:
        raise NotFetched(_("Asking other sites is switched off here."), "off")
    until = time.monotonic() + seconds
    for _turn in range(REDIRECTS + 1):
        try:
            answer, leads_to = _ask(url, method, accept, most, until)
            if not leads_to:
                return answer
            url = urljoin(url, leads_to)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _in_words(error) from None
    raise NotFetched(_("This address leads on and on."), "unclear")


def user_agent() -> str:
    return f"Wellread (+{settings.BASE_URL}; mailto:{contact()})"


def contact() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def is_public(address: str, port: int) -> bool:
    """Whether an IP address belongs to the internet, and not to this machine, its network or its cloud."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
        if ip in NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if any(ip in network for network in INSIDE):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and port in PORTS


def _ask(url: str, method: str, accept: str, most: int, until: float) -> tuple[Answer, str]:
    scheme, host, port, path = _parts(url)
    with _connected(host, port, until) as plain, _secured(plain, host, until) if scheme == "https" else plain as sock:
        sock.settimeout(_left(until))
        sock.sendall(_request(method, path, host, port if port != {"http": 80, "https": 443}[scheme] else 0, accept))
        response = http.client.HTTPResponse(_Hurried(sock, until), method=method)  # type: ignore[arg-type]
        with response:
            response.begin()
            leads_to = response.headers.get("Location", "") if response.status in MOVED else ""
            body = b"" if leads_to or _is_packed(response.headers) else _read(response, most + 1)
    kind, charset = _kind(response.headers.get("Content-Type", ""))
    return Answer(url, response.status, kind, charset, body[:most], len(body) > most), leads_to


def _kind(header: str) -> tuple[str, str]:
    """("text/html", "utf-8"). Python's own reading of this header would decode it, too."""
    charset = CHARSET.search(header[:LONGEST])
    return header.partition(";")[0].strip().lower(), charset[1] if charset else ""


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > LONGEST or not url.isprintable():
        raise _no_address()
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise _no_address() from None
    if not HOST.fullmatch(host) or parts.username is not None or parts.password is not None:
        raise _no_address()
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return parts.scheme, host, port, path + (f"?{iri_to_uri(parts.query).replace(' ', '%20')}" if parts.query else "")


def _request(method: str, path: str, host: str, port: int, accept: str) -> bytes:
    shown = f"[{host}]" if ":" in host else host
    lines = [
        f"{method} {path} HTTP/1.1", f"Host: {shown}:{port}" if port else f"Host: {shown}",
        f"User-Agent: {user_agent()}", f"Accept: {accept}", "Accept-Encoding: identity", "Connection: close",
    ]  # fmt: skip
    if any(not line.isprintable() for line in lines):
        raise _no_address()
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")


def _connected(host: str, port: int, until: float) -> socket.socket:
    """To one of the addresses of this name, all of which have to be public."""
    addresses = _addresses_of(host, port, until)
    if not all(is_public(address, port) for address in addresses):
        raise NotFetched(_("This address is not on the public internet."), "private")
    last: OSError = ConnectionRefusedError()
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, _left(until)))
        except OSError as error:
            last = error
    raise last


def _addresses_of(host: str, port: int, until: float) -> list[str]:
    """Python's look-up of a name knows no end: it is waited for as long as there is time."""
    found: SimpleQueue[Any] = SimpleQueue()

    def look() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        answer = found.get(timeout=_left(until))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        if host != KNOWN_NAME:
            _addresses_of(KNOWN_NAME, port, until)
            raise NotFetched(_("There is no site with this name."), "name")
        raise NotFetched(_("The internet cannot be reached at the moment."), "offline")
    return list(dict.fromkeys(str(row[4][0]) for row in answer))


def _secured(plain: socket.socket, host: str, until: float) -> ssl.SSLSocket:
    plain.settimeout(_left(until))
    return TRUST.wrap_socket(plain, server_hostname=host)


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    """What there is of a body that ends early is taken for the whole."""
    try:
        return response.read(most) if most > 1 else b""
    except http.client.IncompleteRead as early:
        return early.partial


def _is_packed(headers: Message) -> bool:
    """Packed although nobody asked for it; not unpacked either: a few kilobytes can hold gigabytes."""
    return headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _no_address() -> NotFetched:
    return NotFetched(_("This is not an address that can be asked."), "address")


def _in_words(error: Exception) -> NotFetched:
    if isinstance(error, TimeoutError):
        return NotFetched(_("This site takes too long to answer."), "slow")
    if isinstance(error, ssl.SSLError):
        return NotFetched(_("This site has no valid certificate."), "tls")
    if isinstance(error, OSError):
        return NotFetched(_("This site cannot be reached."), "refused")
    return NotFetched(_("The answer of this site makes no sense."), "unclear")


class _Hurried(io.RawIOBase):
    """What is read from a socket until a moment and not beyond: a site that sends a byte a second is not waited for."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        super().__init__()
        self.sock, self.until = sock, until

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(_left(self.until))
        return self.sock.recv_into(buffer)
