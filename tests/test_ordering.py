"""Orders of lists: by columns. One that names a relation takes over the ordering of the other model, and its direction."""

import ast

from django.apps import apps
from django.db.models import ForeignObject, ForeignObjectRel

from tests.structure import APPS


def test_nothing_is_ordered_by_a_relation():
    assert sorted(f"{path}:{line} {name}" for path, line, name in orders() if name.split("__")[-1] in relations()) == []


def relations() -> set[str]:
    """Names that lead to another model, forwards or back, and are no column of any."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    to_others = {field.name for field in fields if isinstance(field, ForeignObject | ForeignObjectRel)}
    return to_others - {field.name for field in fields if not field.is_relation}


def orders():
    for path in (path for app in APPS.values() for path in app.rglob("*.py") if "migrations" not in path.parts):
        yield from ((path.name, *order) for order in orders_in(path.read_text(encoding="utf-8")))


def orders_in(source: str):
    for node in ast.walk(ast.parse(source)):
        named = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("order_by") and node.args
        given = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ordering" and [node.value]
        for part in named or given or []:
            for name in ast.walk(part):
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield node.lineno, name.value.lstrip("-")
