from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from edge.admin import NeitherAddedNorDeleted, OneRowAdmin, ReadOnly
from edge.richtext import PlainEditorWidget, RichTextField
from pages.models import Page, PageVersion, SiteSettings


class PageForm(forms.ModelForm):
    body = RichTextField(_("text")).formfield(widget=PlainEditorWidget)
    note = forms.CharField(
        label=_("What changed"), max_length=200, required=False, help_text=_("Readers see it in the list of versions.")
    )
    # The version this form was made from: two people must not overwrite each other.
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Page
        fields = ["title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.current:
            self.initial.setdefault("body", self.instance.current.body)
            self.initial.setdefault("based_on", self.instance.current.number)
        self.fields["body"].help_text = _(
            "{{ site_name }}, {{ contact_email }} and {{ postal_address }} are filled in from the site settings, in words "
            "and not in the addresses of links."
        )

    def clean(self):
        data = super().clean() or {}
        current = Page.objects.select_related("current").get(pk=self.instance.pk).current
        if current and data.get("based_on") != current.number:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["based_on"] = current.number  # type: ignore[index]
            raise forms.ValidationError(
                _(
                    "%(who)s saved version %(number)s of this page while you were writing. Nothing of yours is lost: "
                    "compare the two, then save again to make yours the newest."
                )
                % {"who": current.by or _("Somebody"), "number": current.number}
            )
        return data


class VersionInline(ReadOnly, admin.TabularInline):
    model = PageVersion
    fields = ["number", "created_at", "by", "note"]
    extra = 0


@admin.register(Page)
class PageAdmin(NeitherAddedNorDeleted, admin.ModelAdmin):  # the program links to these pages by name: pages/starter.py
    form = PageForm
    fields = ["title", "body", "note", "based_on"]
    list_display = ["title", "slug", "since"]
    list_select_related = ["current"]
    inlines = [VersionInline]

    @admin.display(description=_("in force since"))
    def since(self, obj):
        return obj.current.created_at if obj.current else "–"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        obj.revise(form.cleaned_data["body"], by=request.user, note=form.cleaned_data["note"])


@admin.register(SiteSettings)
class SiteSettingsAdmin(OneRowAdmin):
    fieldsets = [
        (None, {"fields": ["name", "tagline", "disclaimer", "newsletter_promise"]}),
        (_("Who you are"), {"fields": ["contact_email", "postal_address"]}),
        (_("Publishing"), {"fields": ["four_eyes"]}),
        (_("Marketing pixel"), {"fields": ["pixel_url", "pixel_reason"], "classes": ["collapse"]}),
    ]
