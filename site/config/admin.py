"""The admin: Django's own, with our front page that opens on what waits for you."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.staff import lacks_second_factor, may_enter_admin, to_second_factor
from articles.newsroom.front_page import waiting_for as articles_waiting_for
from comments.desk.front_page import waiting_for as comments_waiting_for
from comments.desk.urls import patterns as desk_patterns
from config.admin_guard import guarded
from edge.front_page import Section
from edge.front_page import waiting_for as letters_waiting_for
from edge.lists import AnswersWhatItOffers
from edge.numbers import number_in
from newsletters.front_page import waiting_for as newsletters_waiting_for

# In the order in which the front page shows them.
DESKS: list[Callable[[Any], list[Section]]] = [
    comments_waiting_for,
    articles_waiting_for,
    newsletters_waiting_for,
    letters_waiting_for,
]

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
