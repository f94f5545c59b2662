"""Videos that are kept elsewhere: whose we know, and the one way in which their addresses are written.

A closed list: what is not in it is a link like any other. Nothing here asks anybody for anything.
"""

import re
from dataclasses import dataclass

MAX_LENGTH = 500  # characters of an address


@dataclass(frozen=True)
class Provider:
    """`pattern` is for Python and for the editor's script alike: its first group is the video's number there, its second,
    if any, the word that opens an unlisted one."""

    name: str
    company: str  # who learns of whoever watches
    pattern: str
    page: str
    host: str  # where the player comes from: the one that sets no cookies before the video is played
    player: str
    opening: str = ""  # how the second group stands in the player's address
    opening_page: str = ""


PROVIDERS = (
    Provider(
        name="YouTube",
        company="Google",
        pattern=(
            r"https?://(?:(?:(?:www|m|music)\.)?youtube\.com/(?:watch/?\?(?:[a-z_]+=[^&#\s]*&)*v=|shorts/|embed/|live/)"
            r"|(?:www\.)?youtube-nocookie\.com/embed/|youtu\.be/)([A-Za-z0-9_-]{11})(?:[?&#/]\S*)?"
        ),
        page="https://www.youtube.com/watch?v={}",
        host="https://www.youtube-nocookie.com",
        player="/embed/{}",
    ),
    Provider(
        name="Vimeo",
        company="Vimeo",
        pattern=(
            r"https?://(?:(?:www\.)?vimeo\.com/|player\.vimeo\.com/video/)([0-9]{5,12})"
            r"(?:(?:/|\?(?:[a-z_]+=[^&#\s]*&)*h=)([0-9a-f]{6,20}))?/?(?:[?&#]\S*)?"
        ),
        page="https://vimeo.com/{}",
        host="https://player.vimeo.com",
        player="/video/{}?dnt=1",
        opening="&h={}",
        opening_page="/{}",
    ),
)


@dataclass(frozen=True)
class Video:
    provider: Provider
    number: str
    opening: str = ""

    @property
    def address(self) -> str:
        """The page of the video at its provider: what is stored, and where readers may go to watch it."""
        return self.provider.page.format(self.number) + self._opened(self.provider.opening_page)

    @property
    def player(self) -> str:
        return self.provider.host + self.provider.player.format(self.number) + self._opened(self.provider.opening)

    def _opened(self, pattern: str) -> str:
        return pattern.format(self.opening) if self.opening else ""


def video_at(address: str) -> Video | None:
    """The video that an address leads to, as somebody copied it; None when it is none that we know."""
    address = address.strip()
    if len(address) > MAX_LENGTH:
        return None
    for provider in PROVIDERS:
        if match := re.fullmatch(provider.pattern, address):
            return Video(provider, *(group or "" for group in match.groups()))
    return None
