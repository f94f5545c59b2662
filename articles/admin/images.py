from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.desk.pictures import urls
from articles.forms.pictures import ImageForm, there_already
from articles.library import files
from articles.library.renditions import cut_anew, show_anew
from articles.library.same import others_like
from articles.library.usage import is_used, usage_of
from articles.models import Image
from edge.admin import BoundedPaginator

WORDS = ("alt", "is_decorative", "caption")
RIGHTS = ("credit", "licence", "source")
FOCUS = ("focus_x", "focus_y")
# Worked into the texts that show it: the rights, and its words where a text has none of its own.
IN_TEXTS = {"alt", *RIGHTS}


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    change_form_template = "admin/articles/image/change_form.html"
    # For fields that complete what is typed; the library has a list of its own.
    search_fields = ["alt", "caption", "credit"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    readonly_fields = ["focus"]
    fieldsets = [
        (None, {"fields": ["focus", FOCUS], "classes": ["focus-fields"]}),
        (gettext_lazy("Words"), {"fields": WORDS}),
        (gettext_lazy("Rights"), {"fields": RIGHTS}),
    ]

    @admin.display(description=gettext_lazy("What stays in view"))
    def focus(self, image):
        source = image.sources()
        return format_html(
            '<span class="focus"><img src="{src}" alt="{alt}" width="{width}" height="{height}"></span>'
            '<span class="crop crop--wide"><img class="{focus}" src="{src}" alt=""></span>'
            '<span class="crop"><img class="{focus}" src="{src}" alt=""></span>',
            src=source.src, alt=image.alt, width=source.width, height=source.height, focus=image.focus_class,
        )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("renditions")

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": ["file", *WORDS, *RIGHTS]})]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in FOCUS:
            # Whoever sends words alone leaves the point where it is.
            field.required = False
            field.widget.attrs.update({"min": 0, "max": 100})
        return field

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.can_be_edited_by(request.user))

    def has_delete_permission(self, request, obj=None):
        """One at a time, and never while anything shows it."""
        return obj is not None and super().has_delete_permission(request, obj) and not is_used(obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.uploaded_by = request.user
        for name in FOCUS:
            if getattr(obj, name) is None:
                setattr(obj, name, form.initial.get(name, 50))
        super().save_model(request, obj, form, change)
        if not change and (same := others_like(obj)):
            messages.warning(request, there_already(same))
        if change and not IN_TEXTS.isdisjoint(form.changed_data):
            show_anew(obj)
        if change and any(getattr(obj, name) != form.initial.get(name) for name in FOCUS):
            cut_anew(obj)

    def delete_model(self, request, obj):
        files.delete(obj)

    def get_urls(self):
        return [*urls.patterns(self.admin_site.admin_view), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "title": _("Picture"),
                "usage": usage_of(obj, request.user),
                "former_files": list(obj.former_files.filter(removed_at=None)),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
