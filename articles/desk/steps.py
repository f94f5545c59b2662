"""The steps of an article: pressed beside the text, or on a page of their own that asks what has to be said with them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from accounts.models import User
from articles.checklist import holding
from articles.desk.frame import StaffRequest, page, seen_by_readers, to
from articles.forms.steps import ReviewForm, StepForm, form_for
from articles.models import Article, EditorialEvent
from articles.models.steps import (
    STEPS,
    NotReady,
    Step,
    StepRefused,
    allowed_steps,
    held_by_four_eyes,
    label_of,
    may_discard_draft,
)
from articles.workflow.acts import ACTS
from articles.workflow.saving import discard_draft

Status = Article.Status
CHIPS = {Status.PUBLISHED: "good", Status.ARCHIVED: "plain", Status.DRAFT: "plain"}
EVENTS_SHOWN = 5
FEW = 2  # steps that all stand in the bar; of more, those that are seldom taken are folded
SHOWS_READERS = {"publish", "schedule"}


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    if article is None:
        first = way_forward(first_steps(request.user))
        return {"way_forward": first and button(first, Article())}
    steps = allowed_steps(article, request.user)
    forward = way_forward(steps)
    others = [step for step in steps if step != forward]
    apart = [step for step in others if step.weight == "plain"] if len(others) > FEW else []
    return {
        "steps": steps,
        "way_forward": forward and button(forward, article),
        "steps_beside": [button(step, article) for step in others if step not in apart],
        "steps_apart": [button(step, article) for step in apart],
        "held_by_four_eyes": held_by_four_eyes(article, request.user),
        "may_discard_draft": may_discard_draft(article, request.user),
        "chip": chip(article),
        "events": events_for(article, request.user, EVENTS_SHOWN),
        "sent_back": sent_back(article),
    }


def chip(article: Article) -> SafeString:
    """Where the latest text is on its way; and whether readers see an earlier one meanwhile."""
    chips = [(CHIPS.get(Status(article.status), "wait"), article.get_status_display())]
    if article.is_live and article.status != Status.PUBLISHED:
        chips.insert(0, ("good", _("published")))
    return format_html_join(" ", '<span class="chip chip--{}">{}</span>', chips)


def named_forward(article: Article, user: User) -> dict[str, Any] | None:
    """For the page's script: with its first words an article is no longer new."""
    forward = way_forward(allowed_steps(article, user))
    return button(forward, article) if forward else None


def button(step: Step, article: Article) -> dict[str, Any]:
    return {"name": step.name, "label": step.label_for(article), "weight": step.weight}


def way_forward(steps: list[Step]) -> Step | None:
    """The one step that the page's main button takes: whoever may publish a draft need not submit it to herself."""
    main = [step for step in steps if step.weight == "main"]
    publish = [step for step in main if step.name == "publish"]
    return next(iter(publish if main and main[0].name == "submit" and publish else main), None)


def first_steps(user: User) -> list[Step]:
    """Of an article that is not there yet: those of a draft of one's own."""
    names = ["submit", "publish"] if user.has_perm("articles.publish_article") else ["submit"]
    return [STEPS[name] for name in names]


def sent_back(article: Any) -> EditorialEvent | None:
    """The editor's words, when no step was taken since; for those who may read the draft."""
    if not article.takes_notes:
        return None
    last: EditorialEvent | None = article.events.filter(step__in=[*STEPS]).select_related("by").first()
    return last if last and last.step == "send_back" and article.status == Status.DRAFT else None


def events_for(article: Article, user: User, most: int = 200) -> list[Any]:
    """What happened, the latest first, with `label`: the step in words.

    Who may only read what is live learns when that was published, and nothing of the work on the next text.
    """
    events = article.events.select_related("by", "revision").defer("revision__full", "revision__undo")
    if not Article.objects.drafts_open_to(user).filter(pk=article.pk).exists():
        events = events.filter(step="publish")
    labelled: list[Any] = list(events[:most])
    for event in labelled:
        event.label = label_of(event.step)
    return labelled


def take_step(request: StaffRequest, article: Article, name: str) -> HttpResponse:
    """GET asks what the step needs, POST takes it. What was typed stays when it is refused."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    if not step.may(article, request.user):
        raise PermissionDenied
    form = form_for(step, article, request.POST if request.method == "POST" else None)
    if isinstance(form, ReviewForm):
        form.ask_about_notes(article, request.user)
    is_possible = step.fits(article)
    if request.method == "POST" and form.is_valid():
        try:
            take(article, step, request.user, **form.said(article))
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return taken(request, article, step)
    return page(
        request, Article, "step", step.label, article=article, original=article, step=step, form=form,
        is_possible=is_possible, zone=get_current_timezone_name(),
        # Who is about to publish sees what holds it before anything else is asked.
        holding=holding(article, article.content) if name in SHOWS_READERS else [],
    )  # fmt: skip


def discard(request: StaffRequest, article: Article) -> HttpResponse:
    """GET asks, POST does it: a draft that nobody else has worked on goes for good."""
    if not may_discard_draft(article, request.user):
        raise PermissionDenied
    form = StepForm(request.POST or None, initial=StepForm().first(article))
    if form.is_valid():
        try:
            form.said(article)
            discard_draft(article, by=request.user)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(article)s: Discarded.") % {"article": article})
            return to("article_changelist")
    return page(request, Article, "discard", _("Discard this draft"), article=article, original=article, form=form)


def after_saving(request: StaffRequest, saved: Article) -> HttpResponse | None:
    """A step was pressed beside the text: the text is saved, now the step, or the question that it asks first."""
    step = STEPS.get(request.POST.get("_step", ""))
    if step is None:
        return None
    if step.asks:
        return to("article_step", saved.pk, step.name)
    article = Article.objects.get(pk=saved.pk)
    try:
        take(article, step, request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        # A page that knows what is missing shows it there.
        return to("article_change", article.pk, place="#checks" if isinstance(refusal, NotReady) else "")
    return taken(request, article, step)


def take(article: Article, step: Step, user: User, **said: Any) -> None:
    ACTS[step.name](article, by=user, **said)


def taken(request: StaffRequest, article: Article, step: Step) -> HttpResponse:
    """Back to the article; to the list when it is out of this person's sight now, such as a draft sent back."""
    messages.success(request, seen_by_readers(f"{article}: {step.done}", article))
    return to("article_change", article.pk) if article.can_be_seen_by(request.user) else to("article_changelist")
