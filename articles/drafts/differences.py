"""Differences between two states of an article, in one text: what went is <del>, what came is <ins>.

Titles and the like are compared by sentences, and within one by words; the text by its paragraphs, lists and tables, lists
and tables by their items and rows, and all of them by words as long as their markup is the same. A sentence of which little
is left is shown as gone and as new, not word by word. Topics, people, pictures and sources are named.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Writer
from articles.library.usage import with_present_files
from articles.models import Article, Image, Topic
from articles.text.content import PARTS, Content, blocks_of
from articles.text.merging import HTML, TOKEN, matches
from edge.richtext import CALLOUTS, clean_html
from edge.sequences import MOST_COMPARED, Budget, budget, common, one_comparison

NAMED: dict[str, Any] = {"image": Image, "topic": Topic, "other_topics": Topic, "writers": Writer}
BOX = re.compile(r'<aside data-callout="(\w+)">')
VIDEO = re.compile(r'<figure data-embed="([^"]*)">')
KEPT = 1  # paragraphs that are shown before and behind a change
# The share of words that two sentences have in common: with less, one is another sentence and not a change of the first.
REWRITTEN = 0.4
ISLAND = 2  # words that stayed between two changes, and are shown as changed with them
ENDS_SENTENCE = re.compile(r"[.!?…。؟۔।]['\"”’»)\]]*$")
PARTS_OF = (("ul", "li"), ("ol", "li"), ("table", "tr"))
OPENING = re.compile(r"^(?:<li[^<>]*>|<tr[^<>]*>\s*<t[dh][^<>]*>)")


@dataclass(frozen=True)
class Difference:
    part: str
    label: str
    html: SafeString
    is_coarse: bool = False  # too long to be compared by words throughout


def differences(before: Content, after: Content) -> list[Difference]:
    """The parts that differ, in the order of the form. A picture that has got another file since is no difference."""
    before, after = ({**content, "body": with_present_files(content["body"])} for content in (before, after))
    with one_comparison() as spent:
        return [difference(part, before[part], after[part], spent) for part in PARTS if before[part] != after[part]]


def difference(part: str, before: Any, after: Any, spent: Budget) -> Difference:
    spent.is_coarse = False
    html = mark_safe(compared(part, before, after))  # noqa: S308  all of it is escaped or cleaned
    return Difference(part, label_of(part), html, spent.is_coarse)


def label_of(part: str) -> str:
    if part == "references":
        return _("Sources")
    field: Any = Article._meta.get_field(part)
    return str(capfirst(field.verbose_name))


def compared(part: str, before: Any, after: Any) -> str:
    if part in HTML:
        return named("".join(of_blocks(blocks_of(clean_html(before)), blocks_of(clean_html(after)))))
    if part in NAMED:
        return of_lines(*(names(NAMED[part], value) for value in (before, after)))
    if part == "references":
        return of_references(before, after)
    return of_words(before, after).replace("\n", "<br>")


def named(html: str) -> str:
    """With what stands in no text: the names of boxes and the addresses of videos."""
    html = BOX.sub(lambda match: f"{match[0]}<p><b>{escape(str(CALLOUTS[match[1]]))}</b></p>", html)
    return VIDEO.sub(lambda match: f"{match[0]}<p>{match[1]}</p>", html)


def of_words(before: str, after: str) -> str:
    """Of plain text, or of a piece of HTML whose tags are the same in both: those stay where they are."""
    return "".join(
        "".join(wrapped(mark, tokens)) for mark, tokens in steps(TOKEN.findall(before), TOKEN.findall(after))
    )


def of_blocks(before: list[str], after: list[str]) -> Iterator[str]:
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
    if may_be_compared(gone, come):
        if tags(gone) == tags(come):
            return "".join(html_words(gone, come))
        if parts := of_parts(gone, come):
            return parts
    return "".join(
        f'<div class="diff__{name}"><span class="visually-hidden">{label}</span>{html}</div>'
        for name, label, html in (("gone", _("Taken out:"), gone), ("new", _("Added:"), come))
        if html
    )


def may_be_compared(gone: str, come: str) -> bool:
    return bool(gone and come) and budget().goes_on()


def of_parts(gone: str, come: str) -> str:
    """A list by its items and a table by its rows; nothing when they are not of one kind or hold others."""
    for outer, inner in PARTS_OF:
        found = [
            re.fullmatch(rf"(<{outer}\b[^<>]*>(?:<t(?:head|body)>)?)(.*?)((?:</tbody>)?</{outer}>)", html, re.S)
            for html in (gone, come)
        ]
        if all(found) and not any(f"<{outer}" in match[2] for match in found if match):
            sides = [re.split(rf"(?<=</{inner}>)", match[2])[:-1] for match in found if match]
            if all("".join(side) == match[2] for side, match in zip(sides, found, strict=True) if match):
                return found[1][1] + "".join(item(*pair) for pair in pairs(*sides)) + found[1][3]  # type: ignore[index]
    return ""


def item(gone: str, come: str) -> str:
    if gone == come:
        return come
    if may_be_compared(gone, come) and tags(gone) == tags(come):
        return "".join(html_words(gone, come))
    return (gone and marked(gone, "gone", _("Taken out:"))) + (come and marked(come, "new", _("Added:")))


def marked(html: str, name: str, label: str) -> str:
    said = OPENING.sub(lambda opening: f'{opening[0]}<span class="visually-hidden">{label}</span> ', html)
    return re.sub(r"^<(li|tr)", rf'<\1 class="diff__{name}"', said)


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
            # White space between the items of a list is nobody's change, and no place for a mark.
            if is_tag or text.isspace():
                yield text if mark != "del" else ""
            else:
                yield f"<{mark}>{text}</{mark}>" if mark else text


def steps(before: list[str], after: list[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """("", kept), ("del", gone) and ("ins", come), in order."""
    old, new = sentences(before), sentences(after)
    for a, b, c, d in opcodes(old, new):
        if old[a:b] == new[c:d]:
            yield "", [token for sentence in new[c:d] for token in sentence]
        elif b - a == d - c <= MOST_COMPARED:
            for n in range(b - a):
                yield from of_sentence(old[a + n], new[c + n])
        else:
            yield from of_sentence(
                *([token for sentence in side for token in sentence] for side in (old[a:b], new[c:d]))
            )


def sentences(tokens: list[str]) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[]]
    for n, token in enumerate(tokens):
        found[-1].append(token)
        if token.isspace() and n and ENDS_SENTENCE.search(tokens[n - 1]):
            found.append([])
    return [tuple(sentence) for sentence in found if sentence]


def of_sentence(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    changes = list(tidied([(before[a:b], after[c:d]) for a, b, c, d in opcodes(before, after)]))
    kept = sum(words_in(come) for gone, come in changes if gone == come)
    if 2 * kept < REWRITTEN * (words_in(before) + words_in(after)):
        changes = as_a_whole(before, after)
    for gone, come in changes:
        if gone == come:
            yield "", come
        else:
            yield "del", gone
            yield "ins", come


def as_a_whole(before: Sequence[str], after: Sequence[str]) -> list[tuple[Sequence[str], Sequence[str]]]:
    """But for the tags around it: what went stands in the same element as what came."""
    start = next((n for n in range(common(before, after)) if not before[n].startswith("<")), common(before, after))
    inner = before[start:], after[start:]
    end = common(inner[0][::-1], inner[1][::-1])
    end = next((n for n in range(end) if not inner[0][-1 - n].startswith("<")), end)
    old, new = (side[: len(side) - end] for side in inner)
    edges = before[:start], after[len(after) - end :]
    return [(edges[0], edges[0]), (old, new), (edges[1], edges[1])]


def tidied(found: list[tuple[Sequence[str], Sequence[str]]]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Few words that stayed between two longer changes are shown as changed: nobody reads a sentence in splinters."""
    runs = [
        tuple([token for some in side for token in some] for side in zip(*group, strict=True))
        for _same, group in groupby(found, key=lambda pair: pair[0] == pair[1])
    ]
    gone: list[str] = []
    come: list[str] = []
    for n, (old, new) in enumerate(runs):
        if old == new and not (0 < n < len(runs) - 1 and is_island(runs[n - 1], old, runs[n + 1])):
            if gone or come:
                yield gone, come
            yield old, new
            gone, come = [], []
        else:
            gone, come = [*gone, *old], [*come, *new]
    if gone or come:
        yield gone, come


def is_island(before: Any, kept: list[str], after: Any) -> bool:
    if any(token.startswith("<") for token in kept):
        return False
    size = words_in(kept)
    return size == 0 or size <= ISLAND and all(size <= max(map(words_in, side)) for side in (before, after))


def words_in(tokens: Sequence[str]) -> int:
    return sum(not (token.isspace() or token.startswith("<")) for token in tokens)


def opcodes(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """Like SequenceMatcher's, but for each item that stayed, and in good time for any text: see `edge.sequences`."""
    a = c = 0
    for b, d in [*sorted(matches(before, after).items()), (len(before), len(after))]:
        if (a, c) != (b, d):
            yield a, b, c, d
        if b < len(before):
            yield b, b + 1, d, d + 1
        a, c = b + 1, d + 1


def wrapped(mark: str, tokens: Sequence[str]) -> Iterator[str]:
    text = escape("".join(tokens))
    if text:
        yield f"<{mark}>{text}</{mark}>" if mark else text


def of_lines(before: list[str], after: list[str]) -> str:
    rows = [f"<li><del>{escape(line)}</del></li>" for line in before if line not in after]
    rows += [f"<li>{escape(line)}</li>" if line in before else f"<li><ins>{escape(line)}</ins></li>" for line in after]
    return f"<ul>{''.join(rows)}</ul>"


def of_references(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    old, new = ({row["number"]: in_a_line(row) for row in rows} for rows in (before, after))
    rows = (of_words(old.get(number, ""), new.get(number, "")) for number in sorted({*old, *new}))
    return f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def in_a_line(row: dict[str, Any]) -> str:
    rest = (str(value) for name, value in row.items() if name != "number" and value)
    return f"{row['number']}. {' '.join(rest)}"


def names(model: Any, value: Any) -> list[str]:
    numbers = value if isinstance(value, list) else [value] if value else []
    rows = model.objects.in_bulk(numbers)
    return [str(rows[number]) if number in rows else _("(deleted)") for number in numbers]


def tags(html: str) -> list[str]:
    return [token for token in TOKEN.findall(html) if token.startswith("<")]
