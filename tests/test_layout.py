"""The layout of the tree: what must be where, and who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Imports point to the left only. `config` puts everything together and is imported by nobody.
ORDER = ["edge", "pages", "accounts", "comments", "articles", "questions", "newsletters", "config"]
HOMES = {name: ROOT / ("site" if name in {"edge", "pages", "config"} else ".") / name for name in ORDER}


def test_site_is_a_path_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    import site

    assert hasattr(site, "getsitepackages")


def test_git_does_not_ignore_the_site_folder():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    ignored = subprocess.run(["git", "check-ignore", "-q", "site/config/settings.py"], cwd=ROOT, check=False)

    assert ignored.returncode == 1


@pytest.mark.parametrize("folder", [p.name for p in (ROOT / "site").iterdir() if p.is_dir()])
def test_no_package_in_site_shadows_one_of_pythons_own(folder):
    assert folder not in sys.stdlib_module_names


@pytest.mark.parametrize("app", ORDER)
def test_imports_point_one_way(app):
    later = set(ORDER[ORDER.index(app) + 1 :]) - ({"pages"} if app == "edge" else set())
    backwards = [f"{path.name}: {name}" for path in HOMES[app].rglob("*.py") for name in imported(path) & later]

    assert backwards == []


def imported(path: Path) -> set[str]:
    """Top-level names that a module imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("name", ["services", "utils", "helpers", "common", "managers", "selectors", "constants"])
def test_no_module_is_named_after_nothing(name):
    ours = [p for folder in HOMES.values() for p in folder.rglob(f"{name}.py")]

    assert ours == []


def test_every_setting_from_the_environment_is_explained_once():
    settings = (ROOT / "site/config/settings.py").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    calls = [
        n
        for n in ast.walk(ast.parse(settings))
        if isinstance(n, ast.Call) and getattr(n.func, "id", "").startswith("env")
    ]
    read = {c.args[0].value for c in calls if c.args and isinstance(c.args[0], ast.Constant)}
    explained = [
        line.lstrip("# ").partition("=")[0] for line in example if "=" in line and line.lstrip("# ")[:1].isupper()
    ]

    assert sorted(read) == sorted(set(explained) & read)
    assert len(explained) == len(set(explained))
