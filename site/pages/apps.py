from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Standing pages")

    def ready(self) -> None:
        from pages import personal_data  # noqa: F401  registers the system check
        from pages.starter import make_missing_pages

        post_migrate.connect(make_missing_pages, sender=self)
