"""The admin: Django's own, with our front page that opens on what waits for you."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from accounts.staff import lacks_second_factor, may_enter_admin, to_second_factor
from articles.newsroom.front import waiting_for as articles_waiting_for
from comments.desk.front import waiting_for as comments_waiting_for
from comments.desk.urls import patterns as desk_patterns
from edge.desk import Section
from edge.desk import waiting_for as letters_waiting_for
from edge.lists import AnswersWhatItOffers
from newsletters.desk import waiting_for as newsletters_waiting_for

# In the order in which the front page shows them.
DESKS: list[Callable[[Any], list[Section]]] = [
    comments_waiting_for,
    articles_waiting_for,
    newsletters_waiting_for,
    letters_waiting_for,
]

# What stands at the top of every page, for those who may see it; everything else is on the front page.
PLACES = [
    ("articles.Article", _("Articles")),
    ("articles.Image", _("Pictures")),
    ("comments.Comment", _("Comments")),
    ("questions.Question", _("Questions")),
    ("newsletters.Issue", _("Newsletter")),
    ("newsletters.Subscriber", _("Subscribers")),
    ("articles.Topic", _("Topics")),
    ("accounts.User", _("People")),
]

# The writers' editor puts one <style> of its own into the page. The policy names exactly that text; it changes with the
# editor's version, and a browser test says so then.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


SEARCHED = 200  # characters of what somebody looks for in a list


class WellreadAdminSite(AdminSite):
    site_title = _("Wellread admin")
    site_header = _("Wellread")
    index_title = _("What waits for you")
    index_template = "admin/front.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        """Whoever registers it, ours or a package's: its list answers only what it offers."""
        own = admin_class or ModelAdmin
        guarded = type(own.__name__, (AnswersWhatItOffers, own), {"__module__": own.__module__, "__doc__": own.__doc__})
        super().register(model_or_iterable, guarded, **options)

    def has_permission(self, request):
        return may_enter_admin(request)

    def each_context(self, request):
        context = super().each_context(request)
        addresses = {
            model["model"]._meta.label: model["admin_url"]
            for app in context["available_apps"]
            for model in app["models"]
            if model["admin_url"]
        }
        desks = {"comments.Comment": reverse("admin:comments_desk")}
        context["places"] = [
            (
                name,
                desks.get(label, addresses[label]),
                request.path.startswith((addresses[label], desks.get(label, "!"))),
            )
            for label, name in PLACES
            if label in addresses
        ]
        return context

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
        kind = ContentType.objects.filter(pk=content_type_id).first() if content_type_id.isdecimal() else None
        model = kind.model_class() if kind else None
        if model is None or model not in self._registry or not hasattr(model, "get_absolute_url"):
            raise Http404
        obj = self._registry[model].get_object(request, object_id)
        if obj is None or not self._registry[model].has_view_permission(request, obj):
            raise Http404
        return redirect(obj.get_absolute_url())

    def admin_view(self, view, cacheable=False):
        admin_view = super().admin_view(view, cacheable)

        @wraps(admin_view)
        def wrapper(request, *args, **kwargs):
            if lacks_second_factor(request):
                return to_second_factor(request)
            shorten_search(request)
            if self.has_permission(request) and is_missing_and_for_others(request, view, kwargs):
                raise PermissionDenied
            return allow_editor(request, admin_view(request, *args, **kwargs))

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
