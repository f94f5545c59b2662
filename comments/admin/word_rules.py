"""Word rules in the admin, and what a rule would have done lately."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.intake.facts import forget_rules
from comments.models import WordRule
from comments.spam.word_trials import try_rules
from comments.text.words import key_of, spellings
from edge.admin import LongList

LONGEST = 100  # characters
MOST_WORDS = 12
MOST_LINES = 500


class WordRuleForm(forms.ModelForm):
    more = forms.CharField(
        label=gettext_lazy("More of the same kind"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=gettext_lazy("One word or phrase a line. What is on the list already is passed over."),
    )

    class Meta:
        model = WordRule
        fields = ["kind", "phrase", "note", "is_active"]
        error_messages = {"kind": {"required": gettext_lazy("Please choose what the rule does.")}}
        help_texts = {
            "phrase": gettext_lazy(
                "Whole words, however they are spelt: “viagra” is also found in “V1AGRA” and “v.i.a.g.r.a”, and not in"
                " “viagrasse”. A domain (“pills.example”) stands for all links to it and to what is below it."
            )
        }

    def is_valid(self) -> bool:
        """Trying is never saving: the page comes back with what was typed, and with what it would have done."""
        return super().is_valid() and not self.is_trying

    @property
    def is_trying(self) -> bool:
        return "_try" in self.data

    @property
    def phrases(self) -> list[str]:
        lines = self.cleaned_data.get("more", "").splitlines()
        return [self.cleaned_data["phrase"], *(line.strip() for line in lines if key_of(line))]

    def clean_phrase(self) -> str:
        phrase = " ".join(self.cleaned_data["phrase"].split())
        if why := what_is_wrong_with(phrase):
            raise forms.ValidationError(why)
        if other := same_as(phrase, besides=self.instance.pk):
            message = _("This is the same as “%(phrase)s”, which is on the list already (%(kind)s).")
            raise forms.ValidationError(message % {"phrase": other.phrase, "kind": other.kind_in_short})
        return phrase

    def clean_more(self) -> str:
        more: str = self.cleaned_data["more"]
        lines = more.splitlines()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("At most %(n)d lines at a time, please.") % {"n": MOST_LINES})
        wrong = [(line, why) for line in lines if line.strip() and (why := what_is_wrong_with(line.strip()))]
        if wrong:
            raise forms.ValidationError([f"{line.strip()[:60]}: {why}" for line, why in wrong[:10]])
        return more


def what_is_wrong_with(phrase: str) -> str:
    key = key_of(phrase)
    if not key:
        return _("There is no letter or figure here to look for.")
    if len(phrase) > LONGEST:
        return _("This is too long.")
    if len(key.split()) > MOST_WORDS:
        return _("A phrase has at most %(n)d words.") % {"n": MOST_WORDS}
    return ""


def same_as(phrase: str, *, besides: int | None = None) -> WordRule | None:
    """“E-mail list”, “email list” and “e mail list” are one rule; “therapist” is another than what it can be cut into."""
    together = Replace("matched", Value(" "), Value(""))
    rules = WordRule.objects.annotate(together=together).filter(together=key_of(phrase)[:100].replace(" ", ""))
    return next((rule for rule in rules if rule.pk != besides and spellings(rule.phrase) & spellings(phrase)), None)


@admin.register(WordRule)
class WordRuleAdmin(LongList):
    form = WordRuleForm
    radio_fields = {"kind": admin.VERTICAL}
    list_display = ["phrase", "in_short", "is_active", "note", "by"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["by"]
    search_fields = ["phrase", "note"]
    change_form_template = "admin/comments/wordrule/change_form.html"

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def in_short(self, rule):
        return rule.kind_in_short

    def get_fields(self, request, obj=None):
        return ["kind", "phrase", "note", "is_active"] if obj else ["kind", "phrase", "more", "note", "is_active"]

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        if form.is_bound and getattr(form, "is_trying", False) and not form.errors:
            context["trial"] = try_rules(form.cleaned_data["kind"], form.phrases)
            context["tried"] = form.cleaned_data["kind"]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.by = request.user
        super().save_model(request, obj, form, change)
        forget_rules()
        if not change and len(form.phrases) > 1:
            self._add_more(request, obj, form.phrases[1:])

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        forget_rules()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        forget_rules()

    def _add_more(self, request, first, phrases):
        made = 0
        for phrase in phrases:
            if not same_as(phrase):
                WordRule.objects.create(
                    kind=first.kind, phrase=phrase, note=first.note, is_active=first.is_active, by=first.by
                )
                made += 1
        said = ngettext("%(n)d more was added", "%(n)d more were added", made) % {"n": made}
        passed = ngettext("%(n)d was there already", "%(n)d were there already", len(phrases) - made)
        self.message_user(request, f"{said}; {passed % {'n': len(phrases) - made}}.", messages.SUCCESS)
