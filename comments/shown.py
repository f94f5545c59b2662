"""How a reader's words become HTML: everything escaped, addresses made links, lines kept. Never the other way round."""

import re

from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

# A link in a reader's words is the reader's ("ugc"), and no recommendation of ours.
PLAIN, OURS = 'rel="nofollow"', 'rel="nofollow ugc"'
# Looking for addresses word by word is most of the work of showing a comment; most comments hold none.
MAY_HOLD_LINK = re.compile(r"://|@|\w\.\w")


def as_html(text: str) -> SafeString:
    """Safe for any text. After escaping no quote of the reader's is left, so PLAIN can only be urlize's own."""
    linked: str = escape(text)
    if MAY_HOLD_LINK.search(text):
        linked = urlize(text, nofollow=True, autoescape=True).replace(PLAIN, OURS)
    return mark_safe(linebreaks(linked, autoescape=False))  # noqa: S308
