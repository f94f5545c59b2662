"""What stands where in writers' HTML: the rules that a list of tags and attributes cannot say.

A box (`<aside data-callout>`) and a video (`<figure data-embed>`) stand between paragraphs, never inside a list, a table, a
quotation or one another; a footnote (`<span data-footnote>`) holds words and nothing else. Where something is not in its
place its words stay. One pass; the time grows with the length of the text.
"""

import re

# Of what nh3 writes: attributes are quoted, and neither text nor values hold a bare < or >.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
ADDRESS = re.compile(r' data-embed="([^"]*)"')
SHAPED = re.compile(r"<(?:aside|span|figure|figcaption)\b")
AS_PARAGRAPH = {"<figcaption>": "<p>", "</figcaption>": "</p>"}
VOID = {"br", "hr", "img"}
INLINE = {"a", "strong", "em", "sub", "sup", "span", "br"}
# Two words that only one of these parts are two words without it, too.
PARTING = {"p", "br", "li", "td", "th", "h2", "h3", "figcaption", "blockquote", "caption"}


def shaped(html: str) -> str:
    """`html` as nh3 cleaned it, with everything in a place where the editor can have it. Safe to call twice."""
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
        for match in TAG.finditer(html):
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
