from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import F
from django.forms import Media, Script
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.bylines import NamesGuests
from articles.desk.calendar import CalendarAdmin
from articles.desk.checks import CheckingAdmin
from articles.desk.corrections import CorrectionsAdmin
from articles.desk.history import HistoryAdmin, events_for
from articles.desk.link_search import articles_to_link
from articles.desk.main_picture import ChoosesPicture
from articles.desk.notes import NotesAdmin
from articles.desk.preview import PreviewAdmin
from articles.desk.reviews import ReviewsAdmin
from articles.desk.saving import has_byline
from articles.desk.sources import LookupAdmin
from articles.desk.stale import StaleAdmin
from articles.drafts.note_places import with_places
from articles.drafts.preview import as_drafted
from articles.forms.articles import ArticleForm, AuthorshipFormSet, ReferenceForm, ReferenceFormSet
from articles.models import Article, Authorship, Reference
from articles.models.papers import with_retractions
from articles.models.steps import STEPS, allowed_steps
from edge.completing import Completing

Status = Article.Status
CHIPS = {Status.PUBLISHED: "good", Status.ARCHIVED: "plain", Status.DRAFT: "plain"}


def chip(article):
    """Where the latest text is on its way; and whether readers see an earlier one meanwhile."""
    chips = [(CHIPS.get(article.status, "wait"), article.get_status_display())]
    if article.is_live and article.status != Status.PUBLISHED:
        chips.insert(0, ("good", _("published")))
    return format_html_join(" ", '<span class="chip chip--{}">{}</span>', chips)


class FollowsArticle:
    """Rows of an article may be changed by whoever may change the article."""

    def has_view_permission(self, request, obj=None):
        return obj is None or obj.can_be_seen_by(request.user)

    def has_change_permission(self, request, obj=None):
        return obj is None or obj.can_be_edited_by(request.user)

    has_add_permission = has_delete_permission = has_change_permission


class ContentInline(FollowsArticle, Completing, InlineModelAdmin):
    """Rows of what is being written: they become rows of the database when readers are to see them."""

    formset: type[ReferenceFormSet | AuthorshipFormSet]
    max_num = 300

    @property
    def media(self):
        return Media(js=[Script("js/rows.js", type="module")])  # type: ignore[list-item]

    def get_formset(self, request, obj=None, **kwargs):
        """A form that claims to have millions of rows has as many as a page can show."""
        return super().get_formset(request, obj, **{"absolute_max": self.max_num + 1, **kwargs})

    def get_extra(self, request, obj=None, **kwargs):
        """The rows there are, and an empty one: without JavaScript the only way to add one."""
        return len(self.formset.rows_of(obj.content)) + 1 if obj else 1


class ReferenceInline(ContentInline, admin.StackedInline):
    model = Reference
    form = ReferenceForm
    formset = ReferenceFormSet
    template = "admin/articles/article/sources.html"
    fields = ["place", "text", "url", "doi", "pmid", "accessed_on"]
    verbose_name = gettext_lazy("source")
    verbose_name_plural = gettext_lazy("sources")


class AuthorshipInline(NamesGuests, ContentInline, admin.StackedInline):
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


class WhatFilter(admin.SimpleListFilter):
    """Opens on what waits for this person; everything else is one click away."""

    title = gettext_lazy("status")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        everything = [("waiting", _("Waiting for you")), ("all", _("All")), ("mine", _("My drafts")), *Status.choices]
        return [(value, str(label).capitalize()) for value, label in everything]

    def chosen(self, words):
        """Who searches looks everywhere."""
        return self.value() or ("all" if words else "waiting")

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            yield {
                "selected": self.chosen(changelist.query) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request, queryset):
        value = self.chosen(request.GET.get("q"))
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
class ArticleAdmin(
    CheckingAdmin,
    ReviewsAdmin,
    PreviewAdmin,
    CalendarAdmin,
    CorrectionsAdmin,
    ChoosesPicture,
    StaleAdmin,
    LookupAdmin,
    NotesAdmin,
    HistoryAdmin,
):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["title_and_writers", "status_chip", "topic", "moved_at"]
    list_display_links = ["title_and_writers"]
    list_filter = [WhatFilter]
    list_select_related = ["topic"]
    list_per_page = 50
    search_fields = ["title", "summary", "slug", "authorships__writer__name"]
    autocomplete_fields = ["topic", "other_topics"]
    readonly_fields = ["text", "sources"]
    inlines = [ReferenceInline, AuthorshipInline]
    show_full_result_count = False
    save_on_top = False
    fieldsets = [
        (None, {"fields": ["title", "summary", "body", "key_points", "get_help"]}),
        (gettext_lazy("Where it belongs"), {"fields": ["topic", "other_topics", "image", "slug"]}),
    ]

    def get_urls(self):
        found = path("to-link/", self.admin_site.admin_view(articles_to_link), name="articles_article_to_link")
        return [found, *super().get_urls()]

    @admin.display(description=gettext_lazy("article"), ordering="title")
    def title_and_writers(self, article):
        names = ", ".join(writer.name for writer in article.writers.all())
        note = ""
        if article.status == Status.DRAFT and article.last_step == "send_back":
            note = format_html("<br><span class='small'>{} {}</span>", _("Sent back:"), article.last_note)
        return format_html("{}<br><span class='muted small'>{}</span>{}", article.title, names, note)

    @admin.display(description=gettext_lazy("text"))
    def text(self, article):
        # Cleaned when it was saved and once more as it is rendered.
        html = as_drafted(article).body_html
        words = with_places(html) if getattr(article, "takes_notes", False) else mark_safe(html)  # noqa: S308
        return format_html('<div class="reading__words">{}</div>', words)

    @admin.display(description=gettext_lazy("sources"))
    def sources(self, article):
        rows = as_drafted(article).sources()
        return render_to_string("articles/sources.html", {"references": with_retractions(rows)}) if rows else "–"

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_chip(self, article):
        return chip(article)

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

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

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
        """A byline comes first: an article without a writer could not leave the drafts."""
        user = request.user
        return super().has_add_permission(request) and (user.has_perm("articles.edit_any_article") or has_byline(user))

    def has_delete_permission(self, request, obj=None):
        """What readers have seen is archived, never deleted; and nothing is deleted in bulk."""
        never_shown = obj is not None and obj.published_at is None and obj.status != Status.SCHEDULED
        return never_shown and super().has_delete_permission(request, obj)

    def why_not(self, obj):
        return _("This article is %(status)s now and cannot be changed. Nothing was saved.") % {
            "status": obj.get_status_display()
        }

    def saved(self, request, article, own):
        """Where the article is now and what comes next, too: with its first words it is no longer new."""
        forward = way_forward(allowed_steps(article, request.user))
        said = forward and {"name": forward.name, "label": forward.label_for(article)}
        return {**super().saved(request, article, own), "chip": chip(article), "forward": said}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is None:
            first = way_forward(first_steps(request.user))
            context |= {"way_forward": first, "way_forward_label": first.label}
        else:
            events = events_for(obj, request.user)
            steps = allowed_steps(obj, request.user)
            forward = way_forward(steps)
            context |= {
                "title": str(obj),
                "subtitle": None,
                "steps": steps,
                "way_forward": forward,
                "other_steps": [step for step in steps if step != forward],
                "way_forward_label": forward.label_for(obj) if forward else "",
                "chip": chip(obj),
                "events": events[:5],
                "sent_back": sent_back(obj),
                "review_is_old": obj.is_live and obj.reviewed_on is None and obj.review_due_on is not None,
                "byline": ", ".join(obj.writers.values_list("name", flat=True)),
            }  # fmt: skip
        return super().render_change_form(request, context, add, change, form_url, obj)


def sent_back(article):
    """The editor's words, when no step was taken since; for those who may read the draft."""
    if not getattr(article, "takes_notes", False):
        return None
    last = article.events.filter(step__in=[*STEPS]).select_related("by").first()
    return last if last and last.step == "send_back" and article.status == Status.DRAFT else None


def first_steps(user):
    """Of an article that is not there yet: those of a draft of one's own."""
    names = ["submit", "publish"] if user.has_perm("articles.publish_article") else ["submit"]
    return [STEPS[name] for name in names]


def way_forward(steps):
    """The one step that the page's main button takes: whoever may publish a draft need not submit it to herself."""
    main = [step for step in steps if step.weight == "main"]
    publish = [step for step in main if step.name == "publish"]
    return next(iter(publish if main and main[0].name == "submit" and publish else main), None)
