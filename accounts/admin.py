from allauth.account.adapter import get_adapter
from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User, Writer
from accounts.people import accounts_at, erase, held_about
from accounts.roles import may_manage, roles_to_give
from edge.completing import Completing

admin.site.unregister(Group)
admin.site.unregister([Authenticator, EmailAddress])


def tell(person, what, *, at=None):
    """Her address hears what an administrator changed of her account; `at` is the one that is hers no longer."""
    get_adapter().send_notification_mail("account/email/by_administrator", person, {"what": what}, at)


def invite(request, person):
    """The link is that of a forgotten password; the adapter has other words for who has never had one."""
    form = ResetPasswordForm({"email": person.email})
    if form.is_valid():
        form.save(request)
        messages.info(
            request,
            _(
                "A mail with a link to choose a password is on its way to %(email)s; the link works for three days. "
                "Meanwhile, say below what this person may do."
            )
            % {"email": person.email},
        )


def is_hers_to_manage(request, person) -> bool:
    return person != request.user and may_manage(request.user, person)


def refuse_of_another(email, person):
    """An address belongs to one account: with somebody else's, one could keep her out, or take hers with it when it is
    erased."""
    if User.objects.reached_at(email).exclude(pk=person.pk).exists():
        raise ValidationError(_("This address belongs to another account. Please use one that does not."))


class OfOneAccount(admin.ModelAdmin):
    """What belongs to the account of a person and lets her in."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_hers(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_hers(request, obj)

    def is_hers(self, request, obj) -> bool:
        return obj is None or is_hers_to_manage(request, User.objects.filter(pk=obj.user_id).first())

    def save_model(self, request, obj, form, change):
        """The account that was chosen in the form is another than the one that was asked about before."""
        if not self.is_hers(request, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)


class AddressForm(forms.ModelForm):
    def clean(self):
        if {"email", "user"} <= self.cleaned_data.keys():
            refuse_of_another(self.cleaned_data["email"], self.cleaned_data["user"])
        return super().clean()


@admin.register(EmailAddress)
class EmailAddressAdmin(OfOneAccount, AllauthEmailAddressAdmin):
    form = AddressForm

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell(obj.user, _("the address %(email)s is now one of yours") % {"email": obj.email})

    @admin.action(description=_("Mark as confirmed"), permissions=["change"])
    def make_verified(self, request, queryset):
        hers = [address.pk for address in queryset.select_related("user") if self.is_hers(request, address)]
        super().make_verified(request, queryset.filter(pk__in=hers))


@admin.register(Authenticator)
class AuthenticatorAdmin(OfOneAccount):
    """That somebody has a second factor, so that a lost one can be taken off. What it consists of is nobody's to see."""

    fields = ["user", "type", "created_at", "last_used_at"]
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, obj):
        """Recovery codes go with the last factor they stand in for: alone they would keep her from setting up another."""
        super().delete_model(request, obj)
        left = Authenticator.objects.filter(user=obj.user)
        if not left.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            left.delete()
        tell(obj.user, _("a second factor was taken off"))

    def delete_queryset(self, request, queryset):
        for factor in queryset.select_related("user"):
            self.delete_model(request, factor)


class OwnAddress(forms.ModelForm):
    def clean_email(self):
        refuse_of_another(self.cleaned_data["email"], self.instance)
        return self.cleaned_data["email"]


class PersonForm(OwnAddress, UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "name", "password", "is_active", "is_staff", "groups"]
        labels = {"groups": _("Roles")}
        help_texts = {"groups": _("Somebody may have several.")}

    def clean(self):
        given = "groups" in self.changed_data and self.cleaned_data.get("groups")
        if given and self.cleaned_data.get("is_staff") is False:
            self.add_error("is_staff", _("Whoever gets a role works here: tick this, too, or take the role away."))
        return super().clean()


class NewPersonForm(OwnAddress):
    """Nobody thinks up a password for somebody else: she chooses it herself, by the mail that invites her."""

    class Meta:
        model = User
        fields = ["email", "name"]

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)


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
    add_fieldsets = [
        (None, {"fields": ["email", "name"], "description": _("A mail invites her or him to choose a password.")})
    ]
    list_display = ["email", "name", "is_staff", "is_active", "joined_at"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["-id"]
    readonly_fields = ["joined_at", "last_login"]
    filter_horizontal = []
    show_full_result_count = False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_manage(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        """Deleting is erasing, and that takes the address from every account that has it."""
        everybody = accounts_at(obj.email) if obj else ()
        return super().has_delete_permission(request, obj) and all(may_manage(request.user, one) for one in everybody)

    def get_readonly_fields(self, request, obj=None):
        """Her own address and password she changes on the account pages, which ask whether it is she."""
        return [*self.readonly_fields, "email"] if obj == request.user else self.readonly_fields

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs["queryset"] = roles_to_give(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            invite(request, obj)
        elif "email" in form.changed_data:
            old = form.initial["email"]
            tell(obj, _("mail to you now goes to %(email)s") % {"email": obj.email}, at=old)
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def user_change_password(self, request, id, form_url=""):
        person = self.get_object(request, unquote(id))
        if person == request.user:
            return redirect("account_change_password")
        answer = super().user_change_password(request, id, form_url)
        if person and User.objects.get(pk=person.pk).password != person.password:
            tell(person, _("the password is another one"))
        return answer

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
            raise PermissionDenied
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
            raise PermissionDenied
        email = request.POST.get("email", "").strip()
        if request.method != "POST" or not email:
            return redirect("admin:accounts_person")
        if not all(may_manage(request.user, person) for person in accounts_at(email)):
            raise PermissionDenied
        if request.POST.get("typed", "").strip().lower() != email.lower():
            messages.error(request, _("Nothing was erased: type the address once more to confirm."))
            return self.person(request)
        counts = erase(email)
        total = sum(counts.values())
        messages.success(
            request, ngettext("%d entry was erased or blanked.", "%d entries were erased or blanked.", total) % total
        )
        return redirect("admin:accounts_person")

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
        if not self.manages_all(request):
            return ["slug", "is_medical_professional", "credentials", "user", "is_guest", "is_listed"]
        is_own = obj is not None and obj.user_id == request.user.pk and not request.user.is_superuser
        return ["is_medical_professional", "credentials", "user"] if is_own else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = User.objects.exclude(pk=request.user.pk)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            field.error_messages["invalid_choice"] = _("Nobody takes a byline herself: please ask a colleague.")
        return field

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
