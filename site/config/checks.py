"""Checks of the database as a whole, made before `migrate` touches it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.migrations.loader import MigrationLoader


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
