"""Forms that anybody may send: their fields, the captcha, and the mark by which the same form sent twice counts once."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from comments.captcha.challenge import CaptchaField, typed_so_far, wants_new_picture
from comments.text.signing import FormMark, new_mark, read_mark
from edge.letters import clean_line, clean_text, is_piled, is_seen

LONGEST = 5000
# As the trap is called in pages that caches and open windows still hold. Managers of passwords did know something for these;
# for `remarks`, its name now, neither they nor browsers do.
FORMER_TRAPS = ("homepage", "website")


def refuse_piles(text: str) -> None:
    """One letter under a heap of marks covers the lines of others."""
    if is_piled(text):
        raise forms.ValidationError(
            _("There are too many marks on one letter. Please leave some of them out."), "piled"
        )


class TrapInput(forms.TextInput):
    """Drawn by site/parts/site/trap.html, which tells screen readers and password managers to leave it alone; always empty there."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        return next((data[each] for each in (name, *FORMER_TRAPS) if data.get(each)), "")


class TrapField(forms.CharField):
    """A field that people do not see: what is typed into it was most likely typed by a program.

    Most likely only: password managers fill in forms, too. So a trap never decides. What falls into it is held for a person,
    or asked again, and whoever sent it is told.
    """

    widget = TrapInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class LineField(forms.CharField):
    """One line that readers will see: a name, a title."""

    default_validators = [refuse_piles]

    def to_python(self, value: Any) -> str:
        line = clean_line(super().to_python(value) or "")
        return line if is_seen(line) else ""


class BodyField(forms.CharField):
    """A reader's text. The box has no maxlength: browsers cut off what is pasted, and what is cut off is lost."""

    widget = forms.Textarea
    default_validators = [refuse_piles]

    def __init__(self, *, longest: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(max_length=longest, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = clean_text(super().to_python(value) or "")
        return text if is_seen(text) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 7, "dir": "auto"}

    def run_validators(self, value: str) -> None:
        if self.max_length and len(value) > self.max_length:
            raise forms.ValidationError(too_long(len(value), self.max_length), code="max_length")
        super().run_validators(value)


class AddressField(forms.EmailField):
    default_error_messages = {
        "invalid": gettext_lazy("This is not an e-mail address yet. It looks like name@example.org.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("E-mail"), "max_length": 254, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "email"}

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class PublicForm(forms.Form):
    """`place` names what the form belongs to: a mark made for one place opens no other. `draft` is the name under which the
    browser keeps what somebody types; `http_status` that of an answer which shows the form."""

    captcha = CaptchaField()
    mark = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, request: HttpRequest, *, place: str, action: str, draft: str, initial: dict[str, Any], raid: bool = False
    ) -> None:
        """`raid`: a flood goes on where this is written."""
        self.request, self.place, self.action, self.draft = request, place, action, draft
        self.http_status = 200
        first = {"mark": new_mark(place), **initial}
        super().__init__(auto_id=f"{draft}_%s", **posted(request, first))
        if raid:
            self.fields["captcha"] = CaptchaField(harder=True)
        if self.needs_no_captcha:
            del self.fields["captcha"]

    @property
    def user(self) -> User | None:
        return self.request.user if self.request.user.is_authenticated else None

    @property
    def needs_no_captcha(self) -> bool:
        """Not of somebody with a role whose password alone may be in other hands."""
        return self.user is not None and not self.user.acts_as_reader

    @property
    def sent_mark(self) -> FormMark | None:
        return read_mark(self.place, str(self.data.get("mark", "")))

    def put(self, **values: str) -> None:
        """Into what the form shows when it comes back. `data` is a copy, made by `posted`."""
        self.data = cast(QueryDict, self.data)
        for name, value in values.items():
            self.data[name] = value


def in_place(action: str) -> dict[str, str]:
    """Attributes of a form whose answer takes its place on the page."""
    return {"data-hx-post": action, "data-hx-target": "closest [data-talk]", "data-hx-swap": "outerHTML"}


def posted(request: HttpRequest, first: dict[str, Any]) -> dict[str, Any]:
    """How a form with a captcha begins: with what was typed, judged unless only another picture was asked for."""
    if request.method != "POST":
        return {"initial": first}
    data = without_nul(request.POST)
    return {"initial": {**first, **typed_so_far(data)}, "data": None if wants_new_picture(data) else data}


def without_nul(data: QueryDict) -> QueryDict:
    """A copy that may be changed and shown again: no browser shows a NUL, no database takes one."""
    copy = data.copy()
    for name, values in copy.lists():
        copy.setlist(name, [str(value).replace("\0", "") for value in values])
    return copy


def too_long(length: int, most: int) -> str:
    return ngettext(
        "This has %(length)s character; up to %(most)s fit. Nothing is lost: please shorten it, or send it in parts.",
        "This has %(length)s characters; up to %(most)s fit. Nothing is lost: please shorten it, or send it in parts.",
        length,
    ) % {"length": f"{length:,}", "most": f"{most:,}"}
