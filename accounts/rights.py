"""Rights over accounts: nobody changes one that has rights she lacks, and nobody gives a right that she lacks."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User


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
