from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from edge.charsets import begin
from edge.checks import PROXIES, header_has_one_spelling


class EdgeConfig(AppConfig):
    name = "edge"
    verbose_name = _("Behind the scenes")

    def ready(self) -> None:
        begin()
        register(header_has_one_spelling, PROXIES, deploy=True)
