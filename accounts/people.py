"""Everything held about one person: shown, erased, and forgotten with age, as `personal_data.toml` says."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone

from pages.personal_data import Age, Rule, rules

# Rows per transaction when old data goes: a large table must not be locked for long.
CHUNK = 500


@dataclass(frozen=True)
class Held:
    """Rows of one kind about one person; each row is its personal and plain fields, by name."""

    rule: Rule
    rows: list[dict[str, Any]]


def held_about(email: str) -> list[Held]:
    """What the database holds about this address, kind by kind; kinds with nothing are left out."""
    found = []
    for rule in rules():
        if rule.find and (objects := list(rule.rows_about(email))):
            names = [*rule.personal, *rule.plain]
            found.append(Held(rule, [{name: readable(row, name) for name in names} for row in objects]))
    return found


def readable(row: models.Model, name: str) -> Any:
    """The value as text or number; a password hash and a second factor's secret are named, not shown."""
    if (row._meta.label, name) in {("accounts.User", "password"), ("mfa.Authenticator", "data")}:
        return "(kept as a secret)"
    if row._meta.get_field(name).many_to_many:
        return [str(other) for other in getattr(row, name).all()]
    value = getattr(row, row._meta.get_field(name).attname)
    return value.name if isinstance(value, File) else value


def erase(email: str) -> dict[str, int]:
    """Deletes and blanks what is held about this address. Returns how many rows of each model were touched."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        # Blank first, delete last and in the end the person: the others are found through her.
        order = sorted(rules(), key=lambda rule: (rule.leave == "delete", rule.model == "accounts.User"))
        for rule in order:
            if rule.find and rule.leave != "keep":
                ids = list(rule.rows_about(email).values_list("pk", flat=True))
                counts[rule.model] = blank_or_delete(rule, ids)
    return {model: count for model, count in counts.items() if count}


def blank_or_delete(rule: Rule, ids: list[Any]) -> int:
    rows = rule.model_class._base_manager.filter(pk__in=ids)
    if not ids:
        return 0
    if rule.leave == "delete":
        rows.delete()
        return len(ids)
    return rows.update(**rule.blanks())


def apply_policy() -> None:
    """What has grown old goes, as each rule's `age` says. The worker calls this every day; twice does no harm."""
    for rule in rules():
        for age in rule.age:
            while forget_some(rule, age):
                pass


def forget_some(rule: Rule, age: Age) -> int:
    """One chunk of rows older than the rule allows; returns how many it found."""
    model = rule.model_class
    old = model._base_manager.filter(
        **{f"{age.since}__lt": timezone.now() - timedelta(days=age.days)}, **age.conditions()
    )
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
        model._base_manager.filter(pk__in=ids).delete()
    return len(ids)
