"""Another file for the same picture, wherever it is shown, and the way back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles.forms.articles import OVERTAKEN, ReplaceForm
from articles.library.renditions import refresh_texts_with
from articles.library.usage import SHOWN, usage_of
from articles.models import Image
from articles.models.images import Overtaken


class ReplacingAdmin(admin.ModelAdmin):
    def get_urls(self):
        named = self.admin_site.admin_view
        return [
            path("<int:pk>/replace/", named(self.replace_view), name="articles_image_replace"),
            path("<int:pk>/put-back/", named(self.put_back_view), name="articles_image_put_back"),
            path("<int:pk>/render/", named(self.render_view), name="articles_image_render"),
            *super().get_urls(),
        ]

    def replace_view(self, request, pk):
        """Says first where the picture is shown: all of that shows the new file."""
        image = self.find_picture(request, pk)
        usage = usage_of(image, request.user)
        if usage.is_public and not request.user.has_perm("articles.edit_any_article"):
            return self.replace_page(request, image, usage, None)
        form = ReplaceForm(request.POST or None, request.FILES or None, image=image)
        if request.method != "POST" or not form.is_valid():
            return self.replace_page(request, image, usage, form)
        try:
            image.replace(form.cleaned_data["file"])
        except Overtaken:
            form.add_error(None, OVERTAKEN)
            return self.replace_page(request, image, usage, form)
        return self.shown_anew(request, image, _("The picture has another file now, wherever it is shown."))

    def replace_page(self, request, image, usage, form):
        context = {
            **self.admin_site.each_context(request), "title": _("Replace the picture everywhere"), "opts": self.opts,
            "image": image, "usage": usage, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/image/replace.html", context)

    def put_back_view(self, request, pk):
        image = self.find_picture(request, pk)
        if usage_of(image, request.user).is_public and not request.user.has_perm("articles.edit_any_article"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        former = image.former_files.filter(removed_at=None, name=request.POST.get("name", "")).first()
        try:
            if former is None:
                raise Overtaken
            image.put_back(former)
        except Overtaken:
            self.message_user(request, OVERTAKEN, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:articles_image_change", args=[image.pk]))
        return self.shown_anew(request, image, _("The former picture is back, wherever it is shown."))

    def render_view(self, request, pk):
        image = self.find_picture(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if image.render_again():
            self.message_user(request, _("The smaller sizes are tried again."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[image.pk]))

    def shown_anew(self, request, image, words):
        """Texts at once, as far as they are few; the others when the worker has made the sizes."""
        refresh_texts_with(image, most=SHOWN)
        self.log_change(request, image, words)
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[image.pk]))

    def find_picture(self, request, pk):
        """For somebody who may change it. Whether there is one that is not hers, nobody learns."""
        image = Image.objects.filter(pk=pk).first()
        if not self.has_change_permission(request, image or Image()):
            raise PermissionDenied
        if image is None:
            raise Http404
        return image
