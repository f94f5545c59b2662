from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.forms import ImageForm
from articles.models import Image
from articles.usage import is_used

SHOWN_IN_PICKER = 24


def thumbnail(image, side=144, alt=""):
    """The smallest size there is, in a square of `side`; no query when renditions were fetched."""
    small = min(
        (rendition for rendition in image.renditions.all() if rendition.type == "image/webp"),
        key=lambda rendition: rendition.width, default=None,
    )  # fmt: skip
    width, height = image.width or side, image.height or side
    scale = min(side / width, side / height, 1)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        (small or image).file.url, alt, max(1, round(width * scale)), max(1, round(height * scale)),
    )  # fmt: skip


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ["picture", "words", "details", "sizes"]
    list_display_links = ["picture", "words"]
    list_filter = ["is_decorative"]
    list_select_related = ["uploaded_by"]
    list_per_page = 40
    search_fields = ["alt", "caption", "credit"]
    ordering = ["-id"]
    readonly_fields = ["picture_now", "uploaded_by", "created_at", "sizes"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["picture_now", "alt", "is_decorative", "caption", "credit"]}),
        (gettext_lazy("About the file"), {"fields": ["uploaded_by", "created_at", "sizes"]}),
    ]

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image):
        return thumbnail(image, alt=image.alt or _("Decoration"))

    @admin.display(description=gettext_lazy("picture now"))
    def picture_now(self, image):
        return thumbnail(image, 220, image.alt) if image.pk and image.file else "–"

    @admin.display(description=gettext_lazy("what it shows"), ordering="alt")
    def words(self, image):
        return image.alt or _("Decoration")

    @admin.display(description=gettext_lazy("caption, credit, uploaded"), ordering="created_at")
    def details(self, image):
        uploaded = f"{image.uploaded_by or ''} {date_format(image.created_at)}".strip()
        lines = [[line] for line in (image.caption, image.credit, uploaded) if line]
        return format_html_join(mark_safe("<br>"), "{}", lines)

    @admin.display(description=gettext_lazy("smaller sizes"))
    def sizes(self, image):
        if image.render_failed_at:
            return format_html('<span class="chip chip--alarm">{}</span>', _("the file cannot be read"))
        if image.rendered_at:
            return format_html('<span class="chip chip--good">{}</span>', _("made"))
        return format_html('<span class="chip chip--wait">{}</span>', _("being made")) if image.pk else "–"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("renditions")

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": ["file", "alt", "is_decorative", "caption", "credit"]})]
        return super().get_fieldsets(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.can_be_edited_by(request.user))

    def has_delete_permission(self, request, obj=None):
        """One at a time, and never while an article shows it."""
        return obj is not None and super().has_delete_permission(request, obj) and not is_used(obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)

    def get_urls(self):
        return [
            path("pick/", self.admin_site.admin_view(self.pick_view), name="articles_image_pick")
        ] + super().get_urls()

    def pick_view(self, request):
        """The pop-up of the editor's picture dialog: choose one, or add one and then choose it.

        The dialog waits for `CKEDITOR.tools.callFunction(<CKEditorFuncNum>, address, {alternative_text, caption})`.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = request.GET.get("CKEditorFuncNum", "")
        form = ImageForm(request.POST or None, request.FILES or None) if self.has_add_permission(request) else None
        if request.method == "POST" and form and form.is_valid():
            form.instance.uploaded_by = request.user
            image = form.save()
            self.log_addition(request, image, [{"added": {}}])
            return HttpResponseRedirect(
                f"{reverse('admin:articles_image_pick')}?CKEditorFuncNum={number}&new={image.pk}"
            )
        words = request.GET.get("q", "").strip()
        images = self.get_queryset(request).exclude(file="").order_by("-id")
        for word in words.split()[:8]:
            images = images.filter(Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word))
        page = Paginator(images, SHOWN_IN_PICKER).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request), "title": _("Pictures"), "opts": self.opts, "is_popup": True,
            "page": page, "q": words, "number": number if number.lstrip("-").isdecimal() else "", "form": form,
            "new": request.GET.get("new", ""),
            "thumbnails": [(image, thumbnail(image, 200)) for image in page],
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/pick.html", context)
