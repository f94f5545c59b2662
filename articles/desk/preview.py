"""The page to come: beside the text, in a window of its own, and at an address for people without an account."""

from datetime import timedelta

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from articles.desk.history import HistoryAdmin
from articles.desk.notes import NotesAdmin, asked_by_script
from articles.models import Article, PreviewLink
from articles.models.previews import may_share
from articles.models.steps import StepRefused
from articles.public.views import preview_page

ENDED_SHOWN = 5  # links that lead nowhere any more
LIST = "admin/articles/article/preview_links.html"


class PreviewLinkForm(forms.Form):
    """Its names begin with "_": they stand in the article's form and are no part of what is written."""

    prefix = "_preview"
    for_whom = forms.CharField(label=gettext_lazy("For whom"), max_length=120, required=False)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in PreviewLink.DAYS],
        coerce=int,
        initial=7,
    )


class PreviewAdmin(NotesAdmin, HistoryAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.framed(self.preview_view)), name="articles_article_preview"),
            path("<int:pk>/preview/links/", view(self.links_view), name="articles_article_preview_links"),
            path(
                "<int:pk>/preview/links/<int:link>/revoke/", view(require_POST(self.revoke_view)),
                name="articles_article_preview_revoke",
            ),
            *super().get_urls(),
        ]  # fmt: skip

    def framed(self, view):
        """The one page of the site that another may show in a frame: the writer's, and no other site's."""
        ours = csp_replace({"frame-ancestors": [SELF]})
        return never_cache(require_safe(xframe_options_sameorigin(ours(view))))

    def preview_view(self, request, pk):
        """The page as readers would get it; for those who may not read the draft, the one they do get."""
        return preview_page(request, self.find(request, pk))

    def links_view(self, request, pk):
        """GET lists them, also for a browser without scripts; POST makes one."""
        article = self.find_with_draft(request, pk)
        if request.method != "POST":
            return self.list_links(request, article)
        form = PreviewLinkForm(request.POST)
        if not form.is_valid():
            return self.list_links(request, article, form, status=422)
        days, for_whom = form.cleaned_data["days"], form.cleaned_data["for_whom"]
        return self.kept_along(request, article) or self.act(
            request,
            article,
            lambda: PreviewLink.objects.make(article, by=request.user, lasts=timedelta(days=days), for_whom=for_whom),
            _("The link is made: copy it, and send it to whom it is for."),
        )

    def revoke_view(self, request, pk, link):
        article = self.find_with_draft(request, pk)
        link = get_object_or_404(article.preview_links.select_related("article"), pk=link)
        return self.kept_along(request, article) or self.act(
            request, article, lambda: link.revoke(by=request.user), _("Revoked: it leads nowhere any more.")
        )

    def act(self, request, article, deed, done):
        """Answers the page's script with the list as it is then, and leads a form to it."""
        try:
            deed()
        except StepRefused as refusal:
            done, level, status = str(refusal), messages.ERROR, 409
        else:
            level, status = messages.SUCCESS, 200
        if asked_by_script(request):
            return self.list_links(request, article, said=done, status=status)
        self.message_user(request, done, level)
        return HttpResponseRedirect(reverse("admin:articles_article_preview_links", args=[article.pk]))

    def list_links(self, request, article, form=None, *, said="", status=200):
        context = links_of(article, request.user, form) | {"said": said, "original": article}
        if asked_by_script(request):
            return TemplateResponse(request, LIST, context, status=status)
        page = {**self.about(request, article, _("Links to the preview")), **context}
        return TemplateResponse(request, "admin/articles/article/preview_links_page.html", page, status=status)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context |= {"preview_url": reverse("admin:articles_article_preview", args=[obj.pk])}
            if Article.objects.drafts_open_to(request.user).filter(pk=obj.pk).exists():
                context |= links_of(obj, request.user)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return may_frame(request, response)

    def saved(self, request, article, own):
        address = reverse("admin:articles_article_preview", args=[article.pk])
        return {**super().saved(request, article, own), "preview_url": address}


def links_of(article, user, form=None):
    """For the list: open ones first, then the last that ended; and the form for a new one."""
    links = article.preview_links.select_related("by")
    open_ones = list(links.open())
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


def may_frame(request, response):
    """The writer's page may hold a frame of ours: the preview beside the text."""
    return csp_replace({"frame-src": [SELF]})(lambda _request: response)(request)
