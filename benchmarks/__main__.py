"""`make bench` runs every benchmark, `make bench NAME=captcha` one of them. Ends non-zero when a goal is missed.

Figures are compared within one run, with a bare limit or a peer: machines are noisy, ratios less so.
"""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import benchmarks
from benchmarks import Figure


def main() -> int:
    names = sys.argv[1:] or sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    names = [name for name in names if not name.startswith("_")]
    failed = False
    with tempfile.TemporaryDirectory(prefix="wellread-bench-") as folder:
        set_up_django(folder)
        print(f"{'benchmark':<12}{'figure':<46}{'value':>12}  {'against':<34}{'ratio':>8}  goal")
        for name in names:
            for figure in importlib.import_module(f"benchmarks.{name}").run():
                print_figure(name, figure)
                failed |= not figure.ok
    return int(failed)


def set_up_django(folder: str) -> None:
    """A database and an upload folder of the benchmark's own, gone when it ends."""
    import os

    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root), str(root / "site")]
    os.environ.update(
        DATA=folder, DEBUG="0", SECRET_KEY="benchmark " * 6, BASE_URL="http://localhost", MAIL_HOST="localhost"
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")


def print_figure(name: str, figure: Figure) -> None:
    value = f"{figure.value:.4g} {figure.unit}"
    other = f"{figure.against} {figure.other:.4g}" if figure.other is not None else figure.against
    ratio = f"{figure.ratio:.3g}" if figure.ratio is not None else ""
    print(
        f"{name:<12}{figure.name:<46}{value:>12}  {other:<34}{ratio:>8}  {figure.goal} {'ok' if figure.ok else 'MISSED'}"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
