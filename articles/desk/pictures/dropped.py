"""Pictures that are dropped or pasted into the editor: into the library, with their words, by one request of its script.

The same checks as in the library's own form (`ImageForm`, `edge/pictures.py`); answered in JSON.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.forms.articles import ImageForm


class DroppedAdmin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.dropped_view)
        return [path("dropped/", self.for_script(view), name="articles_image_dropped"), *super().get_urls()]

    def for_script(self, view):
        """Who has been logged out meanwhile is told so, and not led away."""

        @require_POST
        def wrapper(request):
            if not self.admin_site.has_permission(request):
                return JsonResponse({"why": _("You have been logged out. Log in again in another tab.")}, status=401)
            return view(request)

        return wrapper

    def dropped_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImageForm(request.POST, request.FILES)
        if not form.is_valid():
            why = [{"field": name, "why": str(error)} for name, errors in form.errors.items() for error in errors]
            return JsonResponse({"errors": why}, status=422)
        form.instance.uploaded_by = request.user
        image = form.save()
        self.log_addition(request, image, [{"added": {}}])
        return JsonResponse({"address": image.file.url, "alt": image.alt, "caption": image.caption}, status=201)
