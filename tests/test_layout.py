"""The layout of the tree: what must be where. Who may import whom stands in `pyproject.toml`."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.structure import APPS, imports_for_types_only

ROOT = Path(__file__).resolve().parent.parent


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


def test_every_folder_of_modules_is_a_package():
    """The contracts on imports see packages only. The script that records the captcha's letters is run by hand."""
    folders = {path.parent for app in APPS.values() for path in app.rglob("*.py")}

    assert [folder.name for folder in folders if not (folder / "__init__.py").exists()] == ["voices"]


def test_what_an_app_imports_for_types_only_points_the_same_way_as_the_rest():
    """The contracts do not count it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    above = next(contract["layers"] for contract in contracts if contract["id"] == "apps")

    def backwards(place, name):
        app = place.removeprefix("site/").partition("/")[0]
        return above.index(name.partition(".")[0]) < above.index(app)

    assert [found for found in imports_for_types_only() if backwards(*found)] == []


@pytest.mark.parametrize("name", ["services", "utils", "helpers", "common", "managers", "selectors", "constants"])
def test_no_module_is_named_after_nothing(name):
    ours = [p for folder in APPS.values() for p in folder.rglob(f"{name}.py")]

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
