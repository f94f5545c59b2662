"""Pictures that nothing has shown for a month, and their end."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.library.search import newest
from articles.library.usage import bytes_of, delete_unused
from articles.models import Image
from edge.numbers import number_in, numbers_in

ON_A_PAGE = 40


class UnusedAdmin(admin.ModelAdmin):
    def get_urls(self):
        return [
            path("unused/", self.admin_site.admin_view(self.unused_view), name="articles_image_unused"),
            *super().get_urls(),
        ]

    def unused_view(self, request):
        """The report; with chosen ones, the question whether they should go; with a yes to it, their end."""
        if not request.user.has_perm("articles.delete_image"):
            raise PermissionDenied
        if request.method != "POST":
            page = newest(Image.objects.long_unused(), number_in(request.GET.get("before", "")), ON_A_PAGE)
            return self.unused_page(request, page.rows, older=page.older, is_cut=page.is_cut)
        numbers = numbers_in(request.POST.getlist("picture")[:ON_A_PAGE])
        chosen = list(Image.objects.filter(pk__in=numbers).prefetch_related("renditions").order_by("-pk"))
        if chosen and "sure" not in request.POST:
            return self.unused_page(request, chosen, is_asking=True)
        self.delete_chosen(request, chosen)
        return HttpResponseRedirect(reverse("admin:articles_image_unused"))

    def unused_page(self, request, images, **context):
        from articles.admin.images import thumbnail

        sizes = [bytes_of(image) for image in images]
        context |= {
            **self.admin_site.each_context(request), "title": _("Pictures that nothing shows"), "opts": self.opts,
            "rows": [(image, thumbnail(image, 96), size) for image, size in zip(images, sizes, strict=True)],
            "bytes": sum(sizes),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/unused.html", context)

    def delete_chosen(self, request, chosen: Any) -> None:
        """Each is looked for once more: somebody may have used it since the report."""
        numbers = [image.pk for image in chosen]
        deleted = set(delete_unused(numbers))
        gone: Any = [image for image in chosen if image.pk in deleted]
        self.log_deletions(request, gone)
        told = ngettext("%d picture was deleted.", "%d pictures were deleted.", len(gone)) % len(gone)
        self.message_user(request, told, messages.SUCCESS if gone else messages.WARNING)
        for image in chosen:
            if image.pk not in deleted:
                self.message_user(request, _("“%s” is in use, and stays.") % image, messages.WARNING)
