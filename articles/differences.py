"""Two states of an article side by side in one text: what went is <del>, what came is <ins>.

Titles and the like are compared by words; the text by its paragraphs, lists and tables, and within one of those by words,
as long as its markup is the same. Topics, people, pictures and sources are named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Writer
from articles.content import PARTS, Content, blocks_of
from articles.merging import HTML, MOST_COMPARED, TOKEN, common
from articles.models import Article, Image, Topic
from edge.richtext import clean_html

NAMED: dict[str, Any] = {"image": Image, "topic": Topic, "other_topics": Topic, "writers": Writer}
KEPT = 1  # paragraphs that are shown before and behind a change


@dataclass(frozen=True)
class Difference:
    part: str
    label: str
    html: SafeString


def differences(before: Content, after: Content) -> list[Difference]:
    """The parts that differ, in the order of the form."""
    return [
        Difference(part, label_of(part), mark_safe(compared(part, before[part], after[part])))  # noqa: S308  all of it is escaped or cleaned
        for part in PARTS
        if before[part] != after[part]
    ]


def label_of(part: str) -> str:
    """What the form calls a part."""
    if part == "references":
        return _("Sources")
    field: Any = Article._meta.get_field(part)
    return str(capfirst(field.verbose_name))


def compared(part: str, before: Any, after: Any) -> str:
    if part in HTML:
        return "".join(of_blocks(blocks_of(clean_html(before)), blocks_of(clean_html(after))))
    if part in NAMED:
        return of_lines(*(names(NAMED[part], value) for value in (before, after)))
    if part == "references":
        return of_lines(*([" ".join(map(str, filter(None, row.values()))) for row in rows] for rows in (before, after)))
    return of_words(before, after)


def of_words(before: str, after: str) -> str:
    """Of plain text, or of a piece of HTML whose tags are the same in both: those stay where they are."""
    return "".join(
        "".join(wrapped(mark, tokens)) for mark, tokens in steps(TOKEN.findall(before), TOKEN.findall(after))
    )


def of_blocks(before: list[str], after: list[str]) -> Iterator[str]:
    """What is the same, far from any change, is left out."""
    found = list(pairs(before, after))
    shown = {n + beside for n, (gone, come) in enumerate(found) if gone != come for beside in range(-KEPT, KEPT + 1)}
    skipped = False
    for n, (gone, come) in enumerate(found):
        if n not in shown:
            if not skipped:
                yield '<p class="muted">…</p>'
            skipped = True
            continue
        skipped = False
        yield block(gone, come)


def block(gone: str, come: str) -> str:
    if gone == come:
        return come
    if gone and come and tags(gone) == tags(come):
        return "".join(html_words(gone, come))
    return "".join(
        f'<div class="diff__{name}"><span class="visually-hidden">{label}</span>{html}</div>'
        for name, label, html in (("gone", _("Taken out:"), gone), ("new", _("Added:"), come))
        if html
    )


def pairs(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Blocks that belong together: ("", new), (gone, "") or (as it was, as it is)."""
    for a, b, c, d in opcodes(before, after):
        gone, come = before[a:b], after[c:d]
        for n in range(max(len(gone), len(come))):
            yield (gone[n] if n < len(gone) else ""), (come[n] if n < len(come) else "")


def html_words(before: str, after: str) -> Iterator[str]:
    """The tags are the same in both: those of the new text are kept, once."""
    for mark, tokens in steps(TOKEN.findall(before), TOKEN.findall(after)):
        for is_tag, some in groupby(tokens, key=lambda token: token.startswith("<")):
            text = "".join(some)
            if is_tag:
                yield text if mark != "del" else ""
            else:
                yield f"<{mark}>{text}</{mark}>" if mark else text


def steps(before: list[str], after: list[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """("", kept), ("del", gone) and ("ins", come), in order."""
    for a, b, c, d in opcodes(before, after):
        if before[a:b] == after[c:d]:
            yield "", after[c:d]
            continue
        yield "del", before[a:b]
        yield "ins", after[c:d]


def opcodes(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Like SequenceMatcher's, in good time for any text: what both begin and end with is not compared, and very much
    between is one difference."""
    start = common(before, after)
    end = common(before[start:][::-1], after[start:][::-1])
    yield from ((n, n + 1, n, n + 1) for n in range(start))
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(gone), len(come)) > MOST_COMPARED:
        yield start, start + len(gone), start, start + len(come)
    else:
        for kind, a, b, c, d in SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
            if kind == "equal":
                yield from ((start + a + n, start + a + n + 1, start + c + n, start + c + n + 1) for n in range(b - a))
            else:
                yield start + a, start + b, start + c, start + d
    yield from ((len(before) - n, len(before) - n + 1, len(after) - n, len(after) - n + 1) for n in range(end, 0, -1))


def wrapped(mark: str, tokens: Sequence[str]) -> Iterator[str]:
    text = escape("".join(tokens))
    if text:
        yield f"<{mark}>{text}</{mark}>" if mark else text


def of_lines(before: list[str], after: list[str]) -> str:
    rows = [f"<li><del>{escape(line)}</del></li>" for line in before if line not in after]
    rows += [f"<li>{escape(line)}</li>" if line in before else f"<li><ins>{escape(line)}</ins></li>" for line in after]
    return f"<ul>{''.join(rows)}</ul>"


def names(model: Any, value: Any) -> list[str]:
    numbers = value if isinstance(value, list) else [value] if value else []
    rows = model.objects.in_bulk(numbers)
    return [str(rows[number]) if number in rows else _("(deleted)") for number in numbers]


def tags(html: str) -> list[str]:
    return [token for token in TOKEN.findall(html) if token.startswith("<")]
