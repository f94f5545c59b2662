"""Asking other sites: what is never asked, and that everything has an end."""

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from edge import fetching
from edge.fetching import NotFetched, fetch, is_public

HOSTILE_NAMES = {
    "loopback": "127.0.0.1", "private": "10.1.2.3", "metadata": "169.254.169.254", "this": "0.0.0.0",
    "v6": "::1", "mapped": "::ffff:10.0.0.1", "local": "fe80::1", "unique": "fd00::1", "cgnat": "100.64.0.1",
    "6to4": "2002:a00:1::", "nat64": "64:ff9b::a00:1", "multicast": "224.0.0.1", "broadcast": "255.255.255.255",
    "site": "fec0::1", "protocol": "192.0.0.192", "cloud": "168.63.129.16", "relay": "192.88.99.1",
    "inside": "64:ff9b:1::a00:1", "through": "64:ff9b::a83f:8110", "example": "3fff::1",
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        getattr(self, "answer_" + self.path.strip("/").partition("?")[0].replace("/", "_"), self.answer)()

    do_HEAD = do_GET

    def answer(self, body=b"Hello", **headers):
        self.send_response(int(headers.pop("status", 200)))
        for name, value in {"Content_Type": "text/html; charset=latin-1", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_big(self):
        self.answer(b"x" * 5000)

    def answer_away(self):
        self.answer(b"", status=302, Location="/there?a=ä b")

    def answer_inward(self):
        self.answer(b"", status=302, Location="http://private.example/secret")

    def answer_file(self):
        self.answer(b"", status=301, Location="file:///etc/passwd")

    def answer_loop(self):
        self.answer(b"", status=302, Location="/loop")

    def answer_cookie(self):
        self.answer(b"", status=302, Set_Cookie="a=b", Location="/there")

    def answer_packed(self):
        self.answer(b"\x1f\x8b" + b"\0" * 100, Content_Encoding="gzip")

    def answer_short(self):
        self.answer(b"short", Content_Length="100")

    def answer_drip(self):
        self.send_response(200)
        self.flush_headers()
        for _n in range(100):
            try:
                self.wfile.write(b"X-A: b\r\n")
                self.wfile.flush()
            except OSError:
                return
            self.server.leaves.wait(0.05)

    def answer_nonsense(self):
        self.wfile.write(b"\0\0\0 not http\r\n\r\n")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.leaves = threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.leaves.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def internet(server, settings, monkeypatch):
    """Every name leads to the server here, but for those that lead into the house."""
    settings.OUTSIDE_LOOKUPS = True
    server.asked = []

    def look_up(host, port, **kwargs):
        name = host.removesuffix(".example")
        if name == "nobody":
            raise socket.gaierror
        address = HOSTILE_NAMES.get(name, "127.0.0.1")
        return [(0, 0, 0, "", (address, port))]

    real = is_public
    ours = ("127.0.0.1", server.server_port)
    monkeypatch.setattr(fetching.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(
        fetching,
        "is_public",
        lambda address, port: (address, port) == ours or real(address, 80 if port == ours[1] else port),
    )
    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    return server


def connect(address, timeout):
    sock = socket.socket()
    sock.settimeout(timeout)
    sock.connect(address)
    return sock


def at(server, path, host="public.example"):
    return f"http://{host}:{server.server_port}{path}"


def why(url, **limits):
    with pytest.raises(NotFetched) as caught:
        fetch(url, **limits)
    assert str(caught.value).endswith(".")
    return caught.value.why


def test_only_addresses_of_the_internet_are_public():
    for name, address in HOSTILE_NAMES.items():
        assert not is_public(address, 443), name
    for address in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"):
        assert is_public(address, 443), address
    assert not is_public("93.184.216.34", 22)


def test_an_answer_says_what_it_is(internet):
    answer = fetch(at(internet, "/hällo?q=ö x"))

    assert (answer.status, answer.type, answer.text, answer.is_cut) == (200, "text/html", "Hello", False)
    method, path, headers = internet.asked[0]
    assert (method, path) == ("GET", "/h%C3%A4llo?q=%C3%B6%20x")
    assert "mailto:" in headers["User-Agent"]
    assert headers["Host"] == f"public.example:{internet.server_port}"


def test_names_that_lead_into_the_house_are_not_asked(internet):
    for name in HOSTILE_NAMES:
        if name != "loopback":
            assert why(f"http://{name}.example/") == "private", name
    # This machine, at any port but the one of this test.
    assert why("http://loopback.example/") == "private"
    assert internet.asked == []


def test_one_bad_address_among_good_ones_is_enough(internet, monkeypatch):
    rows = [(0, 0, 0, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **kwargs: rows)

    assert why("http://both.example/") == "private"


def test_the_connection_goes_to_the_address_that_was_checked(internet, monkeypatch):
    """A name that means another machine a moment later is not asked again."""
    looked_up, connected = [], []
    rows = [(0, 0, 0, "", ("127.0.0.1", internet.server_port))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda host, *args, **kw: looked_up.append(host) or rows)
    monkeypatch.setattr(
        fetching.socket,
        "create_connection",
        lambda address, timeout: connected.append(address[0]) or connect(address, timeout),
    )
    fetch(at(internet, "/"))

    assert (looked_up, connected) == (["public.example"], ["127.0.0.1"])


def test_a_redirect_is_checked_like_the_first_address(internet):
    assert fetch(at(internet, "/away")).url.endswith("/there?a=ä b")
    assert why(at(internet, "/inward")) == "private"
    assert why(at(internet, "/file")) == "address"
    assert why(at(internet, "/loop")) == "unclear"
    assert len([path for _method, path, _headers in internet.asked if path == "/loop"]) == fetching.REDIRECTS + 1


def test_no_cookie_goes_along(internet):
    fetch(at(internet, "/cookie"))

    assert "Cookie" not in internet.asked[-1][2]


def test_what_is_no_address_is_not_asked(internet):
    for url in (
        "ftp://public.example/", "file:///etc/passwd", "gopher://x/", "http://", "http://a b/", "http://user:pw@public.example/",
        "http://public.example/\r\nHost: x", "http://public.example:99999/", "http://" + "a" * 5000, "//public.example/", "http://[",
        "http://public..example/", "javascript:alert(1)",
    ):  # fmt: skip
        assert why(url) == "address", url
    assert internet.asked == []


def test_more_than_was_asked_for_is_not_read(internet):
    answer = fetch(at(internet, "/big"), most=1000)
    assert (len(answer.body), answer.is_cut) == (1000, True)
    assert fetch(at(internet, "/big"), method="HEAD", most=0).body == b""
    with pytest.raises(NotFetched):
        answer.json()


def test_what_comes_packed_is_not_unpacked_and_what_ends_early_is_the_whole(internet):
    assert fetch(at(internet, "/packed")).body == b""
    assert fetch(at(internet, "/short")).body == b"short"


def test_a_site_that_answers_byte_by_byte_is_not_waited_for(internet):
    begun = time.monotonic()

    assert why(at(internet, "/drip"), seconds=0.3) == "slow"
    assert time.monotonic() - begun < 1.5


def test_a_name_that_takes_long_to_find_is_not_waited_for(internet, monkeypatch):
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **kwargs: internet.leaves.wait(5) and [])

    assert why("http://public.example/", seconds=0.1) == "slow"


def test_every_failure_is_a_sentence(internet, monkeypatch):
    assert why("http://nobody.example/") == "name"
    assert why(at(internet, "/nonsense")) == "unclear"
    monkeypatch.setattr(fetching, "is_public", lambda address, port: True)
    for error, code in ((ConnectionRefusedError(), "refused"), (ssl.SSLError(), "tls"), (TimeoutError(), "slow")):
        monkeypatch.setattr(fetching.socket, "create_connection", fails_with(error))
        assert why("https://public.example/") == code


def fails_with(error):
    def connect(*args, **kwargs):
        raise error

    return connect


def test_without_a_connection_no_site_is_said_to_be_gone(internet, monkeypatch):
    monkeypatch.setattr(fetching.socket, "getaddrinfo", fails_with(socket.gaierror()))

    assert why("http://public.example/") == "offline"


def test_a_certificate_has_to_fit():
    assert fetching.TRUST.verify_mode == ssl.CERT_REQUIRED
    assert fetching.TRUST.check_hostname


def test_answers_that_are_no_json_are_a_failure(internet):
    for body in (b"{", b"[" * 100_000, b"1" * 10_000, b"\xff\xfe"):
        with pytest.raises(NotFetched):
            fetching.Answer("", 200, "application/json", "", body, is_cut=False).json()
    with pytest.raises(NotFetched):
        fetching.Answer("", 503, "application/json", "", b"{}", is_cut=False).json()


def test_switched_off_nothing_is_asked(internet, settings):
    settings.OUTSIDE_LOOKUPS = False

    assert why(at(internet, "/")) == "off"
    assert internet.asked == []
