"""What the templates in `site/parts/` can call: the functions behind the filters of Django's templates."""

from typing import Any

from django.template import defaultfilters
from django.templatetags.static import static
from django.utils.translation import gettext
from jinja2 import Environment, StrictUndefined

from articles.models import Feedback
from articles.public.votes import STARS
from articles.templatetags import reading
from comments.templatetags import readers_words
from edge.parts import Numbered, initials, iso, url, when

OF_DJANGO = ("date", "linebreaks", "linebreaksbr", "floatformat")


def environment(**options: Any) -> Environment:
    made = Environment(**{**options, "undefined": StrictUndefined})  # noqa: S701  Django turns escaping on
    # `_("…")` is what makemessages finds; sentences that count are made in Python.
    made.globals |= {"_": gettext, "url": url, "numbered": Numbered, "static": static, "STARS": STARS}
    made.globals["ANSWERS"] = Feedback.Answer.choices
    made.filters |= {name: defaultfilters.register.filters[name] for name in OF_DJANGO}
    made.filters |= {"initials": initials, "iso": iso, "when": when}
    made.filters |= reading.register.filters | readers_words.register.filters
    return made
