"""Who may do what, as data, and over whose account. Changing a role is changing this file; `migrate` applies it.

A permission is written as Django names it: `app.action_model`. The word before the brackets of a pattern such as
`articles.(add|change|view)_article` saves repeating. Verbs of our own (`publish_article`) stand in the model's Meta.
Nobody changes an account that has rights she lacks, and nobody gives a right that she lacks.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User

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
        "comments.answer_enquiry",
    ],
    "Medical reviewer": [
        "articles.view_(article|topic|image|reference|editorialevent|revision|medicalreview)",
        "articles.review_article",
        "accounts.change_own_byline",
    ],
    "Moderator": [
        "comments.moderate_comment",
        "comments.sanction_person",
        "comments.answer_enquiry",
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
    yield from ((app, "".join(parts)) for parts in product(*choices))


def apply_roles(**kwargs: Any) -> None:
    """Makes one group per role hold exactly the permissions written above. Runs after every `migrate`."""
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


def may_manage(by: User, person: User | None) -> bool:
    """Whoever sets another's password or address can become her, so this is asked before anything of an account changes.

    Of her own account nobody changes anything here: the account pages ask for the password or the factor first.
    """
    if person is None or by.is_superuser:
        return True
    return not person.is_superuser and rights_of(person) <= set(by.get_all_permissions())


def rights_of(person: User) -> set[str]:
    """Those of a locked account, too: it can be unlocked."""
    held = Permission.objects.filter(Q(group__user=person) | Q(user=person)).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in held}


def roles_to_give(by: User) -> QuerySet[Group]:
    """The roles that hold nothing which she may not do herself."""
    if by.is_superuser:
        return Group.objects.all()
    mine = Permission.objects.filter(Q(group__user=by) | Q(user=by))
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=mine.values("pk")))
