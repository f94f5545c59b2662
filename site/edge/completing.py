"""Fields of the admin that complete what is typed: Django's, without jQuery and select2, which weigh 50 kB compressed."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms import Media, Script
from django.utils.translation import gettext as _

from edge.numbers import numbers_in


class Completes:
    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        words = {
            "data-placeholder": _("Type to search"),
            "data-none": _("Nothing found."),
            "data-failed": _("The list could not be loaded. Try again."),
            "data-added": _("{name} is chosen."),
            "data-removed": _("{name} is no longer chosen."),
            "data-remove": _("Take out {name}"),
        }
        return {**super().build_attrs(base_attrs, extra_attrs), **words}  # type: ignore[misc]

    def optgroups(self, name, value, attr=None):  # type: ignore[no-untyped-def]
        """Django asks the database for whatever was sent as chosen. What is no number was chosen by nobody: the field says
        that it is wrong, and the rest of the form comes back."""
        numbers = numbers_in(map(str, value))
        return super().optgroups(name, numbers, attr)  # type: ignore[misc]

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/combobox.js", type="module")])  # type: ignore[list-item]


class CompletesOne(Completes, AutocompleteSelect):
    pass


class CompletesSeveral(Completes, AutocompleteSelectMultiple):
    pass


class Completing:
    """An admin, or rows of one, whose `autocomplete_fields` are these."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", CompletesOne(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", CompletesSeveral(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
