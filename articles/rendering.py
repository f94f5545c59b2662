"""The text as readers get it: headings one can link to, references, pictures in every size, tables that scroll.

Works on what `clean_html` lets through and cleans once more first, so nothing stored in another way slips past.
One pass over the text; the time grows with its length and with nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape, unescape
from html.parser import HTMLParser

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models.articles import Article
from articles.models.images import Image
from articles.models.topics import Topic
from edge.richtext import clean_html

# [1] or [1, 3] or [2–4]. Bounded everywhere: a text of brackets and blanks costs no more than any other.
MARKER = re.compile(r"\[\s{0,3}(\d{1,3}(?:\s{0,3}[,;–-]\s{0,3}\d{1,3}){0,30})\s{0,3}\]")
NUMBER = re.compile(r"\d+")
VOID = {"br", "hr", "img"}
HEADINGS = {"h2", "h3"}
# Ids of headings begin so: they can never be those of the page around the text (comments, sources, ref-1).
HEADING_PREFIX = "s-"
IMAGE_SOURCE = re.compile(r'<img[^>]{0,2000}?\ssrc="([^"]{1,300})"')


def render_body(article: Article) -> str:
    """HTML of the article's text; store it in `body_html` (see `refresh`)."""
    numbers = set(article.references.values_list("number", flat=True))
    return render_html(article.body, references=numbers, images=images_in(article.body))


def render_guide(topic: Topic) -> str:
    """HTML of a topic's guide: the same as an article's, without references."""
    return render_html(topic.guide, references=(), images=images_in(topic.guide))


def refresh(article: Article) -> None:
    """Makes the stored page text anew from text, references and pictures as they are now."""
    article.body_html = render_body(article)
    Article.objects.filter(pk=article.pk).update(body_html=article.body_html)


def images_in(html: str) -> dict[str, Image]:
    """The library's pictures that stand in a text, by the address they are written with."""
    addresses = {unescape(address) for address in IMAGE_SOURCE.findall(html)}
    names = {address.removeprefix(settings.MEDIA_URL): address for address in addresses}
    found = Image.objects.filter(file__in=names).prefetch_related("renditions") if names else ()
    return {names[image.file.name]: image for image in found}


def render_html(html: str, *, references: Iterable[int], images: Mapping[str, Image]) -> str:
    renderer = _Renderer(set(references), images)
    renderer.feed(clean_html(html))
    renderer.close()
    return renderer.result()


def headings(html: str) -> list[tuple[int, str, str]]:
    """(level, id, words) of each heading in rendered HTML, for a table of contents."""
    found = re.findall(r'<h([23]) id="([^"]*)">(.*?)</h[23]>', html, flags=re.DOTALL)
    return [(int(level), anchor, unescape(re.sub(r"<[^>]*>", "", inner)).strip()) for level, anchor, inner in found]


def cited_numbers(html: str) -> set[int]:
    """The numbers that a text points at with [1] or [2–4]."""
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
    """Copies the text and works in what readers need. Text between two tags is gathered, so markers are seen whole."""

    def __init__(self, references: set[int], images: Mapping[str, Image]) -> None:
        super().__init__(convert_charrefs=False)
        self.references = references
        self.images = images
        self.out: list[str] = []
        self.text: list[str] = []
        self.heading_at: int | None = None
        self.links = 0
        self.rows = 0
        self.tables = 0
        self.anchors: dict[str, int] = {}
        self.cited: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        attributes = {name: value or "" for name, value in attrs}
        if tag in HEADINGS:
            self.heading_at = len(self.out)
        elif tag == "a":
            self.links += 1
            _mark_link(attributes)
        elif tag == "table":
            self._open_table()
        elif tag == "tr":
            self.rows += 1
        elif tag == "th":
            attributes.setdefault("scope", "col" if self.rows == 1 else "row")
        elif tag == "img":
            self.out.append(self._picture(attributes))
            return
        self.out.append(_tag(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if tag == "a":
            self.links -= 1
        if tag in HEADINGS and self.heading_at is not None:
            self._name_heading(tag)
        if tag not in VOID:
            self.out.append(f"</{tag}>")
        if tag == "table":
            self.out.append("</div>")

    def handle_data(self, data: str) -> None:
        self.text.append(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        self.text.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text.append(f"&#{name};")

    def result(self) -> str:
        self._flush()
        return "".join(self.out)

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
        return f'<a href="#ref-{number}" id="{anchor}">{number}</a>'

    def _name_heading(self, tag: str) -> None:
        start = self.heading_at or 0
        self.heading_at = None
        words = unescape(re.sub(r"<[^<>]*>", "", "".join(self.out[start + 1 :])))
        name = slugify(unicodedata.normalize("NFC", words), allow_unicode=True)[:60].strip("-") or "part"
        self.anchors[name] = times = self.anchors.get(name, 0) + 1
        # Two hyphens: no slug holds them, so a heading "Pain 2" never meets the second "Pain".
        anchor = HEADING_PREFIX + (name if times == 1 else f"{name}--{times}")
        self.out[start] = f'<{tag} id="{escape(anchor)}">'

    def _open_table(self) -> None:
        self.tables += 1
        self.rows = 0
        label = escape(_("Table %(number)s") % {"number": self.tables})
        self.out.append(f'<div class="table" tabindex="0" role="region" aria-label="{label}">')

    def _picture(self, attributes: dict[str, str]) -> str:
        image = self.images.get(attributes.get("src", ""))
        if image is not None:
            context = {"image": image, "alt": attributes.get("alt", "") or image.alt, "sizes": "", "lazy": True}
            return render_to_string("articles/picture.html", context).strip()
        if not attributes.get("src"):
            return ""
        attributes.setdefault("alt", "")
        return _tag("img", attributes | {"loading": "lazy", "decoding": "async"})


def _tag(tag: str, attributes: Mapping[str, str]) -> str:
    return "".join([f"<{tag}", *(f' {name}="{escape(value)}"' for name, value in attributes.items()), ">"])


def _mark_link(attributes: dict[str, str]) -> None:
    """Links within the site need no `rel`; those that leave say so."""
    address = attributes.get("href", "")
    if address.startswith(("#", settings.BASE_URL)) or (address.startswith("/") and not address.startswith("//")):
        attributes.pop("rel", None)
    else:
        attributes["rel"] = "external noopener noreferrer"
