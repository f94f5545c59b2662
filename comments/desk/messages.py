"""Notes for other moderators, messages to the person, and the preview of a statement of reasons."""

import tomllib
from functools import partial
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comments.decisions.comments import source_of
from comments.desk.acting import again
from comments.desk.cards import card_of, dressed
from comments.desk.deciding import DecisionForm, VerbForm
from comments.desk.requests import ModeratorRequest, asked, is_fragment, to_card
from comments.ledger import statement
from comments.letters.comment_letters import why_not_mailed, write_message
from comments.models import Comment, Message, Note, ReplyTemplate, Verb
from edge.letters import clean_text
from edge.numbers import number_in

ANY = ["GET", "HEAD", "POST"]
FIRST_TEMPLATES = Path(__file__).with_name("first_replies.toml")


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["body"]

    def clean_body(self) -> str:
        return clean_text(self.cleaned_data["body"])


class MessageForm(NoteForm):
    class Meta(NoteForm.Meta):
        model = Message  # type: ignore[assignment]


def once(said: Note | Message) -> None:
    """The same click twice writes it once; two at the very same moment write it twice, and nothing breaks."""
    if not type(said)._default_manager.filter(comment=said.comment, by=said.by, body=said.body).exists():
        said.save()


def send(message: Message) -> None:
    """Onto the private page of the comment, and by mail where the person asked for that."""
    with transaction.atomic():
        once(message)
        if message.pk:
            write_message(message)


@require_POST
def note(request: ModeratorRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(dressed(Comment.objects.all()), pk=pk)
    form = NoteForm(request.POST, instance=Note(comment=comment, by=request.user))
    if form.is_valid():
        once(form.instance)
    if is_fragment(request):
        return again(request, comment, DecisionForm(comment=comment), status=200 if form.is_valid() else 422)
    return HttpResponseRedirect(to_card(request, pk))


@require_http_methods(ANY)
def message(request: ModeratorRequest, pk: int) -> HttpResponse:
    """A word to the person in private, from a template if one likes. She finds it on the page of her comment, and in
    her mail if she asked for that."""
    comment = get_object_or_404(dressed(Comment.objects.all()), pk=pk)
    templates = list(ReplyTemplate.objects.all())
    chosen = next((one for one in templates if one.pk == number_in(request.GET.get("template", ""))), None)
    form = MessageForm(
        request.POST or None,
        instance=Message(comment=comment, by=request.user),
        initial={"body": chosen.body if chosen else ""},
    )
    if form.is_valid():
        send(form.instance)
        messages.success(request, told_of(comment))
        return HttpResponseRedirect(to_card(request, pk))
    templates.sort(key=partial(fitting, comment))
    context = {
        **admin.site.each_context(request),
        "title": _("Write to %(name)s") % {"name": comment.display_name},
        "card": card_of(comment, request.user), "form": form, "query": asked(request).query,
        "back": to_card(request, comment.pk), "templates": templates, "chosen": chosen,
    }  # fmt: skip
    return render(request, "admin/comments/desk/message.html", context, status=422 if form.is_bound else 200)


def told_of(comment: Comment) -> str:
    name, why = {"name": comment.display_name}, why_not_mailed(comment)
    if not why:
        return _("Sent to %(name)s in private: a letter leaves at once.") % name
    return _("Kept for %(name)s on the private page. No letter leaves: %(why)s.") % {**name, "why": why}


def fitting(comment: Comment, template: ReplyTemplate) -> tuple[bool, bool, str]:
    """What sorts prepared words: first those for danger, and of them those for whom it is in."""
    about_other = comment.is_crisis and any(signal.code == "close" for signal in comment.reasons)
    return template.for_crisis != comment.is_crisis, template.for_close != about_other, template.title


@require_POST
def preview(request: ModeratorRequest, pk: int) -> HttpResponse:
    """What the person will read about a rejection or a removal. Nothing is decided or kept."""
    form = VerbForm(request.POST, prefix=str(pk))
    form.is_valid()
    comment = get_object_or_404(Comment.objects.select_related("thread"), pk=pk)
    verb, typed = form.cleaned_data.get("verb"), form.typed
    said = ""
    if verb and typed["reason"]:
        said = statement.preview(
            comment.state, Verb(verb).outcome, by=request.user, reason=typed["reason"], ground=typed["ground"],
            explanation=typed["explanation"], source=source_of(comment), machine_found=bool(comment.priority),
        )  # fmt: skip
    context = {"said": said, "fragment": is_fragment(request)}
    return render(request, "admin/comments/desk/preview.html", context)


def make_first_templates(**kwargs: Any) -> None:
    """Reply templates for a site that has none, so that the first moderator in a hard hour finds words. After `migrate`."""
    if ReplyTemplate.objects.exists():
        return
    entries = tomllib.loads(FIRST_TEMPLATES.read_text(encoding="utf-8"))["template"]
    ReplyTemplate.objects.bulk_create(ReplyTemplate(**{**entry, "body": entry["body"].strip()}) for entry in entries)
