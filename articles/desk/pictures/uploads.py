"""Pictures that come into the library: several at once, and from the pop-up of the editor's picture dialog."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.forms.articles import ImageForm
from articles.library.search import asked_words, newest
from articles.models import Image
from edge.numbers import number_in
from edge.uploads import PICTURES

IN_PICKER = 24


class AddingAdmin(admin.ModelAdmin):
    def get_urls(self):
        named = self.admin_site.admin_view
        return [
            path("pick/", named(self.pick_view), name="articles_image_pick"),
            path("several/", named(self.several_view), name="articles_image_several"),
            *super().get_urls(),
        ]

    def several_view(self, request):
        """A form for each picture. What is as it should be is kept at once; the rest comes back with its words."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        forms = formset_factory(ImageForm, extra=PICTURES, max_num=PICTURES, absolute_max=PICTURES)
        formset = forms(request.POST or None, request.FILES or None)
        if request.method != "POST":
            return self.several_page(request, list(formset))
        formset.is_valid()
        filled = [form for form in formset if form.has_changed()]
        good = [form for form in filled if form.is_valid()]
        for form in good:
            self.take_in(request, form)
        if good:
            told = ngettext("%d picture is in the library.", "%d pictures are in the library.", len(good)) % len(good)
            self.message_user(request, told, messages.SUCCESS)
        if filled and len(good) == len(filled):
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        return self.several_page(request, [form for form in filled if form not in good] or list(forms()), bool(good))

    def several_page(self, request, forms, is_rest=False):
        context = {
            **self.admin_site.each_context(request), "title": _("Several pictures"), "opts": self.opts,
            "forms": forms, "is_rest": is_rest, "count": PICTURES,
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/several.html", context)

    def take_in(self, request, form):
        form.instance.uploaded_by = request.user
        image = form.save()
        self.log_addition(request, image, [{"added": {}}])
        return image

    def pick_view(self, request):
        """The pop-up of the editor's picture dialog: choose one, or add one, which is then chosen.

        The dialog waits for `CKEDITOR.tools.callFunction(<CKEditorFuncNum>, address, {alternative_text, caption})`.
        """
        from articles.admin.images import thumbnail

        if not self.has_view_permission(request):
            raise PermissionDenied
        number = request.GET.get("CKEditorFuncNum", "")
        form = ImageForm(request.POST or None, request.FILES or None) if self.has_add_permission(request) else None
        if request.method == "POST" and form and form.is_valid():
            image = self.take_in(request, form)
            return HttpResponseRedirect(
                f"{reverse('admin:articles_image_pick')}?CKEditorFuncNum={number}&new={image.pk}"
            )
        words = asked_words(request.GET.get("q", ""))
        images = Image.objects.prefetch_related("renditions").matching(words)
        page = newest(images, number_in(request.GET.get("before", "")), IN_PICKER)
        context = {
            **self.admin_site.each_context(request), "title": _("Pictures"), "opts": self.opts, "is_popup": True,
            "page": page, "q": words, "number": number if number.lstrip("-").isdecimal() else "", "form": form,
            "new": request.GET.get("new", ""),
            "thumbnails": [(image, thumbnail(image, 200)) for image in page.rows],
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/pick.html", context)
