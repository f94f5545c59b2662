"""Answers to whoever was logged out meanwhile, or may no longer save: nothing that was typed is lost."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.models import Article
from edge.richtext import RichTextField, clean_html

LOGGED_OUT = gettext_lazy("You have been logged out.")
NOT_SAVED = gettext_lazy("You have been logged out, so this was not saved.")
View = Callable[..., HttpResponseBase]
NOT_TYPED = ("csrfmiddlewaretoken", "_", "started_from", "overwrite")
NOT_TYPED_ENDINGS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS", "-id", "-article", "-topic")


def tell(request: HttpRequest, why: Any, *, status: int) -> HttpResponse:
    """For the page's script, which could not follow the way to the login."""
    return JsonResponse({"why": why}, status=status)


def give_back(request: HttpRequest, why: Any, *, status: int, model: type[Model] = Article) -> HttpResponse:
    """A plain page with every word that was typed, to be copied."""
    context = {"why": why, "typed": list(typed_words(model, request.POST)), "back": request.path}
    return TemplateResponse(request, "admin/articles/given_back.html", context, status=status)


def refuse(request: HttpRequest, why: Any, *, status: int) -> HttpResponse:
    answer = tell if asked_by_script(request) else give_back
    return answer(request, why, status=status)


def asked_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def posted(view: View, answer: View = tell, why: Any = LOGGED_OUT) -> View:
    """Around the admin site's own check of who may enter: whoever was logged out meanwhile gets this `answer`."""

    @require_POST
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return view(request, **kwargs) if admin.site.has_permission(request) else answer(request, why, status=401)

    return wrapper


def keeping_text(model_admin: Any, view: View) -> View:
    """Around the view of a form with long texts, which is Django's own."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, **kwargs)
        if not admin.site.has_permission(request):
            return give_back(request, NOT_SAVED, status=401, model=model_admin.model)
        if "object_id" in kwargs:
            row = model_admin.get_object(request, unquote(kwargs["object_id"]))
            if row is None and model_admin.has_change_permission(request):
                raise Http404
            if row is not None and not model_admin.has_change_permission(request, row):
                return give_back(request, model_admin.why_not(row), status=403, model=model_admin.model)
        return model_admin.take_in(view, request, **kwargs)

    return wrapper


def typed_words(model: type[Model], post: Any) -> Iterator[tuple[Any, str, str]]:
    """(label, words, HTML or "") of what a person typed, so that it can be copied back as it was."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, value in post.items():
        field = fields.get(name)
        skipped = name.startswith(NOT_TYPED) or name.endswith(NOT_TYPED_ENDINGS) or (field and field.is_relation)
        if value.strip() and not skipped:
            rich = isinstance(field, RichTextField)
            yield field.verbose_name if field else name, value, clean_html(value) if rich else ""
