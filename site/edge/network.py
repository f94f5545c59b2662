"""Networks of clients: whose request this is, as far as they tell, and how often one of them may do one thing.

Counters of these limits live in the shared cache, so all processes count together.
"""

import ipaddress
import re
import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection, models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

FOR = re.compile(r"(?:^|;)\s*for\s*=([^;]*)", re.IGNORECASE)  # of the header Forwarded, RFC 7239
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What a wider network may do beside one within it: a /48 has many /64 to send from, and sometimes many households.
WIDER = 4
HALF = 16  # characters of a network's key: the first half names the wider network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """The client's IP address in its shortest form, or "" when there is none: a Unix socket, "unknown".

    With `TRUSTED_PROXIES = n` the n-th entry from the right of CLIENT_ADDRESS_HEADER was written by our outermost proxy;
    everything further left came from the client and is worth nothing.
    """
    proxies = settings.TRUSTED_PROXIES
    said = forwarded(request)
    address = address_in(said[-proxies] if proxies and len(said) >= proxies else request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else ""


def forwarded(request: HttpRequest) -> list[str]:
    name = f"HTTP_{settings.CLIENT_ADDRESS_HEADER.upper().replace('-', '_')}"
    return [entry for part in request.META.get(name, "").split(",") if (entry := part.strip())]


def address_in(entry: str) -> Address | None:
    """The address that an entry names, without its port and scope; None for "unknown", "_hidden" and nonsense.

    Proxies write `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]:443` and `for="[2001:db8::1]";proto=https`.
    """
    found = FOR.search(entry)
    host = (found[1] if found else entry).strip(' "')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return bare(ipaddress.ip_address(host))
    except ValueError:
        return None


def bare(address: Address) -> Address:
    """Without the scope; and the IPv4 address that an IPv6 one stands for."""
    if address.version == 4:
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or ipaddress.IPv6Address(int(address))


def network_of(address: str) -> str:
    """The network that one household or office usually has: IPv4 /24, IPv6 /64. "" for no address."""
    ip = address_in(address)
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False)) if ip else ""


def wider_of(network: str) -> str:
    """Where somebody who has one such network may have more: IPv6 /48. An IPv4 /24 is wide already."""
    inner = ipaddress.ip_network(network)
    return network if inner.version == 4 else str(inner.supernet(new_prefix=48))


def network_key(request: HttpRequest) -> str:
    """A keyed hash (32 hex characters) of the client's network: enough to count by, useless to look up.

    Its first half is the wider network's. Whoever has no address is told apart by what else her browser sends, and all of
    them behind one proxy are one wider network: she may change that, but not without end.
    """
    network = network_of(client_address(request))
    if network:
        narrow, wide = network, wider_of(network)
    else:
        headers = [request.headers.get(name, "") for name in ("User-Agent", "Accept-Language")]
        narrow, wide = "\n".join([*forwarded(request), *headers]), f"behind {request.META.get('REMOTE_ADDR', '')}"
    whole = _hashed(narrow)
    return whole if narrow == wide else _hashed(wide)[:HALF] + whole[:HALF]


def wider_key(key: str) -> str:
    return key[:HALF]


def shares(key: str) -> list[tuple[str, int]]:
    """Under which keys somebody from this network is counted, and how many times the usual is allowed there."""
    return [(key, 1), (wider_key(key), WIDER)]


def in_network(key: str) -> models.Q:
    """Rows whose `network` is this one, or lies in this wider one. The index on `network` answers both."""
    return models.Q(network__gte=key, network__lt=f"{key}g") if len(key) == HALF else models.Q(network=key)


def _hashed(network: str) -> str:
    return salted_hmac("edge.network", network, algorithm="sha256").hexdigest()[:32]


def allow(request: HttpRequest, name: str, *, limit: int, seconds: int) -> bool:
    """True while the client's network has done `name` at most `limit` times in the running window of `seconds`, and the
    wider network around it not many times more: who has a hundred networks has no hundred limits.

    Counts this call. Two calls at the very same moment may count once: good enough for a throttle, never use it
    where "exactly once" matters.
    """
    window = int(time.time()) // seconds
    counted = [
        (count_one(f"limit:{name}:{key}:{window}", seconds), times * limit)
        for key, times in shares(network_key(request))
    ]
    return all(count <= most for count, most in counted)


def allow_person(user_id: int, name: str, *, limit: int, seconds: int) -> bool:
    """The same for somebody who is logged in, from whatever networks she comes."""
    return count_one(f"limit:{name}:user:{user_id}:{int(time.time()) // seconds}", seconds) <= limit


def count_one(key: str, seconds: int) -> int:
    count: int = cache.get(key, 0) + 1
    cache.set(key, count, timeout=seconds + 5)
    return count


def one_at_a_time(name: str) -> None:
    """Nobody else gets past this with the same name until the caller's transaction ends: what she counts in it is true
    when it is saved. SQLite lets one write at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def forget_expired() -> int:
    """Deletes what no window counts any more; returns how much. Django leaves it in the table until that is full."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])
        return int(cursor.rowcount)
