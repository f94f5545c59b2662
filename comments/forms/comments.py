"""Forms for a comment, a reply, an answer, and a new wording."""

from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Row, Submit
from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.forms.public import AddressField, BodyField, LineField, PublicForm, TrapField, in_place
from comments.intake import raids
from comments.intake.checks import FAST_SECONDS
from comments.models import Comment, NotReceived, Thread
from comments.text.signing import OWN_COMMENT, new_mark
from edge.letters import clean_text
from edge.network import network_key
from pages.models import current_terms

REFUSALS = {
    NotReceived.Why.TOO_MANY: 429, NotReceived.Why.LINKS: 422, NotReceived.Why.CAPTCHA: 422,
    NotReceived.Why.SANCTION: 403,
}  # fmt: skip

# Back to what is answered. What was typed stays in the browser: it is offered when the form is opened again.
CANCEL = '{% if parent %}{% include "comments/cancel.html" with to=parent.get_absolute_url %}{% endif %}'


class CommentForm(PublicForm):
    name = LineField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Shown with what you write. It need not be your real one."),
        error_messages={"required": gettext_lazy("Please give a name to show.")},
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "dir": "auto"}),
    )
    email = AddressField(
        help_text=gettext_lazy("Never shown."),
        error_messages={"required": gettext_lazy("Please give an e-mail address. Nobody but our moderators sees it.")},
    )
    body = BodyField(
        label=gettext_lazy("Your text"), error_messages={"required": gettext_lazy("There is no text here yet.")}
    )
    wants_mail = forms.BooleanField(
        label=gettext_lazy("Tell me by e-mail when it is online and when somebody answers"), required=False
    )
    remarks = TrapField()
    parent = forms.IntegerField(
        label=gettext_lazy("In answer to comment number"), required=False, widget=forms.HiddenInput
    )
    hurried = forms.BooleanField(required=False, widget=forms.HiddenInput)

    heading = gettext_lazy("Add a comment")
    button = gettext_lazy("Post comment")
    # As they stand on the page: what is wrong is listed in this order.
    field_order = ["name", "email", "body", "wants_mail", "captcha", "remarks", "parent", "mark", "hurried"]

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any], **kwargs: Any) -> None:
        user = request.user if request.user.is_authenticated else None
        super().__init__(request, initial={**initial, **known(user)}, **kwargs)
        self.fields["body"].widget.attrs["data-keep"] = self.draft
        self.fields["email"].disabled = user is not None
        self.helper = self._helper()

    def clean(self) -> dict[str, Any]:
        self.seen = self.sent_mark
        if self.seen is None:
            self.start_afresh()
            self.add_error(None, _("We could not recognise this form. Your text is still here: please send it again."))
        elif self.seen.seconds < FAST_SECONDS and not self.errors and not self.cleaned_data.get("hurried"):
            self.put(hurried="on")
            self.add_error(None, _("That was very quick. If you are done, please press the button again."))
        return self.cleaned_data

    def send(self, save: Callable[..., Comment], refused: NotReceived.Why | None = None) -> Comment | None:
        """Saves by `save`, which takes what intake.receive.receive takes. None when the form has to be shown again.
        `refused`: why it cannot be saved, whatever it says.

        The same form sent twice (a double click, a reload) gives the same comment both times, even at once. A form
        that was already sent and comes back with other words (the back button) begins anew with these words.
        """
        if not self.is_bound:
            return None
        self.http_status = 422
        if earlier := self._sent_before():
            return self._same_or_anew(earlier)
        if not self.is_valid():
            return self._sent_before()
        try:
            if refused:
                raise NotReceived(refused)
            return save(**self.received())
        except NotReceived as refusal:
            self._refuse(refusal)
            return None

    def received(self) -> dict[str, Any]:
        data = self.cleaned_data
        assert self.seen is not None  # noqa: S101  clean() refuses a form without a mark
        return {
            "name": data["name"],
            "email": self.user.email if self.user else data["email"],
            "body": data["body"],
            "author": self.user,
            "writer": self.user.byline() if self.user else None,
            "network": network_key(self.request),
            "form_key": self.seen.key,
            "captcha": data.get("captcha"),
            "terms": current_terms(),
            "wants_mail": data["wants_mail"],
            "seconds": self.seen.seconds,
            "trapped": bool(data["remarks"]),
            "limited": not self.request.user.has_perm("comments.moderate_comment"),
        }

    def start_afresh(self) -> None:
        """The same words in a form that was not sent yet; she has read them before, so she may be quick."""
        self.put(mark=new_mark(self.place), hurried="on")

    def _sent_before(self) -> Comment | None:
        return Comment.objects.sent_with(self.sent_mark.key) if self.sent_mark else None

    def _same_or_anew(self, earlier: Comment) -> Comment | None:
        if earlier.versions.filter(body=clean_text(self.data.get("body", ""))).exists():
            return earlier
        self.start_afresh()
        self.is_valid()
        link = format_html('<a href="{}">{}</a>', OWN_COMMENT.to(earlier.pk), _("what you sent before"))
        self.add_error(None, format_html(_("You have sent this form already ({}). These words are new."), link))
        self.add_error(None, _("To send them too, as another comment, please send the form again."))
        return None

    def _refuse(self, refusal: NotReceived) -> None:
        self.http_status = REFUSALS.get(refusal.why, 409)
        self.add_error("captcha" if refusal.why == NotReceived.Why.CAPTCHA else None, refusal.sentence)
        if refusal.sanction:
            self.add_error(None, about_sanctions())
        if refusal.why == NotReceived.Why.PARENT_GONE:
            self.put(parent="")

    def _helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_action, helper.form_class = self.action, "form add"
        helper.attrs = in_place(self.action)
        helper.layout = Layout(
            HTML('{% include "comments/form_head.html" %}'),
            *self._asked(),
            "wants_mail",
            HTML("" if self.needs_no_captcha else "{{ form.captcha }}"),
            HTML(f'{{% part "site/trap.html" id="{self.draft}_remarks" %}}'),
            "parent", "mark", "hurried",
            HTML('{% include "comments/agreement.html" %}'),
            Div(Submit("post", self.button, css_id=f"{self.draft}_post"), HTML(CANCEL), css_class="buttons"),
        )  # fmt: skip
        return helper

    def _asked(self) -> list[Any]:
        """The visible fields above the check box."""
        return [Row("name", "email"), "body"]


class ReplyForm(CommentForm):
    heading = gettext_lazy("Reply")
    button = gettext_lazy("Post reply")


class AnswerForm(CommentForm):
    """Under a question."""

    heading = gettext_lazy("Your answer")
    button = gettext_lazy("Post answer")


class EditForm(forms.Form):
    body = BodyField(label=gettext_lazy("Your text"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.layout = Layout("body", "version", Submit("save", _("Save the change")))

    def refuse(self, refusal: NotReceived) -> int:
        """Says why; returns the status of the answer."""
        self.add_error(None, refusal.sentence)
        if refusal.sanction:
            self.add_error(None, about_sanctions())
        return REFUSALS.get(refusal.why, 409)


def comment_form(request: HttpRequest, thread: Thread, parent: Comment | None) -> CommentForm:
    kind = ReplyForm if parent else AnswerForm if thread.opening_id else CommentForm
    form = kind(
        request,
        place=f"thread:{thread.pk}",
        action=reverse("comments:add", args=[thread.pk]),
        draft=draft_key(thread.pk, parent.pk if parent else None),
        raid=raids.going_on(thread.pk) is not None,
        initial={"parent": parent.pk if parent else None},
    )
    if request.method != "POST":  # asked for by a click: the reader is led to where she writes
        form.fields["body" if form.user else "name"].widget.attrs["autofocus"] = True
    return form


def known(user: User | None) -> dict[str, Any]:
    if user is None:
        return {}
    writer = user.byline()
    return {"name": writer.name if writer else user.get_full_name(), "email": user.email}


def about_sanctions() -> SafeString:
    """Where the person reads all about it, and what she can do."""
    words = _("What this means, and what you can do")
    return format_html('<a href="{}">{}</a>', reverse("comments:sanctions"), words)


def draft_key(thread_id: int, parent_id: int | None) -> str:
    """Under this name the browser keeps what somebody is typing."""
    return f"reply-{parent_id}" if parent_id else f"comment-{thread_id}"
