"""The captcha's form field: its picture, its box and what it says when the answer is wrong. The rules are in challenge.py."""

from collections.abc import Mapping
from typing import Any

from captcha.fields import BaseCaptchaTextInput
from captcha.fields import CaptchaField as SimpleCaptchaField
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from comments.captcha.challenge import answer_for, is_spent, length, matches, new_key, spend


def wants_new_picture(data: Mapping[str, Any]) -> bool:
    """Whether the form was sent by its "New picture" button, which without JavaScript posts the whole form."""
    return "new_captcha" in data


def typed_so_far(data: QueryDict) -> dict[str, Any]:
    """What was typed, as `initial` of a form that shows it again, unjudged, with a new picture."""
    return {name: value for name, value in data.items() if not name.startswith("captcha_")}


class CaptchaInput(BaseCaptchaTextInput):
    """Picture, spoken version, "New picture" and the box, with label and error: one piece, `comments/captcha.html`.

    Rendered again, it keeps key and typed text as long as they can still be accepted, and starts afresh otherwise.
    """

    harder = False
    use_fieldset = False
    whole = True  # the form's layout adds neither label nor errors

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        return render_to_string("comments/captcha.html", self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        key, typed = self._still_good(value)
        attrs = {"id": f"id_{name}", **(attrs or {})}
        return {
            "name": name,
            "id": attrs["id"],
            "key": key,
            "typed": typed,
            "errors": attrs.get("errors", ()),
            "required": attrs.get("required", False),
            "autofocus": attrs.get("autofocus", False),
            "length": length(self.harder),
            "harder": self.harder,
        }

    def _still_good(self, value: Any) -> tuple[str, str]:
        key, typed = parts(value)
        if len(answer_for(key) or "") < length(self.harder) or is_spent(key):
            return new_key(harder=self.harder), ""
        return key, typed


class CaptchaBoundField(BoundField):
    """Hands the errors to the widget: they stand inside it, below its box."""

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> SafeString:
        with_errors: dict[str, Any] = {**(attrs or {}), "errors": self.errors}
        return super().as_widget(widget, with_errors, only_initial)


class CaptchaField(SimpleCaptchaField):
    """`captcha = CaptchaField()` in a form; posted as `captcha_0` (the key) and `captcha_1` (what was typed).

    Cleaning checks and never spends a right answer, so that it survives an error in another field. Whoever saves the
    form calls `spend(form.cleaned_data["captcha"])` and refuses when that is False. A wrong answer spends the key at
    once: nobody guesses twice. Clean outside the transaction that may roll back, or that guess is forgotten with it.
    """

    bound_field_class = CaptchaBoundField
    default_error_messages = {
        "required": _("Type the characters shown in the image, or listen to them."),
        "wrong": _("These characters did not match. Your comment is still here; try the new picture."),
        "spent": _("This picture was already used. Your comment is still here; try the new picture."),
        "expired": _("This picture was too old. Your comment is still here; try the new picture."),
        "short": _(
            "Very many texts are coming in just now, so we ask for a longer picture. Your comment is still here; "
            "please try the new picture."
        ),
    }

    def __init__(self, *, harder: bool = False, **kwargs: Any) -> None:
        """`harder`: more characters, and no key made for fewer is accepted."""
        kwargs.setdefault("label", _("Enter the characters shown in the image"))
        kwargs.setdefault("widget", CaptchaInput())
        super().__init__(**kwargs)
        self.harder = self.widget.harder = harder

    def clean(self, value: Any) -> str:
        """The key, checked and not yet spent."""
        key, typed = parts(value)
        if not typed.strip():
            self._refuse("required")
        if answer_for(key) is None:
            self._refuse("expired")
        if is_spent(key):
            self._refuse("spent")
        if len(answer_for(key) or "") < length(self.harder):
            self._refuse("short")
        if not matches(key, typed):
            spend(key)
            self._refuse("wrong")
        return key

    def _refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)


def parts(value: Any) -> tuple[str, str]:
    """Key and typed text of whatever the browser sent, both without NUL; empty where something is missing."""
    key, typed = value if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
    return str(key or "").replace("\0", ""), str(typed or "").replace("\0", "")
