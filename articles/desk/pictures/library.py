"""The library of pictures: searched and looked through, the newest first."""

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.desk.frame import StaffRequest, page
from articles.desk.pictures.cards import thumbnail
from articles.library.search import asked_words, newest
from articles.library.usage import counts_for
from articles.models import Image
from articles.models.images import ImageQuerySet
from edge.numbers import number_in

ON_A_PAGE = 40
ASKED = {"q", "show", "licence", "before", IS_POPUP_VAR, TO_FIELD_VAR}
SHOW = [
    ("", gettext_lazy("All")),
    ("mine", gettext_lazy("Mine")),
    ("unused", gettext_lazy("In no article")),
    ("unclear", gettext_lazy("Without credit or licence")),
    ("failed", gettext_lazy("Sizes not made")),
]


def library(request: StaffRequest) -> HttpResponse:
    """Each page takes the same few queries, however many pictures there are."""
    if not request.user.may_view(Image):
        raise PermissionDenied
    if request.GET.keys() - ASKED:
        return HttpResponseRedirect(request.path)  # rather than pretend to have looked for that
    asked = {name: asked_words(request.GET.get(name, "")) for name in ("q", "show", "licence")}
    if is_popup := IS_POPUP_VAR in request.GET:
        asked[IS_POPUP_VAR] = "1"
    images = only(Image.objects.prefetch_related("renditions").matching(asked["q"]), asked, request.user)
    found = newest(images, number_in(request.GET.get("before", "")), ON_A_PAGE)
    counts = counts_for(found.rows)
    return page(
        request, Image, "library", _("Pictures"), media=admin.site.get_model_admin(Image).media, asked=asked, page=found,
        cards=[(image, thumbnail(image, 240), counts[image.pk]) for image in found.rows],
        states=[(urlencode(asked | {"show": name}), label, asked["show"] == name) for name, label in SHOW],
        licences=Image.Licence.choices, older=found.older and urlencode(asked | {"before": str(found.older)}),
        is_popup=is_popup, is_first=not request.GET.get("before"),
        may_add=request.user.has_perm("articles.add_image"), may_delete=request.user.has_perm("articles.delete_image"),
    )  # fmt: skip


def only(images: ImageQuerySet, asked: dict[str, str], user: User) -> ImageQuerySet:
    """Those that were asked for."""
    if asked["licence"] in Image.Licence.values:
        images = images.filter(licence=asked["licence"])
    return {
        "mine": images.filter(uploaded_by=user),
        "unused": images.in_no_article(),
        "unclear": images.unclear(),
        "failed": images.filter(render_failed_at__isnull=False),
    }.get(asked["show"], images)
