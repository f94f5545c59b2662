from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from edge.charsets import begin


class EdgeConfig(AppConfig):
    name = "edge"
    verbose_name = _("Behind the scenes")

    def ready(self) -> None:
        begin()
