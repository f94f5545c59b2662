from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from articles.admin.widgets import WritingAdmin
from articles.forms.topics import TopicForm
from articles.models import Background, FormerAddress, Topic, TopicSynonym
from edge.admin import ReadOnlyAdmin


class SynonymInline(admin.TabularInline):
    model = TopicSynonym
    extra = 0


@admin.register(Topic)
class TopicAdmin(WritingAdmin):
    form = TopicForm
    list_display = ["name", "parent", "has_guide", "guide_updated_at"]
    list_filter = [("guide_updated_at", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "synonyms__name"]
    autocomplete_fields = ["parent"]
    inlines = [SynonymInline]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["name", "summary", "guide"]}),
        (gettext_lazy("Where it belongs"), {"fields": ["parent", "kind", "slug"]}),
    ]

    @admin.display(description=gettext_lazy("guide"), boolean=True)
    def has_guide(self, topic):
        return bool(topic.guide)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["name"]}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        may_write = request.user.has_perm("articles.add_article")
        return super().change_view(request, object_id, form_url, {"may_write": may_write, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        if "guide" in form.changed_data:
            obj.guide_updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        FormerAddress.objects.keep_up_with(obj, form.initial.get("slug") if change else None)


@admin.register(Background)
class BackgroundAdmin(ReadOnlyAdmin):
    """Material from outside is shown as it came, with its source; nobody edits it here."""

    list_display = ["question", "topic", "kind", "source"]
    list_select_related = ["topic"]
    search_fields = ["question", "topic__name"]
    fields = ["topic", "question", "answer", "kind", "source", "link", "key"]
    readonly_fields = ["link"]

    @admin.display(description=gettext_lazy("address of the source"))
    def link(self, background):
        return (
            format_html('<a href="{0}" rel="noreferrer">{0}</a>', background.source_url)
            if background.source_url
            else "–"
        )
