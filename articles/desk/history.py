"""What an article was: every revision, any two compared, and any one brought back."""

from dataclasses import dataclass, field

from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.desk.saving import DraftingAdmin
from articles.drafts.differences import differences
from articles.drafts.saving import when_live
from articles.models import Article, Revision
from articles.models.steps import ALSO, STEPS, StepRefused
from articles.workflow.writing import restore
from edge.numbers import number_in

SHOWN = 200  # revisions that one page looks at, before autosaves are folded
LINES = 25  # of them, when they are folded


@dataclass
class Run:
    """The last of what one person's window saved by itself, one after the other; or what somebody saved."""

    last: Revision
    folded: list[Revision] = field(default_factory=list)

    @property
    def first(self):
        return self.folded[-1] if self.folded else self.last

    def takes(self, older):
        """What readers saw once has a line of its own."""
        if older.was_live:
            return False
        same = (older.by_id, older.window) == (self.last.by_id, self.last.window)
        return older.is_autosave and bool(older.window) and same


def runs_of(revisions):
    """The latest first; each revision knows when it `was_live`."""
    runs: list[Run] = []
    for revision in revisions:
        if runs and runs[-1].takes(revision):
            runs[-1].folded.append(revision)
        else:
            runs.append(Run(revision))
    return runs


class HistoryAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", view(self.compare_view), name="articles_article_compare"),
            path(
                "<int:pk>/restore/<int:number>/", view(require_POST(self.restore_view)), name="articles_article_restore"
            ),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """`?before=7` shows those before the seventh; the latest is there on every page, to be compared with."""
        if number_in(object_id) is None:
            raise Http404
        article = self.find(request, object_id)
        revisions = revisions_open_to(request.user, article)
        before = number_in(request.GET.get("before"))
        shown = list((revisions if before is None else revisions.filter(number__lt=before))[:SHOWN])
        latest = list(revisions[:1]) if before is not None and shown else []
        spans = when_live(article)
        for revision in [*latest, *shown]:
            revision.was_live = spans.get(revision.pk, [])
        runs = runs_of(shown)
        older = runs[:LINES][-1].first.number if len(shown) == SHOWN or len(runs) > LINES else None
        context = {
            **self.about(request, article, _("History")),
            "events": events_for(article, request.user),
            "runs": [*map(Run, latest), *runs[:LINES]], "older": older,
            "may_restore": article.can_be_edited_by(request.user),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/history.html", context)

    def compare_view(self, request, pk):
        """`?from=3&to=7`; without them, what readers see and the latest, or the two latest."""
        article = self.find_with_draft(request, pk)
        newer = revision_of(article, request.GET.get("to")) or article.latest_revision
        older = revision_of(article, request.GET.get("from")) or beside(article, newer)
        if newer is None or older is None:
            raise Http404
        context = {
            **self.about(request, article, _("Compare")),
            "older": older, "newer": newer, "differences": differences(older.content, newer.content),
            "may_restore": article.can_be_edited_by(request.user),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/compare.html", context)

    def restore_view(self, request, pk, number):
        article = self.find_with_draft(request, pk)
        revision = revision_of(article, str(number))
        if revision is None:
            raise Http404
        try:
            restore(article, revision, by=request.user)
        except StepRefused as refusal:
            self.message_user(request, str(refusal), "ERROR")
        else:
            self.message_user(request, _("Revision %(number)s is the latest text again.") % {"number": number})
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def find_with_draft(self, request, pk):
        """Earlier texts are nobody's business who may not read the latest."""
        if not Article.objects.drafts_open_to(request.user).filter(pk=pk).exists():
            raise Http404
        return self.find(request, pk)

    def about(self, request, article, title):
        return {
            **self.admin_site.each_context(request),
            "title": title, "subtitle": str(article), "opts": self.opts, "article": article, "original": article,
        }  # fmt: skip


WITHOUT = ("revision__full", "revision__undo")


def revision_of(article, number):
    """By its number; None for what is none."""
    return article.revisions.select_related("by").filter(number=number_in(number)).first()


def beside(article, newer):
    """What it is most worth comparing with: what readers see, else what was saved before it."""
    if newer is None:
        return None
    if article.live_revision_id and article.live_revision_id != newer.pk:
        return article.live_revision
    return article.revisions.filter(number__lt=newer.number).first()


def revisions_open_to(user, article):
    """The latest first, without their contents. Who may only read what is live gets what was."""
    revisions = article.revisions.select_related("by").defer("full", "undo")
    if Article.objects.drafts_open_to(user).filter(pk=article.pk).exists():
        return revisions
    return revisions.filter(pk__in=when_live(article))


def events_for(article, user):
    """What happened, the latest first, with `label`: the step in words.

    Who may only read what is live learns when that was published, and nothing of the work on the next text.
    """
    events = article.events.select_related("by", "revision").defer(*WITHOUT)
    if not Article.objects.drafts_open_to(user).filter(pk=article.pk).exists():
        events = events.filter(step="publish")
    return with_labels(events[:SHOWN])


def with_labels(events):
    """Events with `label`: the step in words."""
    events = list(events)
    for event in events:
        event.label = STEPS[event.step].label if event.step in STEPS else ALSO.get(event.step, event.step)
    return events
