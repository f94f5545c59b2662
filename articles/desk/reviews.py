"""The medical reviews of an article: who read what and when, and which of them no longer count."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles.desk.saving import DraftingAdmin
from articles.forms.steps import ReasonForm
from articles.models import Article
from articles.models.steps import StepRefused
from articles.workflow.reviewing import withdraw_review

SHOWN = 5


class ReviewsAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.withdraw_review_view)
        return [
            path("<int:pk>/reviews/<int:review>/withdraw/", view, name="articles_article_withdraw_review"),
            *super().get_urls(),
        ]

    def withdraw_review_view(self, request, pk, review):
        """GET asks why, POST withdraws it. What was typed stays when it is refused."""
        article = self.find(request, pk)
        review = get_object_or_404(article.reviews.select_related("reviewer", "revision", "withdrawn_by"), pk=review)
        if not review.can_be_withdrawn_by(request.user):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                withdraw_review(article, review, by=request.user, **form.cleaned_data)
            except StepRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("The review no longer counts."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw the medical review"), "subtitle": None, "opts": self.opts, "original": article,
            "article": article, "review": review, "form": form, "is_possible": not review.withdrawn_at, "effect": effect(article, review),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/withdraw_review.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and Article.objects.drafts_open_to(request.user).filter(pk=obj.pk).exists():
            reviews = list(obj.reviews.select_related("reviewer", "revision", "withdrawn_by")[:SHOWN])
            for review in reviews:
                review.may_be_withdrawn = not review.withdrawn_at and review.can_be_withdrawn_by(request.user)
                review.is_of_live = is_same(review, obj.live_revision)
                review.is_of_latest = is_same(review, obj.latest_revision)
            context |= {"reviews": reviews, "has_end": obj.expire_at}
        return super().render_change_form(request, context, add, change, form_url, obj)


def is_same(review, revision):
    return revision is not None and review.revision.fingerprint == revision.fingerprint


def effect(article, review):
    """What withdrawing it will do, in a sentence."""
    if is_same(review, article.live_revision):
        return _("Readers will no longer be told that this article was reviewed.")
    if is_same(review, article.latest_revision) and article.status in {"approved", "scheduled"}:
        return _("If the article was approved because of it, it goes back into review and is not published.")
    return _("It was of an earlier text. The record says that it no longer counts.")
