"""A field that people do not see: what is typed into it was most likely typed by a program.

Most likely only: password managers fill in forms, too. So a trap never decides. What falls into it is held for a person, or
asked again, and whoever sent it is told.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# No name that a browser or a password manager knows something for.
NAME = "remarks"
# As it is called in pages that caches and open windows still hold; managers did know something for these.
FORMER_NAMES = ("homepage", "website")
FILLED_IN = _(
    "Nothing has been sent yet. A field that people do not see was filled in; a password manager may have done that. "
    "If you are a person, please press the button once more."
)


class TrapInput(forms.TextInput):
    """Drawn by site/parts/site/trap.html, which tells screen readers and password managers to leave it alone; always empty there."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        return next((data[each] for each in (name, *FORMER_NAMES) if data.get(each)), "")


class TrapField(forms.CharField):
    widget = TrapInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
