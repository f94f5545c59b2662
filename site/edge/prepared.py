"""Queries whose SQL is made once a process: those that the busiest pages ask in the same words every time.

Django builds and compiles a query whenever it is asked. For a page of few rows that takes longer than the answer.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Value
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)


class Given(Value):
    """A place in the query for what is only known when it is asked."""

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Compiled(NamedTuple):
    queryset: models.QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]


class Prepared(Generic[M]):
    """`build` gets an expression for each of `fields` and returns a queryset; it is called once.

    What it leaves out or orders must not depend on anything else: a moment, a setting, a person is a field.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], **fields: "models.Field[Any, Any]") -> None:
        self.build, self.given = build, {name: Given(name, output_field=field) for name, field in fields.items()}
        self.compiled: dict[str, Compiled] = {}

    def __call__(self, **values: Any) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self.compiled.get(connection.vendor) or self._compile(connection)
        queryset, compiler = compiled.queryset.all(), copy(compiled.compiler)
        parameters = tuple(
            each.output_field.get_db_prep_value(values[each.value], connection) if isinstance(each, Given) else each
            for each in compiled.parameters
        )
        compiler.connection = connection
        compiler.as_sql = lambda *args, **options: (compiled.sql, parameters)  # type: ignore[method-assign]
        queryset.query.get_compiler = lambda *args, **options: compiler  # type: ignore[method-assign]
        return list(queryset)

    def _compile(self, connection: Any) -> Compiled:
        queryset = self.build(**self.given)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        self.compiled[connection.vendor] = Compiled(queryset, compiler, sql, tuple(parameters))
        return self.compiled[connection.vendor]
