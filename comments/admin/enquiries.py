"""Messages to the editors in the admin: read, answered by letter, or closed."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from comments.intake.enquiries import answer
from comments.models import Enquiry
from edge.admin import LongList, NeitherAddedNorDeleted


class AnswerForm(forms.ModelForm):
    def clean(self):
        """Whoever was slower keeps her words: the page comes back with them."""
        if not Enquiry.objects.filter(pk=self.instance.pk, state=Enquiry.State.OPEN).exists():
            raise forms.ValidationError(
                _("Somebody else has settled this meanwhile, so nothing was sent. Your words are still below.")
            )
        return super().clean()


@admin.register(Enquiry)
class EnquiryAdmin(NeitherAddedNorDeleted, LongList):
    form = AnswerForm
    list_display = ["created_at", "subject", "name", "state", "answered_by"]
    list_filter = ["state", "subject"]
    search_fields = ["=id", "=email"]
    search_help_text = _("The number of a message, or a whole e-mail address.")
    fields = [
        "subject", "thread", "name", "email", "text", "is_crisis", "created_at", "state", "answer", "answered_by",
        "answered_at",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name != "answer"]  # type: ignore[misc]  # fields are flat here

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "answer":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 8, "dir": "auto"})
            kwargs["help_text"] = _(
                "Sent by e-mail when you save. Saved empty, the message is closed without an answer."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not answer(obj, obj.answer.strip(), by=request.user):
            said = _("Nothing was sent: somebody else was faster. You had written: %(words)s") % {"words": obj.answer}
            self.message_user(request, said, messages.ERROR)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.answer_enquiry")

    def has_change_permission(self, request, obj=None):
        is_answered_now = request.method == "POST"  # the form says what is in the way, and keeps what was typed
        return self.has_view_permission(request) and (obj is None or obj.is_open or is_answered_now)
