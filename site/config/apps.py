from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register

from config.checks import PROXIES, database_is_not_of_another_version, header_has_one_spelling


class ConfigConfig(AppConfig):
    """Makes the commands beside this file known: start, worker, demo."""

    name = "config"
    default = True

    def ready(self) -> None:
        register(database_is_not_of_another_version, Tags.database)
        register(header_has_one_spelling, PROXIES, deploy=True)


class WellreadAdminConfig(AdminConfig):
    default_site = "config.admin.WellreadAdminSite"
    default = False
