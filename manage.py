#!/usr/bin/env python
"""Puts `site/` on the path and runs Django; nothing else."""

import os
import sys
from pathlib import Path


def main() -> None:
    # `site` is also the name of a module of Python's own: the folder is a path root, never a package.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
