"""The closed schema of writers' HTML: what the editor can make, and the sanitiser that holds every path to it.

nh3 holds tags and attributes; what stands where is held here. A box (`<aside data-callout>`) and a video
(`<figure data-embed>`) stand between paragraphs, never inside a list, a table, a quotation or one another; a footnote
(`<span data-footnote>`) holds words and nothing else. Where something is not in its place its words stay.
"""

import re
from collections import Counter
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.db import models
from django.forms import Script
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media

from edge.hrefs import SCHEMES, address_of
from edge.videos import video_at

# The kinds of boxes, and what stands over them: not part of the text.
CALLOUTS = {
    "help": _("When to get help"),
    "key": _("Key points"),
    "questions": _("Questions for your doctor"),
}
# What every editor can make. That of articles and guides makes boxes, footnotes and videos, too: `articles/admin/widgets.py`.
# The sanitiser below keeps what these produce and nothing else.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"protocols": ["http", "https", "mailto", "tel", "sms"], "enableTarget": False},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": True,
    "Image": True,
    "Caption": True,
    "History": True,
}
TAGS = {
    *("p", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "br", "a", "strong", "em", "sub", "sup"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
    *("aside", "span"),
}
# What its author has struck or deleted is not what she says.
TAKEN_BACK = {"del", "s", "strike"}
# What may be written from right to left. Readers see it so by itself (edge/directions.py): kept is what somebody has set.
DIRECTED = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "th", "td"}
ATTRIBUTES = {
    **{tag: {"dir"} for tag in DIRECTED},
    "a": {"href", "title"},
    "ol": {"dir", "start", "type"},
    "th": {"dir", "colspan", "rowspan", "scope"},
    "td": {"dir", "colspan", "rowspan"},
    "img": {"src", "alt", "width", "height"},
    "aside": {"data-callout"},
    "span": {"data-footnote"},
    "figure": {"data-embed"},
}
# What a feed cannot hold; some programs put them into what is copied from a PDF.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Elements that need no end tag: many of them in a row are not deep.
ENDS_BY_ITSELF = {
    *("p", "li", "br", "hr", "img", "td", "th", "tr", "thead", "tbody", "tfoot", "dt", "dd", "col", "colgroup"),
    *("input", "source", "wbr", "link", "meta"),
}
MAX_DEPTH = 100
MAX_WORK = 1_000_000  # tags times the elements that are open around them
TURNS = 6  # twice what any text has needed
# The editor puts a paragraph into every item of a list, other sources do not: one text, one form.
PARAGRAPH_IN_ITEM = re.compile(r"(<li(?: dir=\"\w+\")?>)<p>((?:(?!</?(?:p|li|ul|ol)\b)[\s\S])*)</p>(?=</li>|<[uo]l)")
RENAMED = (("<b>", "<strong>"), ("</b>", "</strong>"), ("<i>", "<em>"), ("</i>", "</em>"))
# Of what nh3 writes: attributes are quoted, and neither text nor values hold a bare < or >.
WRITTEN_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
ADDRESS = re.compile(r' data-embed="([^"]*)"')
SHAPED = re.compile(r"<(?:aside|span|figure|figcaption)\b")
AS_PARAGRAPH = {"<figcaption>": "<p>", "</figcaption>": "</p>"}
VOID = {"br", "hr", "img"}
INLINE = {"a", "strong", "em", "sub", "sup", "span", "br"}
# Two words that only one of these parts are two words without it, too.
PARTING = {"p", "br", "li", "td", "th", "h2", "h3", "figcaption", "blockquote", "caption"}


def clean_html(html: str) -> str:
    """Keeps the schema and drops the rest; cleaning twice equals once.

    Pictures stay only when they are our own uploads: anything else would make readers' browsers ask another host.
    """
    text = html
    # What was taken out of its place may leave something behind that a parser reads in another way.
    for _turn in range(TURNS):
        if _nests_too_deep(html):
            break
        cleaned = _cleaned(html)
        if cleaned == html:
            return html
        html = cleaned
    return _cleaned(f"<p>{escape(text, quote=False)}</p>")


def _cleaned(html: str) -> str:
    html = nh3.clean(
        CONTROL.sub("", html),
        tags=TAGS | {"b", "i"},
        clean_content_tags={"script", "style", *TAKEN_BACK},
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    for old, new in RENAMED:
        html = html.replace(old, new)
    html = PARAGRAPH_IN_ITEM.sub(r"\1\2", shaped(html))
    # The editor leaves one empty paragraph where there is nothing.
    return "" if re.fullmatch(r"\s*<p>\s*</p>\s*", html) else html


def _nests_too_deep(html: str) -> bool:
    """The parser's time grows with length times depth: minutes for a text of unclosed lists. No writer nests so, and
    such a text is kept as words."""
    open_now: Counter[str] = Counter()
    depth = work = 0
    for closing, name in TAG.findall(html):
        work += depth
        if depth > MAX_DEPTH or work > MAX_WORK:
            return True
        tag = name.lower()
        if tag in ENDS_BY_ITSELF or (closing and not open_now[tag]):
            continue
        step = -1 if closing else 1
        open_now[tag] += step
        depth += step
    return depth > MAX_DEPTH


class PlainEditorWidget(AdminProseEditorWidget):
    """The package's own editor, for newsletters and standing pages. What is pasted there means what it means in articles."""

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/editor-plain.js", type="module")]) + super().media  # listens for what that makes


class RichTextField(ProseEditorField):
    """HTML of the closed schema, edited with the editor and sanitised on its way into the database.

    Cleaning on the way to the database, not in the form, holds for every path: form, script, `bulk_create`, `update`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EXTENSIONS)
        kwargs.setdefault("sanitize", clean_html)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = clean_html(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(clean_html(value) if isinstance(value, str) else value, connection)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "dir":
        return value.lower() if value.lower() in {"ltr", "rtl"} else None
    check = CHECKED.get((tag, attribute))
    return check(value) if check else value


def _our_upload(value: str) -> str | None:
    parts = urlsplit(value)
    ours = not parts.scheme and not parts.netloc and value.startswith(settings.MEDIA_URL)
    return value if ours else None


def _video_address(value: str) -> str | None:
    video = video_at(value)
    return video.address if video else None


CHECKED: dict[tuple[str, str], Callable[[str], str | None]] = {
    ("img", "src"): _our_upload,
    ("a", "href"): address_of,
    ("a", "title"): lambda value: value or None,
    ("ol", "type"): lambda value: value if value in {"a", "A", "i", "I"} else None,
    ("th", "scope"): lambda value: value if value in {"col", "row", "colgroup", "rowgroup"} else None,
    ("aside", "data-callout"): lambda value: value if value in CALLOUTS else None,
    ("span", "data-footnote"): lambda value: "",
    ("figure", "data-embed"): _video_address,
}


def shaped(html: str) -> str:
    """`html` as nh3 cleaned it, with everything in a place where the editor can have it. Safe to call twice. One pass;
    the time grows with the length of the text."""
    return _Shaper().shape(html) if SHAPED.search(html) else html


class _Shaper:
    def __init__(self) -> None:
        self.out: list[str] = []
        # Of each open element its name, how it ends (not at all when it was left out), and where it begins in `out`.
        self.open: list[tuple[str, str, int]] = []
        self.depth = 0  # of those that were kept
        self.in_note = False
        self.in_video = False
        self.in_caption = False

    def shape(self, html: str) -> str:
        at = 0
        for match in WRITTEN_TAG.finditer(html):
            self.out.append(html[at : match.start()])
            at = match.end()
            tag, closing, name, attributes = match[0], match[1], match[2], match[3]
            if closing:
                self._close()
            elif name in VOID:
                self._void(name, tag)
            else:
                self._open(name, tag, attributes)
        return "".join([*self.out, html[at:]])

    def _open(self, name: str, tag: str, attributes: str) -> None:
        begin, end = self._kept(name, tag, attributes)
        self.open.append((name, end, len(self.out)))
        self.out.append(begin)
        self.depth += bool(end)

    def _kept(self, name: str, tag: str, attributes: str) -> tuple[str, str]:
        if self.in_note or (self.in_caption and name not in INLINE):
            return " " if name in PARTING else "", ""
        if name == "span":
            return self._note() if attributes else ("", "")
        if name == "aside":
            return (tag, "</aside>") if attributes and not self.depth else ("", "")
        if name == "figure" and (address := ADDRESS.search(attributes)):
            return self._video(tag, address[1])
        if name == "figcaption":
            return self._caption(tag)
        return tag, f"</{name}>"

    def _note(self) -> tuple[str, str]:
        self.in_note = True
        return "", "</span>"

    def _video(self, tag: str, address: str) -> tuple[str, str]:
        """Where no video can stand its address stays, as words."""
        if self.depth:
            return f"{address} ", ""
        self.in_video = True
        return tag, "</figure>"

    def _caption(self, tag: str) -> tuple[str, str]:
        """Outside a figure it is a paragraph, where one can be."""
        in_figure = bool(self.open) and self.open[-1][1] == "</figure>"
        self.in_caption = in_figure or not self.depth
        if in_figure:
            return tag, "</figcaption>"
        return ("", "") if self.depth else ("<p>", "</p>")

    def _void(self, name: str, tag: str) -> None:
        if self.in_note or (self.in_caption and name not in INLINE):
            self.out.append(" ")
        elif not (name == "img" and self.in_video):
            self.out.append(tag)

    def _close(self) -> None:
        name, end, begin = self.open.pop()
        self.depth -= bool(end)
        if name == "figcaption":
            self.in_caption = False
        if name == "span" and end:
            self._end_note(begin)
        elif name == "figure" and end and not self.in_video:
            self._end_figure(begin)
        else:
            self.out.append(end)
        self.in_video = self.in_video and self.depth > 0

    def _end_note(self, begin: int) -> None:
        words = " ".join("".join(self.out[begin:]).split())
        self.out[begin:] = [f'<span data-footnote="">{words}</span>'] if words else []
        self.in_note = False

    def _end_figure(self, begin: int) -> None:
        inner = self.out[begin + 1 :]
        if any(piece.startswith("<img") for piece in inner):
            self.out.append("</figure>")
        else:
            other = dict.fromkeys(AS_PARAGRAPH, "") if self.depth else AS_PARAGRAPH
            self.out[begin:] = [other.get(piece, piece) for piece in inner]
