"""House rules in the admin, the house's own wording for the reasons of a decision, and words ready for a message."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from comments.models import Decision, HouseRules, HouseWording, ReplyTemplate
from comments.models.wording import DEFAULTS
from edge.admin import OneRowAdmin


@admin.register(HouseRules)
class HouseRulesAdmin(OneRowAdmin):
    fields = ["known_after", "known_days", "crisis_minutes", "closes_after_days"]


class WordingForm(forms.ModelForm):
    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = set(HouseWording.objects.exclude(pk=self.instance.pk).values_list("reason", flat=True))
        free = [reason for reason in DEFAULTS if reason not in taken]
        self.fields["reason"].choices = [(reason, Decision.Reason(reason).label) for reason in free]  # type: ignore[attr-defined]
        self.fields["wording"].help_text = _("Plain and kind: the person reads it on her page and in her letter.")
        self.fields["ground"].help_text = _("The clause of your terms, or the law. Empty: ours.")


@admin.register(HouseWording)
class HouseWordingAdmin(admin.ModelAdmin):
    """Without a row a reason has the words of comments/ledger/statement.py; deleting one goes back to them."""

    form = WordingForm
    fields = ["reason", "wording", "instead_of", "ground"]
    readonly_fields = ["instead_of"]
    list_display = ["of_reason", "wording", "ground"]

    @admin.display(description=_("reason"), ordering="reason")
    def of_reason(self, wording):
        return Decision.Reason(wording.reason).label

    @admin.display(description=_("instead of"))
    def instead_of(self, wording):
        if wording.reason in DEFAULTS:
            return DEFAULTS[wording.reason][0]
        ours = ((Decision.Reason(reason).label, words) for reason, (words, _rule) in DEFAULTS.items())
        return format_html_join("", "<p><b>{}:</b> {}</p>", ours)


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):
    """Words that moderators have ready; at the desk they are offered in the message to a reader."""

    fields = ["title", "body", "for_crisis", "for_close"]
    list_display = ["title", "first_in_danger"]
    # There are a few; and the buttons for sorting by two columns leave a phone no room for the words.
    sortable_by = ()

    @admin.display(description=_("in danger"), boolean=True)
    def first_in_danger(self, template):
        return template.for_crisis
