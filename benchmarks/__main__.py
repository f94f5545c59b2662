"""The command behind `make bench`: tells what is to come, then has each benchmark measured in a process of its own."""

import ast
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connections

from benchmarks import Figure, shown
from benchmarks._database import new_database
from benchmarks._plan import PLANS
from tests.__main__ import postgresql

HERE = Path(__file__).resolve().parent
MEASURE = "--measure"  # what the command tells the processes that it begins


def main(names: list[str]) -> int:
    if names[:1] == [MEASURE]:
        return measure(names[1])
    if unknown := sorted({*names} - {*PLANS, "list"}):
        print(f"There is no benchmark {', '.join(unknown)}. `make bench NAME=list` names them.", file=sys.stderr)
        return 2
    if "list" in names:
        print_plans(PLANS)
        return 0
    return one_by_one(names or list(PLANS))


def print_plans(names: Iterable[str]) -> None:
    for name in names:
        plan = PLANS[name]
        print(f"{name:<12}{plan.minutes:>3} min  {headline(name)}")
        for need in plan.needs:
            print(f"{'':<21}needs {need.name}" + ("" if need.is_there else f", which is NOT HERE: {need.how}"))
        if plan.fewer:
            print(f"{'':<21}less of it: make bench NAME={name} {plan.fewer}")


def headline(name: str) -> str:
    source = (HERE / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def one_by_one(names: list[str]) -> int:
    print_plans(names)
    print(f"\n{'benchmark':<12}{'figure':<50}{'value':>12}  {'against':<36}{'ratio':>8}  goal", flush=True)
    with postgresql() if os.environ.get("POSTGRESQL") else nullcontext(os.environ.get("DATABASE_URL", "")) as url:
        failed = [name for name in names if process(name, url)]
    print(f"\nMISSED in: {', '.join(failed)}" if failed else "\nAll goals were met.")
    return int(bool(failed))


def process(name: str, database_url: str) -> int:
    command = [sys.executable, "-m", "benchmarks", MEASURE, name]
    return subprocess.run(command, cwd=HERE.parent, env={**os.environ, "DATABASE_URL": database_url}).returncode


def measure(name: str) -> int:
    with tempfile.TemporaryDirectory(prefix="wellread-bench-") as folder, new_database(name) as url:
        set_up_django(folder, url)
        try:
            return int(report(name, importlib.import_module(f"benchmarks.{name}").run()))
        finally:
            connections.close_all()


def set_up_django(folder: str, database_url: str) -> None:
    sys.path[:0] = [str(HERE.parent), str(HERE.parent / "site")]
    os.environ.update(
        DATA=folder, DATABASE_URL=database_url, DEBUG="0", SECRET_KEY="benchmark " * 6, BASE_URL="http://localhost",
        MAIL_HOST="localhost", DJANGO_SETTINGS_MODULE="config.settings",
    )  # fmt: skip
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")


def report(name: str, figures: Iterable[Figure]) -> bool:
    """Whether a goal was missed. Who hands out no figure has measured nothing."""
    missed = []
    for figure in figures:
        missed.append(figure.is_missed)
        print_figure(name, figure)
    if not missed:
        print_figure(name, Figure("no figures", None))
    return any(missed) or not missed


def print_figure(name: str, figure: Figure) -> None:
    value = f"{shown(figure.value)} {figure.unit}".strip() if figure.value is not None else "-"
    of = f"of {figure.of:,}" if figure.of is not None else ""
    other = shown(figure.other) if figure.other is not None else ""
    against = " ".join(filter(None, [figure.against, other, of]))
    ratio = f"{figure.ratio:.3g}" if figure.ratio is not None else ""
    said = f"{figure.goal}: {figure.verdict}" if figure.goal else figure.verdict
    print(f"{name:<12}{figure.name:<50}{value:>12}  {against:<36}{ratio:>8}  {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
