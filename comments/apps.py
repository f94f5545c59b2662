from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self) -> None:
        from comments.desk.messages import make_first_templates
        from comments.intake.facts import make_first_rules

        post_migrate.connect(make_first_rules, sender=self)
        post_migrate.connect(make_first_templates, sender=self)
