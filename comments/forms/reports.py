"""Forms for a report of a comment, and for a notice of something that is against the law."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.captcha.challenge import CaptchaField
from comments.forms.public import AddressField, BodyField, LineField, PublicForm, in_place
from comments.intake.reports import NotTaken, place_at, receive
from comments.models import Comment, Report
from comments.text.signing import new_mark
from edge.letters import clean_text
from edge.network import network_key

LONGEST, LONGEST_NOTICE = 1_000, 5_000
# "It is illegal!!" helps nobody; languages that do not part their words are counted by letters.
FEWEST_WORDS, FEWEST_LETTERS = 5, 25
REFUSALS = {NotTaken.Why.GONE: 409, NotTaken.Why.BLOCKED: 403, NotTaken.Why.TOO_MANY: 429, NotTaken.Why.CAPTCHA: 422}
AGAIN = gettext_lazy("These characters did not match. Your words are still here; try the new picture.")
USED = gettext_lazy("This picture was already used. Your words are still here; try the new picture.")
OLD = gettext_lazy("This picture was too old. Your words are still here; try the new picture.")

CANCEL = '{% if comment %}{% include "comments/cancel.html" with to=comment.get_absolute_url %}{% endif %}'


class ReportForm(PublicForm):
    """About one comment, by anybody who can read it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Reason,
        error_messages={"required": gettext_lazy("Please choose what is wrong with it.")},
        widget=forms.RadioSelect,
    )
    text = BodyField(label=gettext_lazy("What should a moderator know?"), longest=LONGEST, required=False)
    captcha = CaptchaField(error_messages={"wrong": AGAIN, "spent": USED, "expired": OLD})
    button = gettext_lazy("Send the report")
    field_order = ["reason", "text", "captcha"]

    def __init__(self, request: HttpRequest, *, about: Comment | None, **kwargs: Any) -> None:
        self.about = about
        place = f"report-{about.pk}" if about else "notice"
        action = reverse("comments:report", args=[about.pk]) if about else reverse("comments:notice")
        super().__init__(request, place=place, action=action, draft=place, **{"initial": {}, **kwargs})
        self.fields["text"].widget.attrs |= {"data-keep": self.draft, "rows": 4}
        self.helper = self._helper()

    @property
    def key(self) -> str | None:
        return self.sent_mark.key if self.sent_mark else None

    def clean(self) -> dict[str, Any]:
        if self.key is None:
            self.put(mark=new_mark(self.place))
            self.add_error(
                None, _("We could not recognise this form. Your words are still here: please send it again.")
            )
        return self.cleaned_data

    def send(self) -> Report | None:
        """Takes it in; None when the form has to be shown again. The same form sent twice is one report."""
        if not self.is_bound:
            return None
        self.http_status = 422
        if earlier := self._sent_before():
            return earlier
        if not self.is_valid():
            return self._sent_before()
        try:
            limited = not self.request.user.has_perm("comments.moderate_comment")
            return receive(self.report(), captcha=self.cleaned_data.get("captcha"), limited=limited)
        except NotTaken as refusal:
            self.http_status = REFUSALS[refusal.why]
            self.add_error("captcha" if refusal.why == NotTaken.Why.CAPTCHA else None, refusal.why.label)
            return None

    def report(self) -> Report:
        """What was typed, not saved yet."""
        return Report(
            comment=self.about,
            version=self.about.version if self.about else 0,
            reason=self.cleaned_data["reason"],
            text=self.cleaned_data["text"],
            by=self.user,
            network=network_key(self.request),
            form_key=self.key,
        )

    def _sent_before(self) -> Report | None:
        """What this very form made. With other words in it (the back button) it counts as a new one."""
        earlier = Report.objects.sent_with(self.key)
        if earlier and earlier.text != clean_text(self.data.get("text", "")):
            self.put(mark=new_mark(self.place))
            return None
        return earlier

    def _helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_action, helper.form_class = self.action, "form add"
        helper.layout = Layout(
            HTML('{% include "comments/report_head.html" %}'),
            *self._asked(),
            HTML("" if self.needs_no_captcha else "{{ form.captcha }}"),
            "mark",
            Div(
                Submit("send", self.button, css_id=f"{self.draft}_send"),
                HTML(CANCEL),
                css_class="buttons",
            ),
        )
        if self.about:
            helper.attrs = in_place(self.action)
        return helper

    def _asked(self) -> list[Any]:
        return ["reason", "text"]


class NoticeForm(ReportForm):
    """A notice of illegal content: who says what about which place (EU Digital Services Act, Article 16(2))."""

    reason = None  # type: ignore[assignment]  # always the same
    where = forms.CharField(
        label=gettext_lazy("Where is it?"),
        max_length=2_000,
        help_text=gettext_lazy("The address of the comment or of the page, as your browser shows it."),
        error_messages={"required": gettext_lazy("Please give the address of what you mean.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "dir": "ltr"}),
    )
    text = BodyField(
        label=gettext_lazy("Why is it against the law?"),
        longest=LONGEST_NOTICE,
        error_messages={"required": gettext_lazy("Please say why it is against the law.")},
    )
    law = LineField(label=gettext_lazy("Which law, if you know it"), max_length=300, required=False)
    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please give your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("For the receipt and for our decision, and for nothing else."),
        error_messages={"required": gettext_lazy("Please give your e-mail address.")},
    )
    child = forms.BooleanField(
        label=gettext_lazy("It is about the sexual abuse of a child; name and e-mail may stay empty"), required=False
    )
    good_faith = forms.BooleanField(
        label=gettext_lazy("I believe in good faith that what I say here is right and complete"),
        error_messages={"required": gettext_lazy("Please confirm this; without it a notice does not count.")},
    )

    button = gettext_lazy("Send the notice")
    # As they stand on the page: what is wrong is listed in this order.
    field_order = ["where", "text", "law", "name", "email", "child", "good_faith", "captcha"]
    # The browser cannot know which fields one box makes optional.
    use_required_attribute = False

    def __init__(self, request: HttpRequest, *, where: str = "") -> None:
        user = request.user if request.user.is_authenticated else None
        known = {"name": user.get_full_name(), "email": user.email} if user else {}
        super().__init__(request, about=None, initial={"where": where, **known})
        if self.data.get("child"):
            self.fields["name"].required = self.fields["email"].required = False

    def clean_where(self) -> str:
        try:
            self.found, self.page = place_at(self.cleaned_data["where"], self.request.get_host())
        except ValueError:
            words = _("This is no address on this site. Ours begin with %(address)s.")
            raise forms.ValidationError(words % {"address": settings.BASE_URL + "/"}) from None
        return str(self.cleaned_data["where"])

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if text and len(text.split()) < FEWEST_WORDS and len(text) < FEWEST_LETTERS:
            raise forms.ValidationError(_("Please say a little more: what is it, and why is it not allowed?"))
        return text

    def report(self) -> Report:
        data = self.cleaned_data
        return Report(
            is_notice=True,
            comment=self.found,
            page="" if self.found else self.page,
            reason=Report.Reason.UNLAWFUL,
            text=data["text"],
            law=data["law"],
            name=data["name"],
            email=data["email"],
            by=self.user,
            network=network_key(self.request),
            form_key=self.key,
        )

    def _asked(self) -> list[Any]:
        return ["where", "text", "law", Row("name", "email"), "child", "good_faith"]
