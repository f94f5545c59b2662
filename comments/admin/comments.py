from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.desk.deciding import (
    DecisionForm,
    Seen,
    Verb,
    decide_many,
    missing,
    verbs_for,
    was_the_same_click,
    why_refused,
)
from comments.desk.people import attach_earlier, outcomes_of_person
from comments.models import AlreadyDecided, Comment, Decision
from edge.desk import BoundedPaginator


class StatusFilter(admin.SimpleListFilter):
    """The queue unless something else is asked for."""

    title = _("state")
    parameter_name = "status"
    template = "admin/comments/comment/states.html"
    everything = "all"

    def lookups(self, request, model_admin):
        return [*Comment.Status.choices, (self.everything, _("all"))]

    def value(self):
        value = super().value()
        return value if value in {*Comment.Status.values, self.everything} else Comment.Status.PENDING.value

    def choices(self, changelist):
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request, queryset):
        return queryset if self.value() == self.everything else queryset.filter(status=self.value())


def status_asked_for(request) -> str:
    value = request.GET.get(StatusFilter.parameter_name)
    return value if value in {*Comment.Status.values, StatusFilter.everything} else Comment.Status.PENDING.value


class Queue(ChangeList):
    """The page's comments with what their cards tell beside the words, fetched for all of them together."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        attach_earlier(self.result_list)
        for comment in self.result_list:
            comment.came_from = self.preserved_filters


class BulkForm(ActionForm):
    """Beside the choice of an action: the reason and the note for all that are ticked."""

    reason = forms.ChoiceField(label=_("Reason:"), choices=[("", _("none")), *Decision.Reason.choices], required=False)
    note = forms.CharField(label=_("Note:"), max_length=2_000, required=False)


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    list_display = ["card"]
    list_display_links = None
    list_filter = [StatusFilter]
    list_per_page = 50
    list_max_show_all = 100
    list_select_related = ["thread", "opens", "parent__writer", "writer"]
    search_fields = ["name", "email", "body"]
    search_help_text = _("Words of the text, a name, or a whole e-mail address.")
    show_full_result_count = False
    paginator = BoundedPaginator
    actions = ["approve", "reject", "mark_as_spam", "remove"]
    action_form = BulkForm

    @admin.display(description=_("What readers wrote"))
    def card(self, comment):
        context = {
            "comment": comment,
            "form": DecisionForm(comment=comment),
            "verbs": verbs_for(comment.state),
            "came_from": comment.came_from,
        }
        return render_to_string("admin/comments/comment/card.html", context)

    @admin.action(description=_("Approve what is ticked"), permissions=["moderate"])
    def approve(self, request, queryset):
        self.decide_ticked(request, Verb.APPROVE)

    @admin.action(description=_("Reject what is ticked"), permissions=["moderate"])
    def reject(self, request, queryset):
        self.decide_ticked(request, Verb.REJECT)

    @admin.action(description=_("Mark what is ticked as spam"), permissions=["moderate"])
    def mark_as_spam(self, request, queryset):
        self.decide_ticked(request, Verb.SPAM)

    @admin.action(description=_("Remove what is ticked"), permissions=["moderate"])
    def remove(self, request, queryset):
        self.decide_ticked(request, Verb.REMOVE)

    def decide_ticked(self, request, verb):
        """Not the queryset decides what is meant but what the page showed: somebody may have emptied the queue."""
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
        if lacks := [message for _field, message in missing(verb, reason, note)]:
            self.message_user(request, " ".join(lacks), messages.ERROR)
            return
        if reason not in {"", *Decision.Reason.values}:
            raise Http404
        report = decide_many(ticked(request), verb, by=request.user, reason=reason, note=note)
        self.message_user(request, str(report), messages.WARNING if report.refused else messages.SUCCESS)

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide)
        return [path("<int:pk>/decide/", decide, name="comments_comment_decide"), *super().get_urls()]

    @method_decorator(require_POST)
    def decide(self, request, pk):
        """One decision about one comment, from its card in the queue or from its own page."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comment = get_object_or_404(self.get_queryset(request), pk=pk)
        form = DecisionForm(request.POST, comment=comment)
        if not form.is_valid():
            return self.page(request, comment, form, status=422)
        seen, verb = form.cleaned_data["seen"], Verb(form.cleaned_data["verb"])
        try:
            form.decide(by=request.user)
        except AlreadyDecided as refusal:
            if not was_the_same_click(refusal, seen, verb, by=request.user):
                return self.refuse(request, refusal, form)
        outcome = verb.outcome.label
        self.message_user(request, _("%(name)s: %(outcome)s.") % {"name": comment.name, "outcome": outcome})
        return HttpResponseRedirect(self.queue_url(request))

    def refuse(self, request, refusal, form):
        """The comment as it stands now, who was faster, and what the moderator had typed."""
        now = get_object_or_404(self.get_queryset(request), pk=refusal.comment.pk)
        typed = {name: form.cleaned_data[name] for name in ("reason", "note")}
        told = why_refused(refusal, form.cleaned_data["seen"], by=request.user)
        return self.page(request, now, DecisionForm(comment=now, initial=typed), status=409, told=told)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        comment = self.get_object(request, unquote(object_id))
        if comment is None:
            self.message_user(request, _("This comment no longer exists."), messages.WARNING)
            return HttpResponseRedirect(self.queue_url(request))
        return self.page(request, comment, DecisionForm(comment=comment))

    def page(self, request, comment, form, *, status=200, told=""):
        """A comment's own page: its words and their versions, what was decided, and what else this person wrote."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": comment,
            "title": _("What %(name)s wrote") % {"name": comment.name},
            "comment": comment,
            "form": form,
            "told": told,
            "verbs": verbs_for(comment.state),
            "needs_reason": any(verb.needs_reason for verb in verbs_for(comment.state)),
            "versions": comment.versions.order_by("-number"),
            "decisions": comment.decisions.select_related("by"),
            "others": Comment.objects.by_person(comment).select_related("thread")[:20],
            "outcomes": outcomes_of_person(comment),
            "came_from": self.get_preserved_filters(request),
            "queue_url": self.queue_url(request),
        }
        return TemplateResponse(request, "admin/comments/comment/page.html", context, status=status)

    def queue_url(self, request) -> str:
        """The list as it was left: its filters, its search, its page."""
        query = request.GET.get("_changelist_filters", "")
        return reverse("admin:comments_comment_changelist") + (f"?{query}" if query else "")

    def changelist_view(self, request, extra_context=None):
        title = _("What readers wrote")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist(self, request, **kwargs):
        return Queue

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_ordering(self, request):
        """Oldest first where somebody waits, newest first where one looks back."""
        return ["created_at", "id"] if status_asked_for(request) == Comment.Status.PENDING else ["-id"]

    def get_search_results(self, request, queryset, search_term):
        if "@" in search_term and " " not in search_term.strip():
            return queryset.filter(email__iexact=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    def get_actions(self, request):
        possible = verbs_for(status_asked_for(request))
        return {name: action for name, action in super().get_actions(request).items() if name in possible}

    def has_moderate_permission(self, request) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_module_permission(self, request):
        return self.has_moderate_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody edits a reader's words, and the state changes only by a decision."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def ticked(request) -> list[Seen]:
    """The ticked comments as the page showed them. What has no such mark was never seen and is not decided."""
    seen = []
    for pk in request.POST.getlist("_selected_action"):
        try:
            seen.append(Seen.parse(int(pk), request.POST.get(f"{pk}-seen", "")))
        except ValueError:
            continue
    return seen
