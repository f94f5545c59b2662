from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    """Makes the commands beside this file known: start, worker, demo."""

    name = "config"
    default = True


class WellreadAdminConfig(AdminConfig):
    default_site = "config.admin.WellreadAdminSite"
    default = False
