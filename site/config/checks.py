"""Checks of the database as a whole, before `migrate` touches it; and, with `--deploy`, of what stands in front."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.migrations.loader import MigrationLoader

PROXIES = "proxies"


def database_is_not_of_another_version(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Migrations began anew before the first release, so a database of a developer may have applied some that are gone."""
    return [
        checks.Error(
            f"This database was made by another version of Wellread: {len(unknown)} of its migrations are not in this one, "
            f"such as {'.'.join(min(unknown))}.",
            hint=(
                "Nothing was changed in it. If it is from before the first release, begin with a new one: name another "
                "folder in DATA or another database in DATABASE_URL. If it is from a later version, start that version."
            ),
            id="config.E001",
        )
        for alias in databases or []
        if (unknown := _applied_but_not_here(alias))
    ]


def _applied_but_not_here(alias: str) -> set[tuple[str, str]]:
    loader = MigrationLoader(connections[alias])
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent in (settings.ROOT, settings.SITE_DIR)}
    return {applied for applied in loader.applied_migrations if applied[0] in ours} - set(loader.disk_migrations)


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
