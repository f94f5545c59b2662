"""Reply templates that a new site begins with; they lie beside this file, in `first_replies.toml`."""

import tomllib
from pathlib import Path
from typing import Any

from comments.models import ReplyTemplate

TEMPLATES = Path(__file__).with_suffix(".toml")


def make_first_templates(**kwargs: Any) -> None:
    """Reply templates for a site that has none, so that the first moderator in a hard hour finds words. After `migrate`."""
    if ReplyTemplate.objects.exists():
        return
    entries = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["template"]
    ReplyTemplate.objects.bulk_create(ReplyTemplate(**{**entry, "body": entry["body"].strip()}) for entry in entries)
