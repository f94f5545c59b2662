from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User, Writer
from accounts.people import erase, held_about
from edge.completing import Completing

admin.site.unregister(Group)
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """That somebody has a second factor, so that a lost one can be taken off. What it consists of is nobody's to see."""

    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PersonForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "name", "password", "is_active", "is_staff", "groups"]


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (
            _("What this person may do"),
            {
                "fields": ["is_active", "is_staff", "groups"],
                "description": _("Roles are defined in accounts/roles.py; nobody gets single permissions."),
            },
        ),
        (_("Dates"), {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    list_display = ["email", "name", "is_staff", "is_active", "joined_at"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["-id"]
    readonly_fields = ["joined_at", "last_login"]
    filter_horizontal = []
    show_full_result_count = False

    def get_queryset(self, request):
        """Who only looks (an editor, for a byline's log-in) sees colleagues; readers' addresses are not her business."""
        people = super().get_queryset(request)
        return people if request.user.has_perm("accounts.change_user") else people.filter(is_staff=True)

    def get_urls(self):
        return [
            path("person/", self.admin_site.admin_view(self.person), name="accounts_person"),
            path("person/erase/", self.admin_site.admin_view(self.erase), name="accounts_person_erase"),
            *super().get_urls(),
        ]

    def person(self, request) -> HttpResponse:
        """Everything held about one e-mail address; the form sends it as POST, so it stands in no log."""
        if not self.has_delete_permission(request):
            return self._refuse(request)
        email = request.POST.get("email", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "title": _("What we hold about a person"),
            "opts": self.opts,
            "email": email,
            "held": held_about(email) if email else None,
        }
        return TemplateResponse(request, "admin/accounts/person.html", context)

    def erase(self, request) -> HttpResponse:
        if not self.has_delete_permission(request):
            return self._refuse(request)
        email = request.POST.get("email", "").strip()
        if request.method != "POST" or not email:
            return HttpResponseRedirect(reverse("admin:accounts_person"))
        if request.POST.get("typed", "").strip().lower() != email.lower():
            messages.error(request, _("Nothing was erased: type the address once more to confirm."))
            return self.person(request)
        counts = erase(email)
        total = sum(counts.values())
        messages.success(
            request, ngettext("%d entry was erased or blanked.", "%d entries were erased or blanked.", total) % total
        )
        return HttpResponseRedirect(reverse("admin:accounts_person"))

    def _refuse(self, request) -> HttpResponse:
        return TemplateResponse(request, "403.html", status=403)

    def delete_model(self, request, obj):
        """Deleting a person is erasing her: what the policy keeps stays, without her name."""
        erase(obj.email)

    def delete_queryset(self, request, queryset):
        for user in queryset:
            erase(user.email)


@admin.register(Writer)
class WriterAdmin(Completing, admin.ModelAdmin):
    fields = [
        *("name", "slug", "title", "photo", "bio", "is_medical_professional", "credentials"),
        *("conflicts", "user", "is_guest", "is_listed"),
    ]
    list_display = ["name", "title", "is_medical_professional", "user", "is_guest", "is_listed"]
    list_select_related = ["user"]
    list_filter = ["is_medical_professional", "is_guest", "is_listed"]
    search_fields = ["name", "title"]
    autocomplete_fields = ["user"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        return queryset if self.manages_all(request) else queryset.filter(user=request.user)

    def get_readonly_fields(self, request, obj=None):
        """Whose byline it is and whether it counts as medical is not for the person herself to say."""
        return (
            []
            if self.manages_all(request)
            else ["slug", "is_medical_professional", "credentials", "user", "is_guest", "is_listed"]
        )

    def get_prepopulated_fields(self, request, obj=None):
        return self.prepopulated_fields if self.manages_all(request) and obj is None else {}

    def manages_all(self, request) -> bool:
        return request.user.has_perm("accounts.change_writer")

    def is_own(self, request, obj) -> bool:
        own = request.user.has_perm("accounts.change_own_byline")
        return own and (obj is None or obj.user_id == request.user.pk)

    def has_module_permission(self, request):
        return super().has_module_permission(request) or self.is_own(request, None)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.is_own(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or self.is_own(request, obj)
