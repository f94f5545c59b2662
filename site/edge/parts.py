"""Parts of pages that repeat something: written for Jinja2, which renders a long list several times faster than Django's
own templates. They lie in `site/parts/`; a page takes one in by `{% part %}`.
"""

import re
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.cache import caches
from django.forms import BaseForm, BaseFormSet
from django.template import Context, Library, engines
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from jinja2.ext import Extension

# A line's end with the indentation of the next. Beside a tag, of HTML or of the template, it only serves who reads the
# template; within a sentence it is a blank.
AFTER_TAG = re.compile(r"(?<=[>}])(?<!\}\})\s*\n\s*")
BEFORE_TAG = re.compile(r"\s*\n\s*(?=[<>]|\{[%#])")
LINE_END = re.compile(r"\s*\n\s*")
KEPT_SECONDS = 60
# After that many days "3 days ago" says less than the date.
RECENT = timedelta(days=7)
# What views call a refusal that no form speaks of.
REFUSALS = ("refused", "blocked", "too_many", "too_often", "too_late")

register = Library()


class OneLine(Extension):
    """Takes the line breaks out of a template when it is compiled, so that one element a line weighs nothing."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return LINE_END.sub(" ", BEFORE_TAG.sub("", AFTER_TAG.sub("", source.strip())))


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def initials(name: str) -> str:
    """Of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0].upper() for word in [*words[:1], *words[1:][-1:]])


def when(written: datetime) -> str:
    """How long ago while that is easily grasped, then the date."""
    is_recent = timezone.now() - written < RECENT
    return naturaltime(written) if is_recent else date_format(timezone.localtime(written))


def iso(written: datetime) -> str:
    """For machines and for the tooltip; in no language, for fifty dates in words take longer than the queries."""
    return timezone.localtime(written).isoformat(" ", "minutes")


class Numbered:
    """The addresses of a list that differ in a number only: looked up once for all of them."""

    def __init__(self, name: str) -> None:
        self.before, _number, self.after = reverse(name, args=[0]).rpartition("0")

    def __call__(self, number: int) -> str:
        return f"{self.before}{number}{self.after}"


@register.simple_tag(takes_context=True)
def part(context: Context, path: str, **more: Any) -> SafeString:
    """As {% include %}: {% part "articles/rail.html" is_guide=True %}."""
    return render(path, {**context.flatten(), **more})  # type: ignore[dict-item]


@register.simple_tag(takes_context=True)
def words_of(context: Context, name: str) -> SafeString:
    """What a block of the page says, in one line, for a place besides the block's own."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(" ".join(block.nodelist.render(context).split()) if block else "")  # noqa: S308  a template's output


@register.simple_tag(takes_context=True)
def error_first(context: Context) -> str:
    """What a title begins with when the page refuses something: it is the first that a screen reader says."""
    values = context.flatten()
    refuses = any(values.get(name) for name in REFUSALS) or any(has_errors(each) for each in values.values())  # type: ignore[union-attr]
    return gettext("Error: ") if refuses else ""


def has_errors(value: object) -> bool:
    # Its type, for to ask a lazy object what it is would look who is there: that is no business of a public page.
    is_form = issubclass(type(value), (BaseForm, BaseFormSet))
    return is_form and value.is_bound and not value.is_valid()  # type: ignore[attr-defined]


def render(name: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(engines["parts"].get_template(name).render(context))  # noqa: S308  escaped by the template


def render_kept(name: str, context: dict[str, Any]) -> SafeString:
    """The same, kept in memory for a minute by all that it is made of: another value anywhere is another part.

    `context` holds plain values and tuples of them, nothing that could say something else later. What a template makes
    of the present moment ("a minute ago") is up to a minute late, as in every copy of the page that lies in a cache.
    """
    made_of = repr((name, get_language(), context)).encode()
    key = f"part-{blake2b(made_of, digest_size=24).hexdigest()}"
    kept = caches["pages"].get(key)
    if kept is None:
        caches["pages"].set(key, kept := str(render(name, context)), KEPT_SECONDS)
    return mark_safe(kept)  # noqa: S308  by `render`
