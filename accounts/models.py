from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edge.pictures import PictureField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())

    def reached_at(self, email: str) -> models.QuerySet["User"]:
        """Whose address this is: the account's own, or another that was confirmed."""
        confirmed = models.Q(emailaddress__email__iexact=email, emailaddress__verified=True)
        return self.filter(models.Q(email__iexact=email) | confirmed).distinct()


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with a log-in. Readers need none; writers, editors and moderators do."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("works here"), default=False, help_text=_("May open the admin."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick to lock the account."))
    terms = models.ForeignKey(
        "pages.PageVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("agreed to terms"),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    # What `accounts.staff` found for this request: she has roles, and her session has not used the second factor that
    # the house asks for. Until it has, she may what any reader may.
    acts_as_reader = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return not self.acts_as_reader and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return not self.acts_as_reader and super().has_module_perms(app_label)

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        return set() if self.acts_as_reader else super().get_all_permissions(obj)

    def may_view(self, model: type[models.Model]) -> bool:
        """As Django's admin asks it."""
        app, name = model._meta.app_label, model._meta.model_name
        return self.has_perm(f"{app}.view_{name}") or self.has_perm(f"{app}.change_{name}")

    def get_full_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    get_short_name = get_full_name

    def byline(self) -> "Writer | None":
        """Under whose name she writes here; None for a reader."""
        return None if self.acts_as_reader else Writer.objects.filter(user=self).first()


class Writer(models.Model):
    """A byline: who somebody is to readers. Writers and medical reviewers have one; a guest's has no log-in."""

    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="writer", verbose_name=_("log-in")
    )
    name = models.CharField(_("display name"), max_length=80, help_text=_("As it stands over an article."))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(
        _("line under the name"), max_length=80, blank=True, help_text=_("“health writer”, “neurologist”")
    )
    photo = PictureField(_("photo"), upload_to="people", blank=True)
    bio = models.TextField(_("bio"), blank=True, help_text=_("Two or three sentences: who you are, what you know."))
    credentials = models.CharField(
        _("credentials"), max_length=200, blank=True, help_text=_("Degrees, licences, registers: MD, RN, PhD …")
    )
    is_medical_professional = models.BooleanField(
        _("medical professional"),
        default=False,
        help_text=_("When this is off, readers see “Not a medical professional”."),
    )
    conflicts = models.TextField(
        _("conflicts of interest"),
        blank=True,
        help_text=_(
            "Who pays you, what you own; “None” if nobody and nothing. Without it your articles do not appear."
        ),
    )
    is_listed = models.BooleanField(_("shown"), default=True, help_text=_("Has a public page."))
    is_guest = models.BooleanField(
        _("guest"), default=False, help_text=_("Readers see “Guest writer”. A guest needs no log-in.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["name"]
        permissions = [("change_own_byline", _("Can change her or his own byline"))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:writer", args=[self.slug])

    def clean(self) -> None:
        if self.is_medical_professional and not self.credentials.strip():
            raise ValidationError({"credentials": _("Say which credentials make this person a medical professional.")})

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("-", " ").split() if word[:1].isalpha()]
        return "".join(word[0] for word in [words[0], *words[-1:]][: len(words)]).upper() if words else "?"
