"""Lists of the admin, which answer the filters they offer and nothing else that somebody writes into their address."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object

# How often one filter may stand in an address: every value is one condition more.
VALUES = 20


class AnswersWhatItOffers(ModelAdmin):
    """Put before every admin by the AdminSite, those of packages included. Django's own allows any lookup on any field of
    the model: a secret can be read by asking whether it begins with an A, and an expression can take for ever."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        if request is None or "\x00" in value or len(request.GET.getlist(lookup)) > VALUES:
            return False
        return lookup in self.offered_lookups(request, lookup)

    def offered_lookups(self, request: HttpRequest, lookup: str) -> Iterator[str]:
        """The parameters of the list's own filters. Of its fields only those that `lookup` begins with are looked at: a
        filter reads its choices from the database when it is made."""
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day"))
        for offered in self.get_list_filter(request):
            pair: Any = offered if isinstance(offered, list | tuple) else (offered, FieldListFilter.create)
            path, kind = pair
            if not isinstance(path, str):
                yield getattr(path, "parameter_name", "") or ""
            elif lookup.startswith(f"{path}__"):
                field = get_fields_from_path(self.model, path)[-1]
                yield from kind(field, request, {}, self.model, self, path).expected_parameters()

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """What a pop-up hands back to the form it was opened from. No form of ours wants more than the key."""
        return to_field == self.opts.pk.name  # type: ignore[union-attr]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """An empty name of a field is none; Django looks for it all the same."""
        return super().get_object(request, object_id, from_field or None)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """What is no key selects nothing; Django looks for it all the same."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)  # type: ignore[union-attr]
        except ValidationError as unreadable:
            raise BadRequest from unreadable
        return super().response_action(request, queryset)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list; Django answers with all of it when a filter's value makes no sense, but misses what only the database
        finds to be out of range."""
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as unreadable:
            if not request.GET:
                raise
            raise IncorrectLookupParameters(unreadable) from unreadable
