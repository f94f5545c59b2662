"""Who may do what, as data. Changing a role is changing this file; `migrate` applies it.

A permission is written as Django names it: `app.action_model`. The word before the brackets of a pattern such as
`articles.(add|change|view)_article` saves repeating. Verbs of our own (`publish_article`) stand in the model's Meta.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions

ROLES: dict[str, list[str]] = {
    # Own articles only: the model's questions (`can_be_edited_by`) hold that, not the permission.
    "Writer": [
        "articles.(add|change|view)_article",
        "articles.(add|change|view)_image",
        "articles.view_topic",
        "articles.(add|change|delete|view)_reference",
        "accounts.change_own_byline",
    ],
    "Editor": [
        "articles.(add|change|view)_article",
        "articles.edit_any_article",
        "articles.publish_article",
        "articles.(add|change|delete|view)_(image|topic|topicsynonym|reference|series|part)",
        "articles.(change|view)_frontpage",
        "articles.view_(medicalreview|editorialevent|revision|background|link)",
        "accounts.(add|change|view)_writer",
        "accounts.view_user",
        "pages.(change|view)_page",
        "pages.(add|view)_pageversion",
        "questions.view_question",
    ],
    "Medical reviewer": [
        "articles.view_(article|topic|image|reference|editorialevent|revision|medicalreview)",
        "articles.review_article",
        "accounts.change_own_byline",
    ],
    "Moderator": [
        "comments.moderate_comment",
        "comments.sanction_person",
        "comments.view_(comment|decision|thread|version|sanction|report|appeal|batch|raid)",
        "comments.(add|change|delete|view)_(wordrule|replytemplate|housewording)",
        "comments.(change|view)_(thread|houserules)",
        "questions.(change|view)_question",
        "articles.view_(article|topic)",
    ],
    "Newsletter editor": [
        "newsletters.(add|change|delete|view)_issue",
        "newsletters.send_issue",
        "newsletters.view_(subscriber|subscription|consentevent|delivery)",
        "newsletters.change_subscription",
        "newsletters.export_subscriber",
        "articles.view_article",
    ],
}
# The administrator may do everything the admin offers, without being Django's superuser.
ADMINISTRATOR = "Administrator"
OUR_APPS = ("edge", "pages", "accounts", "comments", "articles", "questions", "newsletters", "auth", "account", "mfa")


def expand(pattern: str) -> Iterator[tuple[str, str]]:
    """("articles", "change_article") for each permission that a pattern of ROLES stands for."""
    app, _dot, rest = pattern.partition(".")
    choices = [part.strip("()").split("|") for part in re.findall(r"\([^)]*\)|[^()]+", rest)]
    names = [""]
    for options in choices:
        names = [name + option for name in names for option in options]
    yield from ((app, name) for name in names)


def apply_roles(**kwargs: Any) -> None:
    """Makes one group per role hold exactly the permissions written above. Runs after every `migrate`."""
    from django.contrib.auth.models import Group, Permission

    using = kwargs.get("using", "default")
    for app_config in apps.get_app_configs():
        create_permissions(app_config, verbosity=0, using=using)
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role, patterns in ROLES.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        wanted = [pair for pattern in patterns for pair in expand(pattern)]
        if missing := [f"{app}.{name}" for app, name in wanted if (app, name) not in known]:
            raise LookupError(f"accounts/roles.py gives {role} permissions that do not exist: {', '.join(missing)}")
        group.permissions.set([known[pair] for pair in wanted])
    group, _created = Group.objects.using(using).get_or_create(name=ADMINISTRATOR)
    group.permissions.set([permission for (app, _name), permission in known.items() if app in OUR_APPS])
