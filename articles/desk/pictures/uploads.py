"""Ways of a picture into the library: several at once, from the pop-up of the editor's dialog, dropped into the text."""

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.desk.frame import StaffRequest, page, to
from articles.desk.pictures.cards import thumbnail
from articles.forms.pictures import ImageForm, there_already
from articles.library.same import others_like
from articles.library.search import asked_words, newest
from articles.models import Image
from edge.numbers import number_in
from edge.pictures import AT_ONCE

IN_PICKER = 24
for_uploaders = permission_required("articles.add_image", raise_exception=True)


@for_uploaders
def several(request: StaffRequest) -> HttpResponse:
    """A form for each picture. What is as it should be is kept at once; the rest comes back with its words."""
    forms = formset_factory(ImageForm, extra=AT_ONCE, max_num=AT_ONCE, absolute_max=AT_ONCE)
    formset = forms(request.POST or None, request.FILES or None)
    shown, good = list(formset), []
    if request.method == "POST":
        formset.is_valid()
        filled = [form for form in formset if form.has_changed()]
        good = [form for form in filled if form.is_valid()]
        for form in good:
            tell_of_same(request, take_in(request, form), form)
        if good:
            told = ngettext("%d picture is in the library.", "%d pictures are in the library.", len(good)) % len(good)
            messages.success(request, told)
        if filled and len(good) == len(filled):
            return to("image_changelist")
        shown = [form for form in filled if form not in good] or list(forms())
    return page(request, Image, "several", _("Several pictures"), forms=shown, is_rest=bool(good), count=AT_ONCE)


def take_in(request: StaffRequest, form: ImageForm) -> Image:
    form.instance.uploaded_by = request.user
    image: Image = form.save()
    LogEntry.objects.log_actions(request.user.pk, [image], ADDITION, [{"added": {}}])
    return image


def tell_of_same(request: StaffRequest, image: Image, form: ImageForm) -> None:
    """Where she was not asked before."""
    if "again" not in form.fields and (same := others_like(image)):
        messages.warning(request, there_already(same))


def pick(request: StaffRequest) -> HttpResponse:
    """The pop-up of the editor's picture dialog: choose one, or add one, which is then chosen.

    The dialog waits for `CKEDITOR.tools.callFunction(<CKEditorFuncNum>, address, {alternative_text, caption})`.
    """
    if not request.user.may_view(Image):
        raise PermissionDenied
    number = request.GET.get("CKEditorFuncNum", "")
    may_add = request.user.has_perm("articles.add_image")
    form = ImageForm(request.POST or None, request.FILES or None) if may_add else None
    if request.method == "POST" and form and form.is_valid():
        image = take_in(request, form)
        tell_of_same(request, image, form)
        return to("image_pick", place=f"?CKEditorFuncNum={number}&new={image.pk}")
    words = asked_words(request.GET.get("q", ""))
    images = Image.objects.prefetch_related("renditions").matching(words)
    found = newest(images, number_in(request.GET.get("before", "")), IN_PICKER)
    # One that is the same stands first: a press, and it is chosen.
    first = [form.same] if form and form.same else []
    return page(
        request, Image, "pick", _("Pictures"), is_popup=True, page=found, q=words, form=form,
        number=number if number.lstrip("-").isdecimal() else "", new=request.GET.get("new", ""),
        thumbnails=[(image, thumbnail(image, 200)) for image in [*first, *found.rows]],
    )  # fmt: skip


@for_uploaders
def dropped(request: StaffRequest) -> HttpResponse:
    """Dropped or pasted into the editor, with its words; answered in JSON."""
    form = ImageForm(request.POST, request.FILES)
    if not form.is_valid() and form.same and set(form.errors) == {"file"}:
        return JsonResponse({"same": as_json(form.same)})
    if not form.is_valid():
        why = [{"field": name, "why": str(error)} for name, errors in form.errors.items() for error in errors]
        return JsonResponse({"errors": why}, status=422)
    image = take_in(request, form)
    same = others_like(image)
    return JsonResponse(as_json(image) | ({"same": as_json(same)} if same else {}), status=201)


def as_json(image: Image) -> dict[str, str]:
    return {"address": image.file.url, "alt": image.alt, "caption": image.caption}
