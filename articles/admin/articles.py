from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError
from django.db.models import F
from django.forms import Media, Script
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.widgets import GuestWidget, PictureWidget, WritingAdmin
from articles.desk import page, preview, saving, stale, steps, urls
from articles.desk.notes import with_places
from articles.drafts.preview import as_drafted
from articles.forms.articles import MOST_ROWS, ArticleForm, AuthorshipFormSet, ReferenceForm, ReferenceFormSet
from articles.models import Article, Authorship, EditorialEvent, Reference
from articles.models.references import sources_of
from articles.workflow.saving import cannot_be_changed
from edge.admin import OpeningFilter
from edge.completing import Completing
from edge.parts import render

Status = Article.Status


class ContentInline(Completing, InlineModelAdmin):
    """Rows of what is being written: they become rows of the database when readers are to see them. Whoever may change
    the article may change them."""

    formset: type[ReferenceFormSet | AuthorshipFormSet]
    max_num = MOST_ROWS

    @property
    def media(self):
        return Media(js=[Script("js/rows.js", type="module")])  # type: ignore[list-item]

    def get_formset(self, request, obj=None, **kwargs):
        """A form that claims to have millions of rows has as many as a page can show."""
        return super().get_formset(request, obj, **{"absolute_max": self.max_num + 1, **kwargs})

    def get_extra(self, request, obj=None, **kwargs):
        """The rows there are, and an empty one: without JavaScript the only way to add one."""
        return len(self.formset.rows_of(obj.content)) + 1 if obj else 1

    def has_view_permission(self, request, obj=None):
        return obj is None or obj.can_be_seen_by(request.user)

    def has_change_permission(self, request, obj=None):
        return obj is None or obj.can_be_edited_by(request.user)

    has_add_permission = has_delete_permission = has_change_permission


class ReferenceInline(ContentInline, admin.StackedInline):
    model = Reference
    form = ReferenceForm
    formset = ReferenceFormSet
    template = "admin/articles/article/sources.html"
    fields = ["place", "text", "url", "doi", "pmid", "accessed_on"]
    verbose_name = gettext_lazy("source")
    verbose_name_plural = gettext_lazy("sources")


class AuthorshipInline(ContentInline, admin.StackedInline):
    """Only editors say who wrote an article; a writer's own byline is there by itself."""

    model = Authorship
    formset = AuthorshipFormSet
    template = "admin/articles/article/byline.html"
    fields = ["writer", "position"]
    autocomplete_fields = ["writer"]

    @property
    def media(self):
        return super().media + Media(js=[Script("js/popups.js", type="module")])  # type: ignore[list-item]

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("articles.edit_any_article") and super().has_change_permission(request, obj)

    has_add_permission = has_delete_permission = has_change_permission

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        plain = field and field.widget
        if field and db_field.name == "writer" and isinstance(plain, RelatedFieldWidgetWrapper):
            field.widget = GuestWidget(plain.widget, plain.rel, plain.admin_site, plain.can_add_related)
        return field


class WhatFilter(OpeningFilter):
    """Opens on what waits for this person; who searches looks everywhere."""

    title = gettext_lazy("status")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        self.is_searching = bool(request.GET.get("q"))
        everything = [("waiting", _("Waiting for you")), ("all", _("All")), ("mine", _("My drafts")), *Status.choices]
        return [(value, str(label).capitalize()) for value, label in everything]

    def value(self):
        return self.used_parameters.get("what") or ("all" if self.is_searching else "waiting")

    def queryset(self, request, queryset):
        value = self.value()
        if value == "all":
            return queryset
        if value == "mine":
            return queryset.filter(status=Status.DRAFT).written_by(request.user)
        if value == "waiting":
            return queryset.filter(pk__in=waiting_for(request.user).values("pk"))
        if value == Status.PUBLISHED:
            # Also while a newer text is on its way.
            return queryset.filter(is_live=True)
        return queryset.filter(status=value) if value in Status.values else queryset.none()


def waiting_for(user):
    """What this person can do something about: the list's first view."""
    if user.has_perm("articles.publish_article"):
        return Article.objects.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED])
    if user.has_perm("articles.review_article"):
        return Article.objects.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW])
    if user.has_perm("articles.add_article"):
        return Article.objects.filter(status=Status.DRAFT).written_by(user)
    return Article.objects.all()


@admin.register(Article)
class ArticleAdmin(WritingAdmin):
    """Django's list and form of articles; all else that happens at the desk is in `articles/desk/`."""

    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["title_and_writers", "status_chip", "topic", "moved_at"]
    list_display_links = ["title_and_writers"]
    list_filter = [WhatFilter]
    list_select_related = ["topic"]
    list_per_page = 50
    search_fields = ["title", "summary", "slug", "authorships__writer__name"]
    autocomplete_fields = ["topic", "other_topics"]
    raw_id_fields = ["image"]
    readonly_fields = ["text", "sources"]
    inlines = [ReferenceInline, AuthorshipInline]
    show_full_result_count = False
    save_on_top = False
    fieldsets = [
        (None, {"fields": ["title", "summary", "body", "key_points", "get_help"]}),
        (gettext_lazy("Where it belongs"), {"fields": ["topic", "other_topics", "image", "slug"]}),
    ]

    @admin.display(description=gettext_lazy("article"), ordering="title")
    def title_and_writers(self, article):
        names = ", ".join(writer.name for writer in article.writers.all())
        note = ""
        if article.status == Status.DRAFT and article.last_step == "send_back":
            note = format_html("<br><span class='small'>{} {}</span>", _("Sent back:"), article.last_note)
        return format_html("{}<br><span class='muted small'>{}</span>{}", article, names, note)

    @admin.display(description=gettext_lazy("text"))
    def text(self, article):
        # Cleaned when it was saved and once more as it is rendered.
        html = as_drafted(article).body_html
        words = with_places(html) if getattr(article, "takes_notes", False) else mark_safe(html)  # noqa: S308
        return format_html('<div class="prose">{}</div>', words)

    @admin.display(description=gettext_lazy("sources"))
    def sources(self, article):
        rows = sources_of(as_drafted(article))
        shown = render("articles/sources.html", {"references": rows, "cited": {}}) if rows else "–"
        return format_html('<div class="prose">{}</div>', shown)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_chip(self, article):
        return steps.chip(article)

    @admin.display(description=gettext_lazy("since"), ordering="submitted_at")
    def moved_at(self, article):
        if article.is_live and article.last_step == "":
            # What becomes of the next text, and when, is nobody's business who may not read it.
            return article.published_at
        dates = {Status.SCHEDULED: article.publish_at, Status.PUBLISHED: article.published_at}
        return dates.get(article.status) or article.submitted_at or article.updated_at or article.created_at

    def get_queryset(self, request):
        return (
            Article.objects.visible_to(request.user).with_last_event(open_to=request.user).prefetch_related("writers")
        )

    def get_ordering(self, request):
        """What waits is read oldest first, everything else newest first."""
        if request.GET.get("what", "waiting") in {"waiting", Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED}:
            return [F("submitted_at").asc(nulls_last=True), "id"]
        return [F("published_at").desc(nulls_last=True), "-id"]

    def view_on_site(self, article):
        return article.get_absolute_url() if article.is_public else None

    def get_fieldsets(self, request, obj=None):
        """Who may only read gets the text as text, not as HTML."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        shown = ["text" if name == "body" else name for name in fieldsets[0][1]["fields"]]
        return [(None, {"fields": [*shown, "sources"]}), *fieldsets[1:]]

    @property
    def media(self):
        """None of Django's own, which need jQuery: docs/decisions/0017."""
        return Media()

    def get_inlines(self, request, obj):
        """A new article of a writer has her byline; only editors see the table of them."""
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        return self.inlines if request.user.has_perm("articles.edit_any_article") else [ReferenceInline]

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or obj.can_be_seen_by(request.user))

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.can_be_edited_by(request.user))

    def has_add_permission(self, request):
        return Article.can_be_begun_by(request.user)

    def has_delete_permission(self, request, obj=None):
        """What readers have seen is archived, never deleted; and nothing is deleted in bulk."""
        never_shown = obj is not None and obj.published_at is None and obj.status != Status.SCHEDULED
        return never_shown and super().has_delete_permission(request, obj)

    def why_not(self, article):
        return cannot_be_changed(article)

    def get_deleted_objects(self, objs, request):
        """With a draft that nobody has seen goes what happened to it: nobody deletes from the log otherwise."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {str(EditorialEvent._meta.verbose_name)}, protected

    # --- What the desk adds to Django's list and form ---

    def get_urls(self):
        return [*urls.patterns(self.admin_site.admin_view), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"may_see_stale": stale.may_see(request.user), **(extra_context or {})})

    def get_object(self, request, object_id, from_field=None):
        article = super().get_object(request, object_id, from_field)
        return article and page.as_written(article, request.user)

    def get_changeform_initial_data(self, request):
        return {"draft_key": get_random_string(saving.KEY_LENGTH), **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "image":
            kwargs["widget"] = PictureWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        kwargs["queryset"] = inline.model.objects.none()
        if request.method != "POST" and obj.pk:
            kwargs["initial"] = inline.formset.rows_of(obj.content)
        return kwargs

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= page.context(request, obj)
        if "_back" in request.POST:
            context["errors"] = None  # it is no error to look again
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return preview.may_frame(request, response)

    def add_view(self, request, form_url="", extra_context=None):
        """A new article that has saved itself already, or does at this moment, is that one, whatever address its form was
        sent to."""
        begun = saving.begun_by(request)
        if not begun:
            try:
                return super().add_view(request, form_url, extra_context)
            except IntegrityError:
                begun = saving.begun_by(request)
                if not begun:
                    raise
        address = reverse("admin:articles_article_change", args=[begun.pk])
        return self.change_view(request, str(begun.pk), address, extra_context)

    def take_in(self, view, request, **kwargs):
        return saving.take_in(view, request, **kwargs)

    def save_model(self, request, obj, form, change):
        """A new article gets its row; everything else is its content, see `save_related`."""
        if not change:
            obj.draft_key = saving.own_key(request)
            super().save_model(request, obj, form, change)
            saving.give_byline(obj, request.user)

    def save_related(self, request, form, formsets, change):
        saving.save(request, form, formsets, is_new=not change)

    def response_add(self, request, obj, post_url_continue=None):
        return steps.after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return steps.after_saving(request, obj) or super().response_change(request, obj)
