"""What the logs may say: never which page somebody read. Here an address names an illness, or opens a subscription."""

import logging
from typing import Any


class NoPaths(logging.Filter):
    """Puts the kind of page in place of its path: `Not Found: topics/<slug:slug>/`."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (request := getattr(record, "request", None)) and isinstance(record.args, tuple):
            record.args = tuple(_kind(request) if _is_path(part) else part for part in record.args)
        return True


def _is_path(part: Any) -> bool:
    return isinstance(part, str) and part.startswith("/")


def _kind(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return match.route if match else "an address that is none of ours"
