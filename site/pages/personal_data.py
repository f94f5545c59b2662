"""Reads `personal_data.toml`, the policy on people's data, and holds the models to it."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.encoding import punycode

POLICY_FILE = Path(__file__).with_name("personal_data.toml")
# Every model of ours needs a rule; of others, those that hold an e-mail address or point at a person.
OUR_APPS = ("edge", "pages", "accounts", "comments", "articles", "questions", "newsletters")


@dataclass(frozen=True)
class Age:
    """After `days` since the time field `since`: "blank" `fields`, or "delete" the row. `where` narrows it, and so does
    `among`, a phrase of the model's own queryset; `which` says so in a reader's words."""

    days: int
    since: str
    do: str
    fields: Sequence[str] = ()
    where: dict[str, Any] = field(default_factory=dict)
    among: str = ""
    which: str = ""

    def conditions(self) -> dict[str, Any]:
        """`where` as lookups: an empty string for a time means that it is not set, which TOML cannot say."""
        return {
            (f"{name}__isnull" if value == "" else name): (value == "" or value) for name, value in self.where.items()
        }


@dataclass(frozen=True)
class Rule:
    model: str
    plain: Sequence[str] = ()
    what: str = ""
    why: str = ""
    find: Sequence[str] = ()
    acted: dict[str, Sequence[str]] = field(default_factory=dict)
    personal: Sequence[str] = ()
    leave: str = "keep"
    blank: dict[str, Any] = field(default_factory=dict)
    age: Sequence[Age] = ()
    letters: Sequence[str] = ()

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def rows_about(self, email: str) -> models.QuerySet[Any]:
        """Rows that hold something about this address; none when the rule cannot find by address."""
        return self._rows(self.find, email)

    def acts_of(self, email: str) -> Iterator[tuple[models.QuerySet[Any], Sequence[str]]]:
        """(rows, which of their fields) that are about others, and that this person did something to."""
        for lookup, names in self.acted.items():
            yield self._rows([lookup], email).exclude(pk__in=self.rows_about(email).values("pk")), names

    def _rows(self, lookups: Sequence[str], email: str) -> models.QuerySet[Any]:
        about = models.Q(pk__in=[])
        local, _at, domain = email.rpartition("@")
        try:
            spellings = {email, f"{local}@{punycode(domain)}"}  # mail goes to the ASCII form of a domain
        except UnicodeError:
            spellings = {email}
        for lookup, spelling in product(lookups, spellings):
            about |= models.Q(**{f"{lookup}__iexact": spelling})
        return self.model_class._base_manager.filter(about)

    def blanks(self, names: Sequence[str] = ()) -> dict[str, Any]:
        """What to write into the personal fields (or the named ones) instead of what stands there."""
        return {name: self.blank.get(name, empty_value(self.model_class, name)) for name in names or self.personal}


def empty_value(model: type[models.Model], name: str) -> Any:
    model_field: Any = model._meta.get_field(name)
    if model_field.null:
        return None
    return model_field.default() if callable(model_field.default) and isinstance(model_field, models.JSONField) else ""


@cache
def rules() -> tuple[Rule, ...]:
    data = tomllib.loads(POLICY_FILE.read_text(encoding="utf-8"))
    return tuple(Rule(**{**entry, "age": [Age(**age) for age in entry.get("age", [])]}) for entry in data["rule"])


def field_names(model: type[models.Model]) -> set[str]:
    return {f.name for f in [*model._meta.concrete_fields, *model._meta.many_to_many]}


def models_that_need_a_rule() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS or any(is_about_a_person(f) for f in model._meta.concrete_fields):
            yield model


def is_about_a_person(model_field: Any) -> bool:
    person = apps.get_model(settings.AUTH_USER_MODEL)
    return isinstance(model_field, models.EmailField) or model_field.related_model is person


@checks.register(checks.Tags.models)
def every_field_has_a_rule(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Fails `manage.py check` for a field that the policy does not name, and for a policy that names none."""
    by_model = {rule.model: rule for rule in rules()}
    errors: list[checks.CheckMessage] = []
    for model in models_that_need_a_rule():
        rule = by_model.get(model._meta.label)
        if rule is None:
            errors.append(error(f"{model._meta.label} has no rule in {POLICY_FILE.name}.", "E001"))
            continue
        said = {*rule.personal, *rule.plain}
        for name in sorted(field_names(model) - said):
            errors.append(error(f"{rule.model}.{name} stands neither under `personal` nor under `plain`.", "E002"))
        for name in sorted(said - field_names(model)):
            errors.append(error(f"{rule.model} has no field {name}.", "E003"))
    return errors + [message for rule in rules() for message in mistakes_in(rule)]


def mistakes_in(rule: Rule) -> Iterator[checks.CheckMessage]:
    if rule.leave not in {"keep", "blank", "delete"}:
        yield error(f"{rule.model}: `leave` is keep, blank or delete, not {rule.leave}.", "E004")
    if rule.personal and not (rule.what and rule.why):
        yield error(f"{rule.model}: say what is held and why; readers read it.", "E005")
    for age in rule.age:
        if (age.where or age.among) and not age.which:
            yield error(f"{rule.model}: say in `which` what is meant; readers read it.", "E007")
        try:
            for name in [age.since, *age.fields, *age.where]:
                rule.model_class._meta.get_field(name)
            if age.among:
                getattr(rule.model_class._default_manager, age.among)
        except (FieldDoesNotExist, LookupError, AttributeError) as problem:
            yield error(f"{rule.model}: {problem}", "E006")
    for name in {name for names in rule.acted.values() for name in names} - field_names(rule.model_class):
        yield error(f"{rule.model} has no field {name}.", "E003")


def error(message: str, code: str) -> checks.CheckMessage:
    return checks.Error(message, hint="See the top of site/pages/personal_data.toml.", id=f"personal_data.{code}")
