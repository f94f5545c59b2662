"""Whose request this is, as far as the network tells: the client's address and the network it belongs to."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac


class ClientAddressMiddleware:
    """Sets `request.client_address`: the peer's address, or what our own proxies say of it.

    With `TRUSTED_PROXIES = n` the n-th entry of X-Forwarded-For from the right was written by our outermost proxy;
    everything further left came from the client and is worth nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The client's IP address in its shortest form, or "" when there is none (a Unix socket)."""
    proxies = settings.TRUSTED_PROXIES
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    candidate = entries[-proxies] if proxies and len(entries) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """The network that one household or office usually has: IPv4 /24, IPv6 /64. "" for no address."""
    if not address:
        return ""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def network_key(request: HttpRequest) -> str:
    """A keyed hash (32 hex characters) of the client's network: enough to count by, useless to look up."""
    network = network_of(getattr(request, "client_address", "") or client_address(request))
    return salted_hmac("edge.network", network, algorithm="sha256").hexdigest()[:32] if network else ""
