"""Sanctions in the admin: imposed, shown, lifted."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.decisions import sanctions
from comments.desk.sanctioning import SanctionForm, impose_from_form
from comments.ledger.statement import rendered
from comments.models import Appeal, Comment, Sanction
from edge.admin import OpeningFilter, ReadOnlyAdmin
from edge.letters import clean_text
from edge.numbers import number_in


class InForceFilter(OpeningFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("in_force", _("in force")), ("ended", _("ended")), ("all", _("all"))]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.in_force() if self.value() == "in_force" else queryset.ended()


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    list_display = ["whom", "what", "starts_at", "ends"]
    list_filter = [InForceFilter, "kind"]
    list_select_related = ["user"]
    search_fields = ["email", "user__email", "user__name"]
    search_help_text = _("A name or an e-mail address.")

    @admin.display(description=_("for whom"))
    def whom(self, sanction):
        return whom(sanction)

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, sanction):
        return sanction.get_kind_display()

    @admin.display(description=_("until"), ordering="until")
    def ends(self, sanction):
        return sanction.lifted_at or sanction.until or _("somebody lifts it")

    def get_urls(self):
        lift = self.admin_site.admin_view(self.lift)
        return [path("<int:pk>/lift/", lift, name="comments_sanction_lift"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        """On whoever wrote `?comment=`, else on an address that is typed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        comment = comment_asked_for(request)
        # The desk's keys choose what it is to be; everything else would fall back to the form's own choice.
        asked = {"kind": request.GET["kind"]} if request.GET.get("kind") in Sanction.Kind.values else {}
        form = SanctionForm(request.POST or None, comment=comment, by=request.user, initial=asked)
        would = ""
        if request.method == "POST" and form.is_valid():
            if "look" in request.POST:
                would = form.preview(request.user)
            elif sanction := self.impose(request, form):
                return HttpResponseRedirect(reverse("admin:comments_sanction_change", args=[sanction.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Hold, mute or block somebody"),
            "form": form,
            "comment": comment,
            "would": would,
            "in_force": already_on(comment) if comment else [],
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/comments/sanction/add.html", context, status=status)

    def impose(self, request, form):
        try:
            sanction = impose_from_form(form, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return None
        self.message_user(request, _("This is in force now."), messages.SUCCESS)
        return sanction

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        sanction = self.get_object(request, unquote(object_id))
        if sanction is None:
            self.message_user(request, _("This is not there any more."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:comments_sanction_changelist"))
        decisions = list(sanction.decisions.select_related("by").order_by("-id"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sanction on %(whom)s") % {"whom": whom(sanction)},
            "sanction": sanction,
            "whom": whom(sanction),
            "decisions": decisions,
            "statement": rendered(sanction.imposed),
            "appeal": Appeal.objects.filter(decision__in=decisions).select_related("by").first(),
            "may_lift": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/comments/sanction/page.html", context)

    @method_decorator(require_POST)
    def lift(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        sanction = get_object_or_404(Sanction, pk=pk)
        note = clean_text(request.POST.get("note", ""))[:2_000]
        if sanctions.lift(sanction, by=request.user, note=note):
            self.message_user(request, _("Lifted."), messages.SUCCESS)
        else:
            self.message_user(request, _("This had ended already."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:comments_sanction_change", args=[pk]))

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("comments.sanction_person")

    def has_view_permission(self, request, obj=None):
        return self.has_add_permission(request)


def whom(sanction):
    """For moderators: the account, the address, or that it is a network, or nothing any more."""
    if sanction.user:
        return _("%(name)s, %(email)s") % {"name": sanction.user, "email": sanction.user.email}
    if sanction.email or not sanction.network:
        return sanction.email or _("somebody who has left")
    return _("network %(mark)s") % {"mark": sanction.network[:8]}


def comment_asked_for(request):
    given = request.GET.get("comment", "")
    if not given:
        return None
    return get_object_or_404(Comment.objects.select_related("author", "thread"), pk=number_in(given))


def already_on(comment):
    """What is in force on this person, so that nobody imposes it a second time by mistake."""
    found = Sanction.objects.on(user=comment.author, email=comment.email, network=comment.network)
    return [(sanction, whom(sanction)) for sanction in found.select_related("user")]
