from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account.signals import password_reset

        from accounts.guards import believe_address
        from accounts.roles import apply_roles

        post_migrate.connect(apply_roles, sender=self)
        password_reset.connect(believe_address)
