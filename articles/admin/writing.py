"""What the forms with an editor share: the picture library in its dialog, and no way to lose what was typed."""

from functools import wraps

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from articles.admin.editor import EditorWidget, extensions
from edge.completing import Completing
from edge.richtext import RichTextField, clean_html

NOT_TYPED = ("csrfmiddlewaretoken", "_", "started_from", "overwrite")
NOT_TYPED_ENDINGS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS", "-id", "-article", "-topic")


class WritingAdmin(Completing, admin.ModelAdmin):
    """An admin whose forms hold long texts."""

    def get_urls(self):
        """The views that take a form answer somebody who was logged out meanwhile with her own text."""
        urls = super().get_urls()
        for pattern in urls:
            if pattern.name and pattern.name.endswith(("_add", "_change")):
                pattern.callback = self.keeping_text(pattern.callback)
        return urls

    def keeping_text(self, view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method == "POST" and not self.admin_site.has_permission(request):
                return self.give_back(request, _("You have been logged out, so this was not saved."), status=401)
            return view(request, *args, **kwargs)

        return wrapper

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST":
            obj = self.get_object(request, object_id)
            if obj is None:
                raise Http404
            if not self.has_change_permission(request, obj):
                return self.give_back(request, self.why_not(obj), status=403)
        return super().change_view(request, object_id, form_url, extra_context)

    def why_not(self, obj):
        return _("You may not change this, so it was not saved.")

    def give_back(self, request, why, *, status):
        """A plain page with every word that was typed, to be copied."""
        context = {"why": why, "typed": list(typed_words(self.model, request.POST)), "back": request.path}
        return TemplateResponse(request, "admin/articles/given_back.html", context, status=status)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, RichTextField):
            kwargs |= {"config": {"extensions": extensions()}, "widget": EditorWidget}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Writing is no moment for changing a topic; four icons less.
            for act in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{act}_related", False)
        return field


def typed_words(model, post):
    """(label, words, HTML or "") of what a person typed, so that it can be copied back as it was."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, value in post.items():
        field = fields.get(name)
        skipped = name.startswith(NOT_TYPED) or name.endswith(NOT_TYPED_ENDINGS) or (field and field.is_relation)
        if value.strip() and not skipped:
            rich = isinstance(field, RichTextField)
            yield field.verbose_name if field else name, value, clean_html(value) if rich else ""
