"""Signals: what the checks noticed in a text, as it is kept with the text and told to moderators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_ALIKE = 50  # near-identical texts are counted no further

Spots = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Signal:
    """Something noticed. `points` say how much it weighs, `spots` where it stands in the body as it was typed:
    (start, end) in characters. `count` how often, or how many; `about` which word, domain or number of them."""

    code: str
    points: int
    count: int = 1
    spots: Spots = ()
    about: str = ""

    @property
    def label(self) -> str:
        said = LABELS[self.code](self.count) if self.code in LABELS else self.code
        return f"{said}: {self.about}" if self.about else said

    def as_json(self) -> dict[str, Any]:
        spots = [list(spot) for spot in self.spots]
        return {"code": self.code, "points": self.points, "count": self.count, "spots": spots, "about": self.about}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Signal":
        spots = tuple((int(start), int(end)) for start, end in data.get("spots", ()))
        numbers = int(data.get("points", 0)), int(data.get("count", 1))
        return cls(str(data["code"]), *numbers, spots, str(data.get("about", "")))


LABELS: dict[str, Callable[[int], str]] = {
    "trap": lambda _n: _("filled in a field that people do not see"),
    "crisis": lambda _n: _("somebody may be in danger"),
    "close": lambda _n: _("about somebody close to the writer"),
    "abuse": lambda _n: _("may tell somebody to harm herself"),
    "unheard": lambda _n: _("in a language in which danger is not looked for: please read it with care"),
    "sanction": lambda _n: _("a moderator reads everything by this person first"),
    "raid": lambda _n: _("came in during a raid"),
    "outside": lambda n: _("the outside check calls it spam") if n else _("the outside check has not answered yet"),
    "posing": lambda _n: _("the name looks like a writer's, a role's or the site's"),
    "blocked": lambda _n: _("on the list of blocked words"),
    "stop": lambda _n: _("may tell somebody to stop a treatment"),
    "dosage": lambda _n: _("may tell somebody how much to take"),
    "personal": lambda _n: _("shows a telephone number, an address or a number of a record"),
    "throwaway": lambda _n: _("the e-mail address is a throw-away one"),
    "fast": lambda _n: _("sent within seconds"),
    "old_form": lambda _n: _("the form had been open for more than a day"),
    "links": lambda n: ngettext("%(n)d link", "%(n)d links", n) % {"n": n},
    "shortener": lambda _n: _("hides where a link leads"),
    "repeat": lambda _n: _("the same text stands here already"),
    # As it was when this text came in; how many wait now, a group's heading says.
    "near_repeat": lambda n: (
        _("nearly the same as %(n)d texts before it or more") % {"n": n}
        if n >= MOST_ALIKE
        else ngettext("nearly the same as %(n)d text before it", "nearly the same as %(n)d texts before it", n)
        % {"n": n}
    ),  # fmt: skip
    "rejected": lambda n: (
        ngettext("%(n)d text by this person turned down lately", "%(n)d texts by this person turned down lately", n)
        % {"n": n}
    ),
    "first": lambda _n: _("first comment"),
    "network": lambda n: (
        ngettext("%(n)d other from this network in ten minutes", "%(n)d others from this network in ten minutes", n)
        % {"n": n}
    ),
    "foreign": lambda _n: _("in another language than the site"),
    "suspect": lambda _n: _("on the list of suspect words"),
    "score": lambda n: _("%(n)d %% like what was spam here") % {"n": n},
    "long": lambda n: ngettext("very long: %(n)d character", "very long: %(n)d characters", n) % {"n": n},
    "capitals": lambda _n: _("mostly capitals"),
}
