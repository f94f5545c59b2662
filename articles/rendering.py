"""HTML of a text as readers get it: headings one can link to, references, footnotes, boxes with their names, pictures in
every size, videos that ask first, tables that scroll.

Works on what `clean_html` lets through and cleans once more first, so nothing stored in another way slips past.
One pass over the text; the time grows with its length and with nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partialmethod
from html import escape, unescape
from html.parser import HTMLParser

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models.articles import Article
from articles.models.images import FormerFile, Image
from articles.models.topics import Topic
from edge.directions import directed, direction
from edge.hrefs import as_read
from edge.origin import is_ours
from edge.parts import render
from edge.richtext import CALLOUTS, clean_html
from edge.videos import video_at

# [1] or [1, 3] or [2–4]. Bounded everywhere: a text of brackets and blanks costs no more than any other.
MARKER = re.compile(r"\[\s{0,3}(\d{1,3}(?:\s{0,3}[,;–-]\s{0,3}\d{1,3}){0,30})\s{0,3}\]")
NUMBER = re.compile(r"\d+")
VOID = {"br", "hr", "img"}
HEADINGS = {"h2", "h3"}
# Ids of headings begin so: they can never be those of the page around the text (comments, sources, ref-1), nor those of
# boxes (box-1) and footnotes (note-1, note-at-1).
HEADING_PREFIX = "s-"
HEADING = re.compile(rf'<h([23]) id="({HEADING_PREFIX}[^"]*)"[^<>]*>(.*?)</h[23]>', re.DOTALL)
CITED_AT = re.compile(r' id="(cite-(\d+)(?:-\d+)?)"')
NOTE_MARK = re.compile(r'<sup class="note">.*?</sup>')
ADDRESS = re.compile(
    r"(https?://(?:(?!&nbsp;|&[lg]t;)[^\s<>\[\]\"']){1,300}(?<![.,;:!?)])|(?<![^\W_])(?:tel|sms):\+?[0-9]{2,20}(?!\w))"
)
# How each kind of box looks, in the words of the style sheet.
BOXES = {"help": "when", "key": "callout", "questions": "callout callout--questions"}
IMAGE_SOURCE = re.compile(r'<img[^>]{0,2000}?\ssrc="([^"]{1,300})"')


def render_body(article: Article) -> str:
    numbers = set(article.references.values_list("number", flat=True))
    images, address = images_in(article.body), article.get_absolute_url()
    return render_html(article.body, references=numbers, images=images, address=address)


def render_guide(topic: Topic) -> str:
    return render_html(topic.guide, references=(), images=images_in(topic.guide))


def refresh(article: Article) -> None:
    """Makes the stored page text anew from text, references and pictures as they are now."""
    article.body_html = render_body(article)
    Article.objects.filter(pk=article.pk).update(body_html=article.body_html)


def images_in(html: str) -> dict[str, Image]:
    """The library's pictures that stand in a text, by the address they are written with."""
    addresses = {unescape(address) for address in IMAGE_SOURCE.findall(html)}
    names = {address.removeprefix(settings.MEDIA_URL): address for address in addresses}
    found = {image.file.name: image for image in Image.objects.filter(file__in=names).prefetch_related("renditions")}
    # What another file has replaced is shown as it is now.
    former = FormerFile.objects.filter(name__in=names.keys() - found.keys()).select_related("image")
    found |= {file.name: file.image for file in former.prefetch_related("image__renditions")}
    return {names[name]: image for name, image in found.items()}


def render_html(html: str, *, references: Iterable[int], images: Mapping[str, Image], address: str = "") -> str:
    """`address` is that of the page around the text, if videos have a page below it: see `articles/public/videos.py`."""
    cleaned = clean_html(html)
    renderer = _Renderer(set(references), images, address, direction(cleaned))
    renderer.feed(directed(cleaned))
    renderer.close()
    return renderer.result()


def headings(html: str) -> list[tuple[int, str, str]]:
    """(level, id, words) of each of the text's own headings in rendered HTML, for a table of contents."""
    return [(int(level), anchor, _words(inner)) for level, anchor, inner in HEADING.findall(html)]


def _words(html: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", NOTE_MARK.sub("", html))).strip()


def places_cited(html: str) -> dict[int, list[str]]:
    """For each source the ids of the places in rendered HTML that point at it, in their order."""
    places: dict[int, list[str]] = {}
    for anchor, number in CITED_AT.findall(html):
        places.setdefault(int(number), []).append(anchor)
    return places


def cited_numbers(html: str) -> set[int]:
    return {number for match in MARKER.finditer(html) for number in _numbers(match[1])}


def _numbers(marker: str) -> list[int]:
    """`1, 3–5` as 1, 3, 4, 5. A range that is not one counts as its two ends."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", marker):
        ends = [int(number) for number in NUMBER.findall(part)]
        whole = len(ends) == 2 and ends[0] < ends[1] < ends[0] + 30
        numbers += range(ends[0], ends[1] + 1) if whole else ends
    return numbers


class _Renderer(HTMLParser):
    """Copies the text and works in what readers need. Text between two tags is gathered, so markers are seen whole.

    An element that needs more than a copy has a method of its own: `_begin_table`, `_end_table`.
    """

    links = rows = tables = videos = boxes = 0
    # Places in `out`.
    row_at = box_at = caption_at = 0
    heading_at: int | None = None
    credit = ""

    def __init__(self, references: set[int], images: Mapping[str, Image], address: str, direction: str) -> None:
        super().__init__(convert_charrefs=False)
        self.references = references
        self.images = images
        self.address = address
        self.direction = direction
        self.out: list[str] = []
        self.text: list[str] = []
        self.cells: list[str] = []
        self.notes: list[str] = []
        self.marks: list[str] = []  # of footnotes inside a link, until it ends: no link holds another
        self.anchors: dict[str, int] = {}
        self.cited: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        attributes = {name: value or "" for name, value in attrs}
        begin = getattr(self, f"_begin_{tag}", None)
        self.out.append(begin(attributes) if begin else _tag(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._end_span()
            return
        self._flush()
        end = getattr(self, f"_end_{tag}", None)
        if end:
            end()
        elif tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text.append(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        self.text.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text.append(f"&#{name};")

    def result(self) -> str:
        self._flush()
        # The row of a header around another table.
        text = "".join(self.out).replace('<th scope="?"', '<th scope="row"')
        return text + self._list_of_notes()

    def _flush(self) -> None:
        """A heading's own text takes no markers (it is repeated in the contents), nor does that of a link."""
        text, self.text = "".join(self.text), []
        if text:
            free = self.heading_at is None and not self.links
            self.out.append(MARKER.sub(self._cite, text) if free else text)

    def _cite(self, match: re.Match[str]) -> str:
        """`[1, 3]` with a link for each source there is; left alone when it means none of them."""
        if not self.references.intersection(_numbers(match[1])):
            return match[0]
        return f'<sup class="cite">[{NUMBER.sub(self._point, match[1])}]</sup>'

    def _point(self, match: re.Match[str]) -> str:
        number = int(match[0])
        if number not in self.references:
            return match[0]
        self.cited[number] = times = self.cited.get(number, 0) + 1
        anchor = f"cite-{number}" if times == 1 else f"cite-{number}-{times}"
        label = escape(_("Source %(number)s") % {"number": number})
        return f'<a href="#ref-{number}" id="{anchor}" aria-label="{label}">{number}</a>'

    # --- Headings, links, tables ---------------------------------------------------------------------------------------

    def _begin_h2(self, attributes: dict[str, str], tag: str = "h2") -> str:
        self.heading_at = len(self.out)
        return _tag(tag, attributes)

    _begin_h3 = partialmethod(_begin_h2, tag="h3")

    def _end_h2(self, tag: str = "h2") -> None:
        if self.heading_at is not None:
            start, self.heading_at = self.heading_at, None
            words = _words("".join(self.out[start + 1 :]))
            self.out[start] = self.out[start].replace(f"<{tag}", f'<{tag} id="{escape(self._anchor(words))}"', 1)
        self.out.append(f"</{tag}>")

    _end_h3 = partialmethod(_end_h2, tag="h3")

    def _anchor(self, words: str) -> str:
        name = slugify(unicodedata.normalize("NFC", words), allow_unicode=True)[:60].strip("-") or "part"
        self.anchors[name] = times = self.anchors.get(name, 0) + 1
        # Two hyphens: no slug holds them, so a heading "Pain 2" never meets the second "Pain".
        return HEADING_PREFIX + (name if times == 1 else f"{name}--{times}")

    def _begin_a(self, attributes: dict[str, str]) -> str:
        self.links += 1
        return _tag("a", _marked(attributes))

    def _end_a(self) -> None:
        self.links -= 1
        self.out += ["</a>", *self.marks]
        self.marks = []

    def _begin_table(self, attributes: dict[str, str]) -> str:
        self.tables += 1
        self.rows = 0
        label = escape(_("Table %(number)s") % {"number": self.tables})
        return f'<div class="table" tabindex="0" role="region" aria-label="{label}">{_tag("table", attributes)}'

    def _end_table(self) -> None:
        self.out.append("</table></div>")

    def _begin_tr(self, attributes: dict[str, str]) -> str:
        self.rows += 1
        self.row_at, self.cells = len(self.out), []
        return _tag("tr", attributes)

    def _begin_td(self, attributes: dict[str, str]) -> str:
        self.cells.append("td")
        return _tag("td", attributes)

    def _begin_th(self, attributes: dict[str, str]) -> str:
        self.cells.append("th")
        return _tag("th", attributes if "scope" in attributes else {"scope": "?", **attributes})

    def _end_tr(self) -> None:
        """A first row of headers names the columns; any other header its row."""
        scope = "col" if self.rows == 1 and "td" not in self.cells else "row"
        for at in range(self.row_at, len(self.out)):
            self.out[at] = self.out[at].replace('<th scope="?"', f'<th scope="{scope}"')
        self.out.append("</tr>")

    # --- Pictures and videos -------------------------------------------------------------------------------------------

    def _begin_img(self, attributes: dict[str, str]) -> str:
        image = self.images.get(attributes.get("src", ""))
        if image is not None:
            self.credit = render("articles/credit.html", {"image": image})
            context = {"image": image, "alt": attributes.get("alt", "") or image.alt, "sizes": "", "lazy": True}
            return render("articles/picture.html", context)
        if not attributes.get("src"):
            return ""
        attributes.setdefault("alt", "")
        return _tag("img", attributes | {"loading": "lazy", "decoding": "async"})

    def _begin_figure(self, attributes: dict[str, str]) -> str:
        self.credit = ""
        video = video_at(attributes.get("data-embed", ""))
        if video is None:
            return "<figure>"
        self.videos += 1
        address = f"{self.address}video/{self.videos}/" if self.address else ""
        poster = render("articles/poster.html", {"video": video, "address": address})
        return f'<figure class="video">{poster}'

    def _begin_figcaption(self, attributes: dict[str, str]) -> str:
        self.caption_at = len(self.out)
        return _tag("figcaption", attributes)

    def _end_figcaption(self) -> None:
        """The credit is the library's; a caption without words is none."""
        if self.credit:
            self.out.append(f" {self.credit}")
            self.credit = ""
        if len(self.out) == self.caption_at + 1:
            self.out.pop()
        else:
            self.out.append("</figcaption>")

    def _end_figure(self) -> None:
        if self.credit:
            self.out.append(f"<figcaption>{self.credit}</figcaption>")
            self.credit = ""
        self.out.append("</figure>")

    # --- Boxes and footnotes -------------------------------------------------------------------------------------------

    def _begin_aside(self, attributes: dict[str, str]) -> str:
        self.boxes += 1
        self.box_at = len(self.out)
        kind = attributes["data-callout"]
        name = escape(str(CALLOUTS[kind]))
        look, anchor = BOXES[kind], f"box-{self.boxes}"
        return f'<div class="{look}" role="note" aria-labelledby="{anchor}"><h2 id="{anchor}">{name}</h2>'

    def _end_aside(self) -> None:
        """A box in which nobody has written anything is none."""
        inside = "".join(self.out[self.box_at + 1 :])
        if _words(inside) or "<img" in inside:
            self.out.append("</div>")
        else:
            del self.out[self.box_at :]

    def _begin_span(self, attributes: dict[str, str]) -> str:
        return ""

    def _end_span(self) -> None:
        words, self.text = "".join(self.text), []
        parts = ADDRESS.split(words)
        parts[::2] = [MARKER.sub(self._cite, part) for part in parts[::2]]
        parts[1::2] = [f"{_tag('a', _marked({'href': unescape(part)}))}{as_read(part)}</a>" for part in parts[1::2]]
        self.notes.append("".join(parts))
        mark = _note_mark(len(self.notes))
        (self.marks if self.links else self.out).append(mark)

    def _list_of_notes(self) -> str:
        if not self.notes:
            return ""
        back = escape(_("Back to the text from footnote %(letter)s"))
        rows = (
            f'<li id="note-{n}"{self.direction}>{words} <a href="#note-at-{n}" class="note__back" '
            f'aria-label="{back % {"letter": _letters(n)}}">↩</a></li>'
            for n, words in enumerate(self.notes, start=1)
        )
        title = escape(_("Notes"))
        return f'<section class="notes" aria-labelledby="notes"><h2 id="notes">{title}</h2><ol>{"".join(rows)}</ol></section>'


def _tag(tag: str, attributes: Mapping[str, str]) -> str:
    return "".join([f"<{tag}", *(f' {name}="{escape(value)}"' for name, value in attributes.items()), ">"])


def _letters(number: int) -> str:
    letters, rest = "", number
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters


def _note_mark(number: int) -> str:
    letters = _letters(number)
    label = escape(_("Footnote %(letter)s") % {"letter": letters})
    return f'<sup class="note"><a href="#note-{number}" id="note-at-{number}" aria-label="{label}">{letters}</a></sup>'


def _marked(attributes: dict[str, str]) -> dict[str, str]:
    """Those that leave the site say so in `rel`; others, and those that call or write to somebody, need none."""
    attributes.pop("rel", None)
    address = attributes.get("href", "")
    if address.lower().startswith(("http://", "https://")) and not is_ours(address):
        attributes["rel"] = "external noopener noreferrer"
    return attributes
