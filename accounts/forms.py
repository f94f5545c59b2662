from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.guards import take_code
from accounts.models import User
from accounts.names import looks_like_the_house
from edge.letters import in_one_line, is_piled, is_seen
from pages.models import current_terms


class NameForm(forms.Form):
    """What sign-up asks besides address and password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Shown with what you write."),
        error_messages={"required": _("Please give a name to show.")},
    )
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        name = in_one_line(self.cleaned_data["name"])
        if not is_seen(name):
            raise forms.ValidationError(_("There is nothing to see in this name. Please give a name to show."))
        if is_piled(name):
            raise forms.ValidationError(_("There are too many marks on one letter. Please leave some of them out."))
        if looks_like_the_house(name):
            raise forms.ValidationError(
                _(
                    "This name looks like that of somebody who works here. Please choose another; it need not be your own."
                )
            )
        return name

    def signup(self, request: HttpRequest, user: Any) -> None:
        assert isinstance(user, User)  # noqa: S101  allauth hands over the user it has just made
        user.name = self.cleaned_data["name"]
        user.terms = current_terms()
        user.save(update_fields=["name", "terms"])


class CodeForm(forms.Form):
    """The code that was mailed."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "dir": "ltr"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        if not take_code(self.request, typed):
            raise forms.ValidationError(
                _("This is not the code, or it is too old. Look once more, or ask for a new one.")
            )
        return typed
