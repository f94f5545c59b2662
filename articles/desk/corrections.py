"""Corrections that readers see, and what else the newsroom shows beside an article: its series."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.desk.saving import DraftingAdmin
from articles.forms.articles import WIDE
from articles.models import EditorialEvent
from articles.models.steps import StepRefused
from articles.workflow.corrections import correct, take_back
from edge.numbers import number_in


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was wrong, and what is right"), max_length=1000, strip=True,
        widget=forms.Textarea(attrs={**WIDE, "rows": 4}),
        help_text=gettext_lazy("Readers see it under the article: “An earlier version said … It is …”."),
    )  # fmt: skip
    on = forms.DateField(
        label=gettext_lazy("Corrected on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CorrectionsAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.corrections_view)
        return [path("<int:pk>/corrections/", view, name="articles_article_corrections"), *super().get_urls()]

    def corrections_view(self, request, pk):
        """GET shows them and asks for another one; POST adds it or, with `take_back`, takes one back."""
        article = self.find(request, pk)
        if not request.user.has_perm("articles.publish_article"):
            raise PermissionDenied
        form = CorrectionForm(request.POST or None, initial={"on": timezone.localdate()})
        status = 200
        if request.method == "POST":
            act = self.take_back if "take_back" in request.POST else self.add_correction
            if act(request, article, form):
                return HttpResponseRedirect(reverse("admin:articles_article_corrections", args=[pk]))
            status = 422
        context = {
            **self.admin_site.each_context(request),
            "title": _("Corrections"), "subtitle": None, "opts": self.opts, "article": article, "original": article,
            "form": form, "corrections": article.corrections.select_related("by"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/corrections.html", context, status=status)

    def add_correction(self, request, article, form):
        if not form.is_valid():
            return False
        try:
            correct(article, by=request.user, **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        self.message_user(request, _("Readers see the correction now."), messages.SUCCESS)
        return True

    def take_back(self, request, article, form):
        correction = get_object_or_404(article.corrections, pk=number_in(request.POST["take_back"]))
        try:
            take_back(correction, by=request.user)
        except StepRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("Taken back. The log keeps what it said."), messages.SUCCESS)
        return True

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context |= {
                "part": getattr(obj, "part", None),
                "corrections": list(obj.corrections.all()),
                "may_correct": obj.is_live and request.user.has_perm("articles.publish_article"),
                "may_plan_series": request.user.has_perm("articles.change_series"),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """With a draft that nobody has seen goes what happened to it: nobody deletes from the log otherwise."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        needed -= {EditorialEvent._meta.verbose_name}
        return deleted, counts, needed, protected
