"""Pictures that nothing has shown for a month, and their end."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.desk.frame import StaffRequest, page, to
from articles.desk.pictures.cards import thumbnail
from articles.library.files import bytes_of, delete_unused
from articles.library.search import newest
from articles.models import Image
from edge.numbers import number_in, numbers_in

ON_A_PAGE = 40


@permission_required("articles.delete_image", raise_exception=True)
def unused(request: StaffRequest) -> HttpResponse:
    """The report; with chosen ones, the question whether they should go; with a yes to it, their end."""
    if request.method != "POST":
        found = newest(Image.objects.long_unused(), number_in(request.GET.get("before", "")), ON_A_PAGE)
        return report(request, found.rows, older=found.older, is_cut=found.is_cut)
    numbers = numbers_in(request.POST.getlist("picture")[:ON_A_PAGE])
    chosen = list(Image.objects.filter(pk__in=numbers).prefetch_related("renditions").order_by("-pk"))
    if chosen and "sure" not in request.POST:
        return report(request, chosen, is_asking=True)
    delete(request, chosen)
    return to("image_unused")


def report(request: StaffRequest, images: list[Image], **context: Any) -> HttpResponse:
    sizes = [bytes_of(image) for image in images]
    rows = [(image, thumbnail(image, 96), size) for image, size in zip(images, sizes, strict=True)]
    return page(request, Image, "unused", _("Pictures that nothing shows"), rows=rows, bytes=sum(sizes), **context)


def delete(request: StaffRequest, chosen: list[Image]) -> None:
    """Each is looked for once more: somebody may have used it since the report."""
    deleted = set(delete_unused([image.pk for image in chosen]))
    gone = [image for image in chosen if image.pk in deleted]
    LogEntry.objects.log_actions(request.user.pk, gone, DELETION)
    told = ngettext("%d picture was deleted.", "%d pictures were deleted.", len(gone)) % len(gone)
    messages.add_message(request, messages.SUCCESS if gone else messages.WARNING, told)
    for image in chosen:
        if image.pk not in deleted:
            messages.warning(request, _("“%s” is in use, and stays.") % image)
