"""The page to come: beside the text, in a window of its own, and at an address for people without an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.models import User
from articles.desk.frame import StaffRequest, page, to
from articles.desk.given_back import View, asked_by_script
from articles.models import Article
from articles.models.previews import may_share
from articles.models.steps import StepRefused
from articles.workflow import previews

ENDED_SHOWN = 5  # links that lead nowhere any more
LIST = "admin/articles/article/preview_links.html"


class PreviewLinkForm(forms.Form):
    """Its names begin with "_": they stand in the article's form and are no part of what is written."""

    prefix = "_preview"
    for_whom = forms.CharField(label=gettext_lazy("For whom"), max_length=120, required=False)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in previews.DAYS],
        coerce=int,
        initial=7,
    )


def context(request: StaffRequest, article: Any) -> dict[str, Any]:
    return links_of(article, request.user) if article and article.takes_notes else {}


def framed(view: View) -> View:
    """The one page of the site that another may show in a frame: the writer's, and no other site's."""
    ours = csp_replace({"frame-ancestors": [SELF]})
    return never_cache(require_safe(xframe_options_sameorigin(ours(view))))


def links(request: StaffRequest, article: Article) -> HttpResponse:
    """GET lists them, also for a browser without scripts; POST makes one."""
    if request.method != "POST":
        return list_links(request, article)
    form = PreviewLinkForm(request.POST)
    if not form.is_valid():
        return list_links(request, article, form, status=422)
    lasts, for_whom = timedelta(days=form.cleaned_data["days"]), form.cleaned_data["for_whom"]
    return act(
        request,
        article,
        lambda: previews.share(article, by=request.user, lasts=lasts, for_whom=for_whom),
        _("The link is made: copy it, and send it to whom it is for."),
    )


def revoke(request: StaffRequest, article: Article, link: int) -> HttpResponse:
    found = get_object_or_404(article.preview_links.select_related("article"), pk=link)
    return act(
        request, article, lambda: previews.revoke(found, by=request.user), _("Revoked: it leads nowhere any more.")
    )


def act(request: StaffRequest, article: Article, deed: Callable[[], object], done: str) -> HttpResponse:
    """Answers the page's script with the list as it is then, and leads a form to it."""
    try:
        deed()
    except StepRefused as refusal:
        done, level, status = str(refusal), messages.ERROR, 409
    else:
        level, status = messages.SUCCESS, 200
    if asked_by_script(request):
        return list_links(request, article, said=done, status=status)
    messages.add_message(request, level, done)
    return to("article_preview_links", article.pk)


def list_links(
    request: StaffRequest, article: Article, form: PreviewLinkForm | None = None, *, said: str = "", status: int = 200
) -> HttpResponse:
    context = links_of(article, request.user, form) | {"said": said, "original": article}
    if asked_by_script(request):
        return TemplateResponse(request, LIST, context, status=status)
    return page(
        request, Article, "preview_links_page", _("Links to the preview"), status=status, subtitle=str(article),
        article=article, **context,
    )  # fmt: skip


def links_of(article: Article, user: User, form: PreviewLinkForm | None = None) -> dict[str, Any]:
    """For the list: open ones first, then the last that ended; and the form for a new one."""
    links = article.preview_links.select_related("by")
    open_ones: list[Any] = list(links.open())
    ended = list(links.exclude(pk__in=[link.pk for link in open_ones])[:ENDED_SHOWN])
    shares = may_share(article, user)
    for link in open_ones:
        link.is_mine_to_revoke = shares or link.by_id == user.pk
    return {
        "shows_links": True,
        "links": open_ones,
        "ended_links": ended,
        "link_form": (form or PreviewLinkForm()) if shares else None,
    }


def may_frame(request: StaffRequest, response: HttpResponse) -> HttpResponseBase:
    """The writer's page may hold a frame of ours: the preview beside the text."""
    return csp_replace({"frame-src": [SELF]})(lambda _request: response)(request)
