"""Forms that were refused: what was typed into them, and whether one button may send it again.

It may where a form publishes nothing by itself. Its view says so; what only a signed link may do is not among them, and
nothing that staff do.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

# Of the form itself, such as the key of a captcha: they say nothing, and hold no words.
SIGNS = re.compile(r"[\w:.=+/-]{0,600}", re.ASCII)
LONG = 8  # rows
LABELS = {"title": _("Title"), "name": _("Name"), "email": _("E-mail"), "answer": _("Answer")}
# In the order in which a person would want back what she typed.
FIRST = (
    *("title", "name", "email", "body", "text", "answer"),
    *("summary", "key_points", "get_help", "guide", "note", "alt", "caption"),
)
# Rows below a form of the admin, such as an article's sources.
TYPED_ROW = re.compile(r"[a-z]+-\d+-(text|url|doi|name)")
NEVER_SHOWN = re.compile(r"pass|secret|token|code|key|captcha|mark|credential")
MOST_SHOWN = 100


@dataclass(frozen=True)
class Typed:
    """One field of a form that came in. `kind`: "text", "box" or "hidden"."""

    name: str
    value: str
    label: Any
    kind: str = "text"
    rows: int = 1


@dataclass(frozen=True)
class Resending:
    words: Any
    form: type[forms.BaseForm]

    def sends(self, posted: QueryDict) -> list[Typed]:
        """The fields of this form, and no other that somebody put beside them."""
        given = [typed for name, field in self._fields() for typed in _pieces(name, field, posted)]
        return [typed for typed in given if typed.value and (typed.kind != "hidden" or SIGNS.fullmatch(typed.value))]

    def _fields(self) -> Iterator[tuple[str, forms.Field]]:
        """As they stand on the page. The trap, and what answers it, have no label: they are filled in anew or not at all."""
        fields = self.form.base_fields  # type: ignore[attr-defined]
        for name in dict.fromkeys([*(self.form.field_order or ()), *fields]):
            field = fields[name]
            if field.label or field.widget.is_hidden:
                yield name, field


def may_be_sent_again(words: Any, form: type[forms.BaseForm]) -> Callable[[View], View]:
    """On a view that takes `form`; `words` name what it takes. A hidden field that has a label is shown."""

    def mark(view: View) -> View:
        view.resending = Resending(words, form)  # type: ignore[attr-defined]
        return view

    return mark


def typed_in(posted: QueryDict) -> list[Typed]:
    """Whatever looks as if a person had typed it, in any form; never what is secret."""
    names = [name for name in FIRST if name in posted]
    names += [name for name, value in posted.items() if name not in names and _is_typed(name, str(value))]
    given = [(name, posted[name], LONG if name in {"body", "text", "answer"} else 1) for name in names[:MOST_SHOWN]]
    return [Typed(name, str(value), LABELS.get(name, _("Text")), rows=rows) for name, value, rows in given if value]


def _is_typed(name: str, value: str) -> bool:
    return not NEVER_SHOWN.search(name.lower()) and bool(TYPED_ROW.fullmatch(name) or " " in value.strip())


def _pieces(name: str, field: forms.Field, posted: QueryDict) -> Iterator[Typed]:
    """A captcha has two: its key and what was typed."""
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        for end, part in zip(widget.widgets_names, widget.widgets, strict=True):  # type: ignore[attr-defined]
            yield Typed(name + end, posted.get(name + end, ""), field.label, "hidden" if part.is_hidden else "text")
    else:
        rows = LONG if isinstance(widget, forms.Textarea) else 1
        yield Typed(name, posted.get(name, ""), field.label, _kind(field), rows)


def _kind(field: forms.Field) -> str:
    if field.widget.is_hidden and not field.label:
        return "hidden"
    return "box" if isinstance(field.widget, forms.CheckboxInput) else "text"
