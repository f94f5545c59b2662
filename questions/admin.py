from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from comments.text.rendering import as_html
from edge.admin import LongList, NeitherAddedNorDeleted
from questions.models import Question


class StateFilter(admin.SimpleListFilter):
    """The state of a question is that of the text it opens with."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Comment.Status.choices

    def queryset(self, request, queryset):
        return queryset.filter(thread__opening__status=self.value()) if self.value() else queryset


@admin.register(Question)
class QuestionAdmin(NeitherAddedNorDeleted, LongList):
    """Questions are asked on the site, where they pass the same door as every reader's words."""

    fields = ["title", "topic", "words", "state", "asked_at", "conversation"]
    list_display = ["title", "topic", "state", "asked_at"]
    list_filter = [StateFilter]
    list_select_related = ["topic", "thread__opening"]
    search_fields = ["title"]
    readonly_fields = ["words", "state", "asked_at", "conversation"]
    raw_id_fields = ["topic"]

    @admin.display(description=_("text"))
    def words(self, question):
        opening = question.thread.opening
        return as_html(opening.body) if opening else "–"

    @admin.display(description=_("state"))
    def state(self, question):
        opening = question.thread.opening
        if opening is None:
            return "–"
        url = reverse("admin:comments_comment_change", args=[opening.pk])
        kind = {Comment.Status.PENDING: "wait", Comment.Status.APPROVED: "good"}.get(opening.status, "alarm")
        label = _("decide") if opening.status == Comment.Status.PENDING else _("see the decisions")
        chip = format_html('<span class="chip chip--{}">{}</span>', kind, opening.get_status_display())
        return format_html('{} <a href="{}">{}</a>', chip, url, label)

    @admin.display(description=_("conversation"))
    def conversation(self, question):
        url = reverse(
            "admin:comments_comment_changelist", query={"thread__id__exact": question.thread_id, "status": "all"}
        )
        thread_url = reverse("admin:comments_thread_change", args=[question.thread_id])
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', url, _("All answers"), thread_url, _("Open or close it")
        )

    def save_model(self, request, obj, form, change):
        obj.rename(obj.title, topic=obj.topic)
