from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.desk.main_picture import ShowsCards
from articles.desk.pictures.dropped import DroppedAdmin
from articles.desk.pictures.replacing import ReplacingAdmin
from articles.desk.pictures.unused import UnusedAdmin
from articles.desk.pictures.uploads import AddingAdmin
from articles.forms.articles import ImageForm
from articles.library.renditions import show_anew
from articles.library.search import asked_words, newest
from articles.library.usage import counts_for, is_used, usage_of
from articles.models import Image
from edge.admin import BoundedPaginator
from edge.numbers import number_in

ON_A_PAGE = 40
ASKED = {"q", "show", "licence", "before", IS_POPUP_VAR, TO_FIELD_VAR}
WORDS = ("alt", "is_decorative", "caption")
RIGHTS = ("credit", "licence", "source")
FOCUS = ("focus_x", "focus_y")
# Worked into the texts that show it: the rights, and its words where a text has none of its own.
IN_TEXTS = {"alt", *RIGHTS}


def thumbnail(image, side=144, alt=""):
    """The smallest size there is, in a square of `side`; no query when renditions were fetched."""
    small = min(
        (rendition for rendition in image.renditions.all() if rendition.type == "image/webp"),
        key=lambda rendition: rendition.width, default=None,
    )  # fmt: skip
    width, height = image.width or side, image.height or side
    scale = min(side / width, side / height, 1)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" class="{}" loading="lazy">',
        (small or image).file.url, alt, max(1, round(width * scale)), max(1, round(height * scale)), image.focus_class,
    )  # fmt: skip


@admin.register(Image)
class ImageAdmin(AddingAdmin, DroppedAdmin, ReplacingAdmin, UnusedAdmin, ShowsCards):
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
        if change and not IN_TEXTS.isdisjoint(form.changed_data):
            show_anew(obj)

    def changelist_view(self, request, extra_context=None):
        """The library. Each page takes the same few queries, however many pictures there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.GET.keys() - ASKED:
            return HttpResponseRedirect(request.path)  # rather than pretend to have looked for that
        asked: dict[str, str] = {name: asked_words(request.GET.get(name, "")) for name in ("q", "show", "licence")}
        if is_popup := IS_POPUP_VAR in request.GET:
            asked[IS_POPUP_VAR] = "1"
        images = only(Image.objects.prefetch_related("renditions").matching(asked["q"]), asked, request.user)
        page = newest(images, number_in(request.GET.get("before", "")), ON_A_PAGE)
        counts = counts_for(page.rows)
        context = {
            **self.admin_site.each_context(request), "title": _("Pictures"), "opts": self.opts, "media": self.media,
            "asked": asked, "page": page,
            "cards": [(image, thumbnail(image, 240), counts[image.pk]) for image in page.rows],
            "states": [(urlencode(asked | {"show": name}), label, asked["show"] == name) for name, label in SHOW],
            "licences": Image.Licence.choices, "older": page.older and urlencode(asked | {"before": str(page.older)}),
            "is_popup": is_popup, "is_first": not request.GET.get("before"), "may_add": self.has_add_permission(request),
            "may_delete": request.user.has_perm("articles.delete_image"), **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/library.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "title": _("Picture"),
                "usage": usage_of(obj, request.user),
                "former_files": list(obj.former_files.filter(removed_at=None)),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


SHOW = [
    ("", gettext_lazy("All")),
    ("mine", gettext_lazy("Mine")),
    ("unused", gettext_lazy("In no article")),
    ("unclear", gettext_lazy("Without credit or licence")),
    ("failed", gettext_lazy("Sizes not made")),
]


def only(images: Any, asked: dict[str, str], user: User) -> Any:
    """What was asked for, of a queryset of pictures."""
    if asked["licence"] in Image.Licence.values:
        images = images.filter(licence=asked["licence"])
    return {
        "mine": images.filter(uploaded_by=user),
        "unused": images.in_no_article(),
        "unclear": images.unclear(),
        "failed": images.filter(render_failed_at__isnull=False),
    }.get(asked["show"], images)
