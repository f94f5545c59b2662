"""Figures of the structure: how large the parts are, and how many of them a request runs through.

`python -m tests.structure` prints them all, `python -m tests.structure flows` the way of each flow, file by file, and
`python -m tests.structure rules` the places where a rule is broken. `tests/test_structure.py` holds them to the bounds below.
"""

import ast
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
APPS = {name: ROOT / name for name in ["accounts", "articles", "comments", "newsletters", "questions"]} | {
    name: ROOT / "site" / name for name in ["config", "edge", "pages"]
}


class Bound(NamedTuple):
    """What is wanted, and what is allowed until then: whoever makes a figure smaller lowers `today` with it."""

    goal: int
    today: int


# Complexity has its bound in pyproject.toml; ruff holds it.
SIZES = {
    "largest module, in lines": Bound(400, 399),
    "largest function, in lines": Bound(45, 40),
    "longest MRO of an admin": Bound(7, 7),
}
RULES = {
    "imports of our own inside functions": Bound(0, 0),
    "statuses written outside the acts": Bound(0, 0),
    "template lines over 160 characters": Bound(0, 0),
    "script lines over 160 characters": Bound(0, 0),
    "scripts over 400 lines": Bound(0, 0),
}
FILES = {
    "GET an article": Bound(18, 17),
    "POST a comment": Bound(24, 32),
    "approve at the desk": Bound(16, 14),
    "autosave": Bound(22, 27),
    "GET the writer's page": Bound(30, 35),
}
BACK = {
    "GET an article": Bound(0, 0),
    "POST a comment": Bound(0, 0),
    "approve at the desk": Bound(0, 0),
    "autosave": Bound(0, 0),
    "GET the writer's page": Bound(0, 0),
}


# --- Modules and functions -------------------------------------------------------------------------------------------


class Function(NamedTuple):
    place: str
    lines: int
    has_docstring: bool


@cache
def modules() -> dict[str, ast.Module]:
    """Path and syntax tree of every file of ours that runs."""
    paths = [path for folder in APPS.values() for path in sorted(folder.rglob("*.py"))]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    }


def module_lines() -> dict[str, int]:
    return {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}


def functions() -> list[Function]:
    return [
        Function(f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1, bool(ast.get_docstring(node)))
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def admins() -> dict[str, int]:
    """Of how many classes every registered admin of ours is made as it is written, itself and `object` among them. The
    site adds the same two to each when it is registered; they do not count."""
    from django.contrib import admin

    kinds = [type(made) for made in admin.site._registry.values() if is_ours(type(made).__module__)]
    written = [getattr(sys.modules[kind.__module__], kind.__name__) for kind in kinds]
    return {f"{kind.__module__}.{kind.__name__}": len(kind.__mro__) for kind in written}


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in APPS


# --- Three rules -----------------------------------------------------------------------------------------------------


def imports_inside_functions() -> list[str]:
    """Of our own modules. An app's `ready()` is where Django wants them."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (path.endswith("apps.py") and function.name == "ready")
        for node in ast.walk(function)
        if any(is_ours(name) for name in imported_by(node))
    ]


def imports_for_types_only() -> list[tuple[str, str]]:
    """Under `if TYPE_CHECKING:`, with what they import. Allowed; but a circle that only the types make is one that a reader
    walks, too."""
    return [
        (f"{path}:{node.lineno}", name)
        for path, tree in modules().items()
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
        for name in imported_by(node)
        if is_ours(name)
    ]


def imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


# Where a status of each app may be written. Articles and comments have a record to write with it. Letters, issues and
# subscriptions have none, and their own modules keep them; the demo and the tests make what has already happened. The
# preview does to a copy, which is never saved, what publishing would do; and a batch of decisions is a piece of work, whose
# status says how far the worker is.
ACTS = {
    "articles": ("articles/workflow/", "articles/drafts/preview.py"),
    "comments": ("comments/decisions/", "comments/models/work.py"),
    "questions": (),
    "accounts": (),
    "pages": (),
}


def statuses_written_elsewhere() -> list[str]:
    return [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if (allowed := ACTS.get(path.removeprefix("site/").partition("/")[0])) is not None
        and not path.startswith(allowed)
        for node in writes_of_status(tree)
    ]


def writes_of_status(tree: ast.AST) -> list[Any]:
    tells = told(tree)
    return [node for node in ast.walk(tree) if node not in tells and writes_status(node)]


WRITING_CALLS = {"update", "create", "get_or_create", "update_or_create", "bulk_update"}


def writes_status(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(names_status(part) for target in targets for part in ast.walk(target))
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target, value=ast.expr()):
            return names_status(target)
        case ast.Dict(keys=keys):
            return any(is_status(key) for key in keys)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, name, _]):
            return is_status(name)
        case ast.Call(func=ast.Name(id="Article" | "Comment"), keywords=keywords):
            return any(keyword.arg == "status" for keyword in keywords)
        case ast.Call(func=ast.Attribute(attr=name), args=arguments, keywords=keywords) if name in WRITING_CALLS:
            values = [*arguments, *(keyword.value for keyword in keywords)] if name == "bulk_update" else []
            given = [part for value in values for part in ast.walk(value)]
            return any(keyword.arg == "status" for keyword in keywords) or any(map(is_status, given))
    return False


def names_status(target: ast.AST) -> bool:
    """`x.status` or `x["status"]`, as what is assigned to."""
    match target:
        case ast.Attribute(attr="status", ctx=ast.Store()):
            return True
        case ast.Subscript(slice=name, ctx=ast.Store()):
            return is_status(name)
    return False


def is_status(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == "status"


def told(tree: ast.AST) -> set[ast.AST]:
    """Dictionaries that write nothing: they fill the gaps of a text, or ask for a list."""
    texts = {node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)}
    return texts | {node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "query"}


def template_lines() -> list[tuple[str, int]]:
    """Place and length of every line of a template, Django's and Jinja2's."""
    return lines_of(path for name in ["templates", "parts"] for path in ROOT.glob(f"*/{name}/**/*.*"))


def script_lines() -> list[tuple[str, int]]:
    return lines_of(ROOT.glob("site/static/js/*.js"))


def lines_of(paths: Iterable[Path]) -> list[tuple[str, int]]:
    return [
        (f"{path.relative_to(ROOT)}:{number}", len(line))
        for path in sorted(paths)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]


def longer(lines: list[tuple[str, int]], limit: int = 160) -> list[str]:
    return [place for place, length in lines if length > limit]


# By the names of RULES: where each is broken.
FOUND: dict[str, Callable[[], list[str]]] = {
    "imports of our own inside functions": imports_inside_functions,
    "statuses written outside the acts": statuses_written_elsewhere,
    "template lines over 160 characters": lambda: longer(template_lines()),
    "script lines over 160 characters": lambda: longer(script_lines()),
    "scripts over 400 lines": lambda: [place for place, _length in script_lines() if place.endswith(":401")],
}


# --- What is printed -------------------------------------------------------------------------------------------------


def figures() -> Iterator[tuple[str, str]]:
    lines = {path: n for path, n in module_lines().items() if n > 5}
    all_functions = sorted(functions(), key=lambda function: function.lines)
    lengths = [function.lines for function in all_functions]
    documented = sum(function.has_docstring for function in all_functions)
    largest, longest = max(lines, key=lambda path: lines[path]), all_functions[-1]
    towers = sorted(admins().items(), key=lambda item: -item[1])
    widths = [length for _place, length in template_lines()]
    yield "lines / modules over 5 lines", f"{sum(module_lines().values()):,} / {len(lines)}"
    yield "module median / largest", f"{median(lines.values()):g} / {lines[largest]} ({largest})"
    yield "functions", f"{len(lengths):,}"
    percentile = lengths[len(lengths) * 9 // 10]
    yield "their lines, median / p90 / max", f"{median(lengths):g} / {percentile} / {lengths[-1]} ({longest.place})"
    yield "functions with a docstring", f"{documented / len(lengths):.0%}"
    yield "complexity", "at most 10: ruff holds it"
    yield "MRO of our admins", ", ".join(f"{n} {name}" for name, n in towers[:3])
    for limit in (240, 160):
        over = [width for width in widths if width > limit]
        part = f"{len(over) / len(widths):.1%} of {len(widths):,}, {sum(over) / sum(widths):.0%} of all characters"
        yield f"template lines over {limit} characters", f"{len(over)} ({part})"
    yield from ((name, str(len(find()))) for name, find in FOUND.items() if "template" not in name)
    yield "imports for types only", str(len(imports_for_types_only()))


def print_figures() -> None:
    from tests.flows import FLOWS, follow

    for name, value in figures():
        print(f"{name:<40}{value}")
    for name, flow in FLOWS.items():
        trace = follow(flow)
        with_middleware = len(follow(flow, whole=True).files)
        what = f"{len(trace.files)} files, {len(trace.functions)} functions, {len(trace.back)} calls back"
        print(f"{name:<40}{what} ({with_middleware} files with the middleware)")


def print_flows() -> None:
    from tests.flows import FLOWS, follow

    for name, flow in FLOWS.items():
        trace = follow(flow)
        print(f"\n=== {name}: {len(trace.files)} files, {len(trace.functions)} functions")
        for path in trace.files:
            print(f"  {path}: {', '.join(called for where, called in trace.functions if where == path)}")
        print(f"  --- {len(trace.back)} calls back: who waits → who calls → what is called")
        for way, times in Counter(trace.back).items():
            print(f"  {way}" + (f" ({times} times)" if times > 1 else ""))


def print_rules() -> None:
    for name, find in FOUND.items():
        places = find()
        print(f"\n=== {name}: {len(places)}", *places, sep="\n  ")
    typed = [f"{place} {name}" for place, name in imports_for_types_only()]
    print(f"\n=== imports for types only: {len(typed)}", *typed, sep="\n  ")


def main() -> None:
    show = {"flows": print_flows, "rules": print_rules}.get(" ".join(sys.argv[1:]), print_figures)
    sys.path.insert(0, str(ROOT / "site"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    import pytest  # noqa: F401  # the settings look for it, and are a test's then
    from django.test.utils import override_settings, setup_databases, setup_test_environment

    django.setup()
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    with TemporaryDirectory(prefix="wellread-structure-") as folder, override_settings(MEDIA_ROOT=folder):
        show()


if __name__ == "__main__":
    main()
