"""The admin: Django's own, with our front page, lists that answer only what they offer, and a guard before every page."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from accounts.staff import lacks_second_factor, may_enter_admin, to_second_factor
from articles.newsroom.front_page import waiting_for as articles_waiting_for
from comments.desk.front_page import waiting_for as comments_waiting_for
from comments.desk.urls import patterns as desk_patterns
from edge.front_page import waiting_for as letters_waiting_for
from edge.numbers import number_in
from newsletters.front_page import waiting_for as newsletters_waiting_for

# In the order in which the front page shows them.
DESKS = (comments_waiting_for, articles_waiting_for, newsletters_waiting_for, letters_waiting_for)
# What stands at the top of every page, for those who may see it; everything else is on the front page. Where each leads,
# and under which addresses one is there.
PLACES = [
    (_("Articles"), "articles.view_article", ["articles_article_changelist"]),
    (_("Pictures"), "articles.view_image", ["articles_image_changelist"]),
    (_("Comments"), "comments.moderate_comment", ["comments_desk", "comments_comment_changelist"]),
    (_("Questions"), "questions.view_question", ["questions_question_changelist"]),
    (_("Newsletter"), "newsletters.view_issue", ["newsletters_issue_changelist"]),
    (_("Subscribers"), "newsletters.view_subscriber", ["newsletters_subscriber_changelist"]),
    (_("Topics"), "articles.view_topic", ["articles_topic_changelist"]),
    (_("People"), "accounts.view_user", ["accounts_user_changelist"]),
]
# The writers' editor puts one <style> of its own into the page. The policy names exactly that text; it changes with the
# editor's version, and a browser test says so then.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
SEARCHED = 200  # characters of what somebody looks for in a list
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


class WellreadAdminSite(AdminSite):
    site_title = _("Wellread admin")
    site_header = _("Wellread")
    index_title = _("What waits for you")
    index_template = "admin/front.html"
    enable_nav_sidebar = False
    has_permission = staticmethod(may_enter_admin)

    def register(self, model_or_iterable, admin_class=None, **options):
        """Whoever registers it, ours or a package's: its list answers only what it offers."""
        own = admin_class or ModelAdmin
        guarded = type(own.__name__, (AnswersWhatItOffers, own), {"__module__": own.__module__, "__doc__": own.__doc__})
        super().register(model_or_iterable, guarded, **options)

    def each_context(self, request):
        """Django's own lists everything that somebody may open, and asks every ModelAdmin for it, on every page."""
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": request.META["SCRIPT_NAME"] or self.site_url,
            "has_permission": may_enter_admin(request),
            "places": list(places(request)),
        }

    def index(self, request, extra_context=None):
        sections = [section for waiting_for in DESKS for section in waiting_for(request.user)]
        # What is wrong comes first, then what waits; what is done takes one line each at the end.
        sections.sort(key=lambda section: not section.alarm)
        done = [section for section in sections if not section.count and not section.alarm]
        return super().index(request, {"sections": sections, "done": done, **(extra_context or {})})

    def login(self, request, extra_context=None):
        """Nobody logs in here, not even over somebody who is: the account pages ask for the second factor and count."""
        if self.has_permission(request):
            return redirect("admin:index")
        if lacks_second_factor(request):
            return to_second_factor(request)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(
            request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"), reverse("account_login")
        )

    def password_change(self, request, extra_context=None):
        """The account pages ask for the second factor and count the tries; the admin's own form does neither."""
        return redirect("account_change_password")

    def get_urls(self):
        urls = [*desk_patterns(self.admin_view), *super().get_urls()]
        for pattern in urls:
            if getattr(pattern, "name", "") == "view_on_site":
                pattern.callback = self.admin_view(self.view_on_site)
        return urls

    def autocomplete_view(self, request):
        """Django's own falls over a relation that is asked for from its other end."""
        app, model, field = (request.GET.get(name, "") for name in ("app_label", "model_name", "field_name"))
        try:
            asked = apps.get_model(app, model)._meta.get_field(field)
        except (LookupError, FieldDoesNotExist):
            raise PermissionDenied from None
        if not isinstance(asked, RelatedField):
            raise PermissionDenied
        return super().autocomplete_view(request)

    def view_on_site(self, request, content_type_id, object_id):
        """Django's own leads anybody on the staff to the address of anything, and an address holds a title."""
        kind = ContentType.objects.filter(pk=number_in(content_type_id) or 0).first()
        model = kind.model_class() if kind else None
        if model is None or model not in self._registry or not hasattr(model, "get_absolute_url"):
            raise Http404
        obj = self._registry[model].get_object(request, object_id)
        if obj is None or not self._registry[model].has_view_permission(request, obj):
            raise Http404
        return redirect(obj.get_absolute_url())

    def admin_view(self, view, cacheable=False):
        return guarded(view, super().admin_view(view, cacheable))


def places(request: HttpRequest) -> Iterator[tuple[str, str, bool]]:
    for name, permission, pages in PLACES:
        if request.user.has_perm(permission):  # type: ignore[union-attr]
            addresses = [reverse(f"admin:{page}") for page in pages]
            yield str(name), addresses[0], request.path.startswith(tuple(addresses))


def guarded(view: Callable[..., Any], checked: Callable[..., Any]) -> Callable[..., Any]:
    """A `view` as Django's own site `checked` it."""

    @wraps(checked)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lacks_second_factor(request):
            return to_second_factor(request)
        shorten_search(request)
        if may_enter_admin(request) and is_missing_and_for_others(request, view, kwargs):
            raise PermissionDenied
        return allow_editor(request, checked(request, *args, **kwargs))

    return wrapper


def shorten_search(request: HttpRequest) -> None:
    """What every list and every field that completes is asked for, cut to a length that makes sense: SQLite refuses long
    patterns, every word of them is a condition more, and PostgreSQL refuses a zero byte."""
    for name in {"q", "term"} & request.GET.keys():
        asked = request.GET.copy()
        asked[name] = str(asked[name]).replace("\x00", "")[:SEARCHED]
        request.GET = asked  # type: ignore[assignment]


def is_missing_and_for_others(request: HttpRequest, view: Callable[..., Any], kwargs: dict[str, Any]) -> bool:
    """Whether Django's own page of an object would lead away because there is none, and she might not open it if there were:
    then she gets the answer that what is not for her gets. Our own views see to it themselves."""
    desk = getattr(view, "__self__", None)
    if not isinstance(desk, ModelAdmin) or "object_id" not in kwargs:
        return False
    looks = request.method in {"GET", "HEAD"} and view.__name__ in {"change_view", "history_view"}
    may = desk.has_view_permission if looks else desk.has_change_permission
    return not may(request, desk.model(pk=0)) and desk.get_object(request, unquote(kwargs["object_id"])) is None


def allow_editor(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where a page has the writers' editor, its policy allows the editor's import map (a nonce) and its style (a hash).

    Everywhere else in the admin the policy is the one of the public pages.
    """
    context = getattr(response, "context_data", None) or {}
    if not isinstance(context.get("media"), Media):
        return response
    context["media"] = context["media"].with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
    allow = csp_update({"script-src": [NONCE], "style-src": [EDITOR_STYLE]})
    return cast(HttpResponse, allow(lambda _request: response)(request))
