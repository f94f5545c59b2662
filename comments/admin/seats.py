"""Mail that a moderator wants from the desk: a page of her own, and no list of anybody else's."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from comments.models import Seat


class WishesForm(forms.ModelForm):
    class Meta:
        model = Seat
        fields = ["digest", "crisis_mail"]
        help_texts = {
            "digest": _("How much waits, and since when. Nothing comes while nothing waits."),
            "crisis_mail": _("One letter for each comment that sounds like it, with links to decide from there."),
        }


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    def get_urls(self):
        return [path("mine/", self.admin_site.admin_view(self.mine), name="comments_seat_mine")]

    def mine(self, request):
        if not request.user.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        # Looking makes nothing: the seat is there when its wishes are saved.
        seat = Seat.objects.filter(user=request.user).first() or Seat(user=request.user)
        form = WishesForm(request.POST if request.method == "POST" else None, instance=seat)
        if form.is_bound and form.is_valid():
            Seat.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
            self.message_user(request, _("Saved."), messages.SUCCESS)
            return redirect("admin:comments_seat_mine")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Your mail from the desk"),
            "form": form,
            "desk_url": reverse("admin:comments_desk"),
        }
        return TemplateResponse(request, "admin/comments/seat/mine.html", context)

    def has_module_permission(self, request):
        return False
