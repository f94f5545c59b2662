"""Another file for the same picture, wherever it is shown, and the way back."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.desk.frame import StaffRequest, page, to
from articles.forms.pictures import OVERTAKEN, ReplaceForm
from articles.library import files
from articles.library.files import Overtaken
from articles.library.renditions import refresh_texts_with
from articles.library.usage import SHOWN, Usage, usage_of
from articles.models import Image


def replace(request: StaffRequest, pk: int) -> HttpResponse:
    """Says first where the picture is shown: all of that shows the new file."""
    image = find(request, pk)
    usage = usage_of(image, request.user)
    form = (
        ReplaceForm(request.POST or None, request.FILES or None, image=image) if may_replace(request, usage) else None
    )
    if request.method == "POST" and form and form.is_valid():
        try:
            files.replace_file(image, form.cleaned_data["file"])
        except Overtaken:
            form.add_error(None, OVERTAKEN)
        else:
            return shown_anew(request, image, _("The picture has another file now, wherever it is shown."))
    return page(request, Image, "replace", _("Replace the picture everywhere"), image=image, usage=usage, form=form)


@require_POST
def put_back(request: StaffRequest, pk: int) -> HttpResponse:
    image = find(request, pk)
    if not may_replace(request, usage_of(image, request.user)):
        raise PermissionDenied
    former = image.former_files.filter(removed_at=None, name=request.POST.get("name", "")).first()
    try:
        if former is None:
            raise Overtaken
        files.put_back(image, former)
    except Overtaken:
        messages.warning(request, OVERTAKEN)
        return to("image_change", image.pk)
    return shown_anew(request, image, _("The former picture is back, wherever it is shown."))


@require_POST
def render_again(request: StaffRequest, pk: int) -> HttpResponse:
    image = find(request, pk)
    if image.render_again():
        messages.success(request, _("The smaller sizes are tried again."))
    return to("image_change", image.pk)


def find(request: StaffRequest, pk: int) -> Image:
    """For somebody who may change it. Whether there is one that is not hers, nobody learns."""
    image = Image.objects.filter(pk=pk).first()
    if not (image or Image()).can_be_edited_by(request.user):
        raise PermissionDenied
    if image is None:
        raise Http404
    return image


def may_replace(request: StaffRequest, usage: Usage) -> bool:
    """What readers see is for editors to replace."""
    return not usage.is_public or request.user.has_perm("articles.edit_any_article")


def shown_anew(request: StaffRequest, image: Image, words: str) -> HttpResponse:
    """Texts at once, as far as they are few; the others when the worker has made the sizes."""
    refresh_texts_with(image, most=SHOWN)
    LogEntry.objects.log_actions(request.user.pk, [image], CHANGE, words)
    messages.success(request, words)
    return to("image_change", image.pk)
