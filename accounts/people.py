"""Everything held about one person: shown, erased, and forgotten with age, as `personal_data.toml` says."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone

from edge.models import Letter
from pages.personal_data import Age, Rule, rules

# Rows per transaction when old data goes: a large table must not be locked for long.
CHUNK = 500
TURN_SECONDS = 5

# What lets in whoever knows it, an administrator included: letters hold links and codes with which a password is set.
SECRETS = {
    "accounts.User": {"password"},
    "account.EmailConfirmation": {"key"},
    "mfa.Authenticator": {"data"},
    "edge.Letter": {"text", "html", "headers"},
    "articles.PreviewLink": {"secret"},
    "sessions.Session": {"session_key", "session_data"},
}


@dataclass(frozen=True)
class Held:
    """Rows of one kind about one person; each row is its personal and plain fields, by name."""

    rule: Rule
    rows: list[dict[str, Any]]
    is_act: bool = False  # the rows are about others: she did something to them


def held_about(email: str) -> list[Held]:
    """What the database holds about this address, kind by kind; kinds with nothing are left out."""
    found = []
    for rule in rules():
        held = [(rule.rows_about(email), [*rule.personal, *rule.plain], False)] if rule.find else []
        held += [(rows, list(names), True) for rows, names in rule.acts_of(email)]
        for objects, names, is_act in held:
            if rows := [{name: readable(row, name) for name in names} for row in objects]:
                found.append(Held(rule, rows, is_act))
    return found


def readable(row: models.Model, name: str) -> Any:
    """The value as text or number; secrets are named, not shown."""
    if name in SECRETS.get(row._meta.label, ()):
        return "(kept as a secret)"
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return [str(other) for other in getattr(row, name).all()]
    value = getattr(row, field.attname)
    return value.name if isinstance(value, File) else value


def accounts_at(email: str) -> set[Any]:
    by_model = {rule.model: rule for rule in rules()}
    addresses = by_model["account.EmailAddress"].rows_about(email).select_related("user")
    return {*by_model["accounts.User"].rows_about(email), *(address.user for address in addresses)}


def erase(email: str) -> dict[str, int]:
    """Deletes and blanks what is held about this address. Returns how many rows of each model were touched."""
    counts: Counter[str] = Counter()
    with transaction.atomic():
        # All of it is found before any of it goes: a comment's versions are found through its address, which is blanked.
        found = [(rule, list(rule.rows_about(email).values_list("pk", flat=True))) for rule in rules()]
        # Blank first, delete last and in the end the person: the others hang on her.
        found.sort(key=lambda each: (each[0].leave == "delete", each[0].model == "accounts.User"))
        for rule, ids in found:
            if rule.leave != "keep":
                forget_in_admin_log(rule.model_class, ids)
                keys = [key.format(pk) for key in rule.letters for pk in ids]
                counts["edge.Letter"] += Letter.objects.filter(key__in=keys).delete()[0]
                counts[rule.model] += blank_or_delete(rule, ids)
        counts["sessions.Session"] = forget_sessions(email)
    return dict(+counts)


def forget_in_admin_log(model: type[models.Model], ids: Iterable[Any]) -> None:
    """That somebody changed something stays in the admin's log; that it was about this person does not."""
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in ids]
    )
    about.update(object_repr="—", change_message="")


def forget_sessions(email: str) -> int:
    """Logs the person out everywhere: a session holds the address under a seal, so each has to be opened."""
    mentions = [
        session.pk for session in Session.objects.iterator() if email.lower() in str(session.get_decoded()).lower()
    ]
    return Session.objects.filter(pk__in=mentions).delete()[0]


def blank_or_delete(rule: Rule, ids: list[Any]) -> int:
    rows = rule.model_class._base_manager.filter(pk__in=ids)
    if not ids:
        return 0
    if rule.leave == "delete":
        rows.delete()
        return len(ids)
    return rows.update(**rule.blanks())


def apply_policy() -> bool:
    """What has grown old goes, as each rule's `age` says. The worker calls this every day, and again at once while it
    returns that there is more: letters must not wait until millions of rows are gone. Twice does no harm."""
    until = time.monotonic() + TURN_SECONDS
    for rule in rules():
        for age in rule.age:
            last = None
            while (last := forget_some(rule, age, after=last)) is not None:
                if time.monotonic() > until:
                    return True
    return False


def forget_some(rule: Rule, age: Age, *, after: Any = None) -> Any:
    """One chunk of rows older than the rule allows, behind the one with the key `after`; returns the last key of a full
    chunk, and None when there is no more."""
    model = rule.model_class
    among = getattr(model._default_manager, age.among)() if age.among else model._base_manager.all()
    old = among.filter(**{f"{age.since}__lt": timezone.now() - timedelta(days=age.days)}, **age.conditions())
    if after is not None:
        old = old.filter(pk__gt=after)
    if age.do == "blank":
        blanks = rule.blanks(age.fields)
        already = {
            f"{name}__isnull" if value is None else name: value is None or value for name, value in blanks.items()
        }
        old = old.exclude(**already)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if ids and age.do == "blank":
        model._base_manager.filter(pk__in=ids).update(**blanks)
    elif ids:
        forget_in_admin_log(model, ids)
        model._base_manager.filter(pk__in=ids).delete()
    return ids[-1] if len(ids) == CHUNK else None
