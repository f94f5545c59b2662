"""The content of an article as plain values, ready for JSON; and how two states of it differ.

    {"title": "…", "body": "<p>…</p>", "topic": 3, "other_topics": [4, 9], "writers": [2], "references": [{…}], …}

`image`, `topic`, `other_topics` and `writers` are primary keys, writers in the order of the byline.
"""

import json
import re
from hashlib import blake2b
from typing import Any

Content = dict[str, Any]
# What takes an earlier state out of the next one: of a text [from, how many characters, what stood there], of
# anything else [the value].
Undo = dict[str, list[Any]]

TEXTS = ("title", "slug", "summary", "body", "key_points", "get_help")
ROWS = ("image", "topic")
LISTS = ("other_topics", "writers", "references")
REFERENCE_FIELDS = ("number", "text", "url", "doi", "pmid", "accessed_on")
# In the order of the form.
PARTS = (*TEXTS, *ROWS, *LISTS)

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
VOID = {"br", "hr", "img", "col"}


def empty() -> Content:
    return {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(ROWS), **{name: [] for name in LISTS}}


def complete(content: Content) -> Content:
    """With the parts that articles did not have when it was kept."""
    references = [{"pmid": "", **row} for row in content.get("references", [])]
    return {**empty(), **content, "references": references}


def changed_parts(before: Content, after: Content) -> list[str]:
    return [name for name in PARTS if before.get(name) != after.get(name)]


def fingerprint(content: Content) -> str:
    """32 hexadecimal digits that differ when anything in the content differs."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def undo_of(older: Content, newer: Content) -> Undo:
    """With this and the newer state the older one can be had again; small when little has changed."""
    names = {*older, *newer}
    return {name: _undo(older.get(name), newer.get(name)) for name in names if older.get(name) != newer.get(name)}


def undone(newer: Content, undo: Undo) -> Content:
    older = dict(newer)
    for name, change in undo.items():
        if len(change) == 1:
            older[name] = change[0]
        else:
            start, length, text = change
            older[name] = newer[name][:start] + text + newer[name][start + length :]
    return older


def _undo(older: Any, newer: Any) -> list[Any]:
    if not (isinstance(older, str) and isinstance(newer, str)):
        return [older]
    shorter = min(len(older), len(newer))
    start = next((n for n in range(shorter) if older[n] != newer[n]), shorter)
    most = shorter - start
    end = next((n for n in range(most) if older[-1 - n] != newer[-1 - n]), most)
    return [start, len(newer) - start - end, older[start : len(older) - end]]


def blocks_of(html: str) -> list[str]:
    """The paragraphs, headings, lists, tables and figures that a cleaned text is made of; joined they are the text."""
    blocks = []
    depth = begin = 0
    for tag in TAG.finditer(html):
        if tag[2].lower() in VOID:
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            blocks.append(html[begin : tag.end()])
            begin = tag.end()
    return [*blocks, html[begin:]] if begin < len(html) else blocks
