"""Editors' HTML on its way into mail: no pictures, whole addresses, and the same words as plain text."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import nh3
from django.conf import settings

from edge.directions import directed
from edge.hrefs import SCHEMES, as_read
from edge.mail import tidy
from edge.richtext import ATTRIBUTES, TAGS

# A picture would be fetched from somewhere when the mail is opened, and so tell when and where that was.
MAIL_TAGS = TAGS - {"img", "figure", "figcaption"}
BLOCKS = {"p", "h2", "h3", "blockquote", "ul", "ol", "table", "tr", "li", "hr"}


def mail_html(html: str) -> str:
    attributes = {tag: names for tag, names in ATTRIBUTES.items() if tag in MAIL_TAGS}
    cleaned = nh3.clean(
        html,
        tags=MAIL_TAGS,
        clean_content_tags={"figcaption", "script", "style"},
        attributes=attributes,
        attribute_filter=whole_address,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return directed(cleaned)


def whole_address(tag: str, name: str, value: str) -> str:
    return urljoin(f"{settings.BASE_URL}/", value) if (tag, name) == ("a", "href") else value


def mail_text(html: str) -> str:
    """The words of mail_html(html): blocks as paragraphs, list items with a dash, a link's address behind its words."""
    writer = TextWriter()
    writer.feed(mail_html(html))
    writer.close()
    lines = [" ".join(line.split()) for line in "".join(writer.parts).split("\n")]
    return tidy("\n".join(lines)).strip()


class TextWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n\n")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links and (address := self.links.pop()):
            self.parts.append(f" ({as_read(address)})")
        elif tag in BLOCKS - {"li"}:
            self.parts.append("\n\n")
        elif tag in {"td", "th"}:
            self.parts.append("  ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))
