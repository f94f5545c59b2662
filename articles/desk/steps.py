"""The steps of an article: pressed beside the text, or on a page of their own that asks what has to be said with them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import get_current_timezone_name

from articles.desk.saving import DraftingAdmin
from articles.forms.steps import form_for
from articles.models import Article
from articles.models.steps import STEPS, NotReady, StepRefused
from articles.workflow.acts import ACTS


class StepsAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:name>/", view(self.step_view), name="articles_article_step"),
            *super().get_urls(),
        ]

    def response_add(self, request, obj, post_url_continue=None):
        if request.POST.get("_step") in STEPS:
            return self.after_saving(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if request.POST.get("_step") in STEPS:
            return self.after_saving(request, obj)
        return super().response_change(request, obj)

    def after_saving(self, request, article):
        """A step was pressed beside the text: the text is saved, now the step, or the question that it asks first."""
        step = STEPS[request.POST["_step"]]
        if step.asks:
            return HttpResponseRedirect(reverse("admin:articles_article_step", args=[article.pk, step.name]))
        article = Article.objects.get(pk=article.pk)
        try:
            take(article, step, request.user)
        except StepRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            # A page that knows what is missing shows it there.
            place = "#checks" if isinstance(refusal, NotReady) else ""
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]) + place)
        return self.taken(request, article, step)

    def step_view(self, request, pk, name):
        """GET asks what the step needs, POST takes it. What was typed stays when it is refused."""
        article, step = self.find(request, pk), STEPS.get(name)
        if step is None:
            raise Http404
        if not step.may(article, request.user):
            raise PermissionDenied
        form, is_possible = (
            form_for(step, article, request.POST if request.method == "POST" else None),
            step.fits(article),
        )
        if request.method == "POST" and form.is_valid():
            try:
                take(article, step, request.user, **form.said(article))
            except StepRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.taken(request, article, step)
        context = {
            **self.admin_site.each_context(request),
            "title": step.label, "subtitle": None, "opts": self.opts, "original": article,
            "article": article, "step": step, "form": form, "is_possible": is_possible,
            "zone": get_current_timezone_name(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/step.html", context)

    def taken(self, request, article, step):
        """Back to the article; to the list when it is out of this person's sight now, such as a draft sent back."""
        self.message_user(request, f"{article}: {step.done}", messages.SUCCESS)
        if article.can_be_seen_by(request.user):
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))


def take(article, step, user, **said):
    ACTS[step.name](article, by=user, **said)
