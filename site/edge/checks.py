"""Checks of what stands in front of the site, for `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

PROXIES = "proxies"


def header_has_one_spelling(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """A WSGI server hands `X-Forwarded-For` and `X_Forwarded_For` on under one name, and either may win."""
    name = settings.CLIENT_ADDRESS_HEADER
    if not settings.TRUSTED_PROXIES or not {"-", "_"} & set(name):
        return []
    other = name.replace("-", "_") if "-" in name else name.replace("_", "-")
    return [
        checks.Warning(
            f"The web server cannot tell {name} from {other}. Where a proxy lets the second one through, every client can "
            "choose the address that limits count by.",
            hint=(
                "Let the proxy write the client's address into a header without hyphens, such as ClientAddress, and name it "
                "in CLIENT_ADDRESS_HEADER (deploy/nginx/wellread.conf does). If your proxy drops names with underscores, "
                "put edge.W001 into SILENCED_SYSTEM_CHECKS."
            ),
            id="edge.W001",
        )
    ]
