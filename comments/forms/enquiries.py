"""The form of a message to the editors."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Row, Submit
from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.captcha.challenge import CaptchaField
from comments.forms.public import AddressField, BodyField, LineField, PublicForm
from comments.forms.reports import AGAIN, OLD, REFUSALS, USED
from comments.intake.enquiries import receive
from comments.intake.reports import NotTaken
from comments.models import Enquiry, Thread
from comments.text.signing import new_mark
from edge.network import network_key


class EnquiryForm(PublicForm):
    subject = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=Enquiry.Subject,
        error_messages={"required": gettext_lazy("Please choose what it is about.")},
        widget=forms.RadioSelect,
    )
    text = BodyField(
        label=gettext_lazy("Your message"), error_messages={"required": gettext_lazy("Please write your message.")}
    )
    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please give your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("For our answer, and for nothing else."),
        error_messages={"required": gettext_lazy("Please give your e-mail address.")},
    )
    captcha = CaptchaField(error_messages={"wrong": AGAIN, "spent": USED, "expired": OLD})
    field_order = ["subject", "text", "name", "email", "captcha"]

    def __init__(self, request: HttpRequest, *, about: Thread | None = None) -> None:
        self.about = about
        action = reverse("comments:write") + (f"?thread={about.pk}" if about else "")
        initial = {"subject": Enquiry.Subject.CORRECTION} if about else {}
        super().__init__(request, place="enquiry", action=action, draft="enquiry", initial=initial)
        self.fields["text"].widget.attrs |= {"data-keep": self.draft}
        self.helper = FormHelper(self)
        self.helper.form_action, self.helper.form_class = self.action, "form add"
        captcha = HTML("" if self.needs_no_captcha else "{{ form.captcha }}")
        button = Submit("send", _("Send the message"), css_id="enquiry_send")
        self.helper.layout = Layout("subject", "text", Row("name", "email"), captcha, "mark", button)

    def clean(self) -> dict:
        if self.sent_mark is None:
            self.put(mark=new_mark(self.place))
            words = _("We could not recognise this form. Your words are still here: please send it again.")
            self.add_error(None, words)
        return self.cleaned_data

    def send(self) -> Enquiry | None:
        """None when the form has to be shown again."""
        if not self.is_bound:
            return None
        self.http_status = 422
        if self.sent_mark and (earlier := Enquiry.objects.filter(form_key=self.sent_mark.key).first()):
            return earlier
        if not self.is_valid() or self.sent_mark is None:
            return None
        typed = {name: self.cleaned_data[name] for name in ("subject", "text", "name", "email")}
        network = network_key(self.request)
        enquiry = Enquiry(thread=self.about, network=network, form_key=self.sent_mark.key, **typed)
        try:
            return receive(enquiry, captcha=self.cleaned_data.get("captcha"))
        except NotTaken as refusal:
            self.http_status = REFUSALS[refusal.why]
            many = _("Many messages came from your network lately. Please try again later.")
            is_captcha = refusal.why == NotTaken.Why.CAPTCHA
            self.add_error("captcha" if is_captcha else None, refusal.why.label if is_captcha else many)
            return None
