"""Batches in the admin: asked for, stopped, gone on with, taken back."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.desk.batches import BatchForm, bounded_count, filter_of, selection_of
from comments.desk.queues import PAGE, QUEUES, Selection
from comments.desk.views import filters
from comments.models import Batch, Decision, Verb
from edge.admin import ReadOnlyAdmin
from edge.front_page import COUNTED
from edge.numbers import number_in

SAMPLES = 5
# As personal_data.toml has it.
FILTER_KEPT = timedelta(days=30)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["what", "about", "how_far", "status", "by", "created_at"]
    list_filter = ["status"]
    list_select_related = ["by"]

    @admin.display(description=_("decision"))
    def what(self, batch):
        return Verb(batch.verb).label

    @admin.display(description=_("filter"))
    def about(self, batch):
        return about(batch)

    @admin.display(description=_("decided"))
    def how_far(self, batch):
        return _("%(done)s of %(expected)s") % {"done": f"{batch.done:,}", "expected": f"{batch.expected:,}"}

    def get_urls(self):
        def act(verb):
            view = self.admin_site.admin_view(getattr(self, verb))
            return path(f"<int:pk>/{verb}/", view, name=f"comments_batch_{verb}")

        return [act("stop"), act("resume"), act("undo"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """A batch is begun at the desk, where one sees what it is about; an empty one would mean everything."""
        return super().changelist_view(request, {"has_add_permission": False, **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        """What would be decided: how much, the first few, and the form. The filter is the address's query string."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        selection = filter_of(Selection.parse(request.GET))
        form = BatchForm(request.POST or None, selection=selection)
        if request.method == "POST" and form.is_valid():
            batch = form.start(by=request.user)
            return HttpResponseRedirect(reverse("admin:comments_batch_change", args=[batch.pk]))
        matching = selection.comments
        in_danger = matching.filter(waits_since__isnull=False, is_crisis=True)
        # In whatever order the index has them: sorting a few hundred thousand takes longer than a page may.
        samples = list(matching.select_related("thread", "writer")[: SAMPLES + 1])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Decide about all that match"),
            "form": form,
            "selection": selection,
            "about": described(selection),
            "waiting": selection.address(queue=QUEUES["waiting"]) if selection.queue.slug == "all" else "",
            "count": shown(bounded_count(matching)),
            "in_danger": shown(bounded_count(in_danger)),
            "samples": samples[:SAMPLES],
            "has_more": len(samples) > SAMPLES,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/comments/batch/add.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """How far it is. The page asks again by itself while the worker is busy with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            self.message_user(request, _("This is not there any more."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:comments_batch_changelist"))
        context = {"batch": batch, "verb": Verb(batch.verb), "about": about(batch)}
        context["reason"] = Decision.Reason(batch.reason).label if batch.reason else ""
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "admin/comments/batch/progress.html", context)
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": _("One decision about many")}
        context |= decided_by(batch, after=number_in(request.GET.get("after", "")) or 0)
        return TemplateResponse(request, "admin/comments/batch/page.html", context)

    @method_decorator(require_POST)
    def stop(self, request, pk):
        return self.act(request, pk, lambda batch: batch.stop())

    @method_decorator(require_POST)
    def resume(self, request, pk):
        return self.act(request, pk, lambda batch: batch.resume(by=request.user))

    @method_decorator(require_POST)
    def undo(self, request, pk):
        return self.act(request, pk, lambda batch: batch.take_back(by=request.user))

    def act(self, request, pk, verb):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not verb(get_object_or_404(Batch, pk=pk)):
            self.message_user(request, _("It has moved on meanwhile. This is how it stands now."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:comments_batch_change", args=[pk]))

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def has_view_permission(self, request, obj=None):
        return self.has_add_permission(request)


def decided_by(batch, *, after):
    """A page of what it decided, so that nothing is decided that nobody can look at."""
    found = batch.decisions.filter(undoes=None, pk__gt=after).order_by("pk").select_related("comment__thread", "undone")
    rows = list(found[: PAGE + 1])
    return {"decisions": rows[:PAGE], "later": rows[PAGE - 1].pk if len(rows) > PAGE else None, "after": after}


def shown(count):
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}" if count else ""


def about(batch):
    """The filter in words. It may hold what somebody searched for, so it is not kept for ever."""
    if not batch.query or batch.ended_at and batch.ended_at < timezone.now() - FILTER_KEPT:
        return _("a filter that is not kept any more")
    return described(selection_of(batch))


def described(selection):
    return ", ".join(map(str, [selection.queue.title, *(title for title, _address in filters(selection))]))
