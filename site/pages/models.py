from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from edge.prepared import Prepared
from edge.richtext import RichTextField, clean_html


class Page(models.Model):
    """A standing page: terms, privacy, about. Its text is the newest of its versions; none is ever changed."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    current = models.ForeignKey(
        "PageVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("current version")
    )

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pages:page", args=[self.slug])

    def revise(self, body: str, *, by: Any = None, note: str = "") -> "PageVersion":
        """Makes `body` the text of the page from now on; earlier texts stay readable. The same text makes nothing."""
        body = clean_html(body)
        with transaction.atomic():
            page = Page.objects.select_for_update().get(pk=self.pk)
            last = page.versions.order_by("-number").first()
            if last and last.body == body:
                return last
            version = page.versions.create(number=last.number + 1 if last else 1, body=body, by=by, note=note)
            page.current = self.current = version
            page.save(update_fields=["current"])
        return version


class PageVersion(models.Model):
    page = models.ForeignKey(Page, models.CASCADE, related_name="versions", verbose_name=_("page"))
    number = models.PositiveIntegerField(_("version"))
    body = RichTextField(_("text"))
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("in force since"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="pages_version_number")]

    def __str__(self) -> str:
        return _("%(page)s, version %(number)s") % {"page": self.page_id, "number": self.number}


def current_terms() -> PageVersion | None:
    """What somebody agrees to who posts or signs up now."""
    page = Page.objects.filter(slug="terms").select_related("current").first()
    return page.current if page else None


class SiteSettings(models.Model):
    """One row: what an administrator sets without touching the server."""

    name = models.CharField(_("name of the site"), max_length=60, default="Wellread")
    tagline = models.CharField(
        _("tagline"), max_length=140, blank=True, default="Health, written by people who know and people who live it"
    )
    disclaimer = models.TextField(
        _("disclaimer"),
        default=(
            "Our writers share what they know and what they have lived. Everyone is different: nothing here replaces "
            "a talk with your doctor."
        ),
        help_text=_("Shown at the end of every article and at the foot of every page."),
    )
    contact_email = models.EmailField(_("contact address"), blank=True, default="hello@example.org")
    postal_address = models.TextField(
        _("postal address"),
        blank=True,
        help_text=_("Printed in every mail that somebody subscribed to. Mailings wait until it is filled in."),
    )
    newsletter_promise = models.CharField(
        _("newsletter promise"), max_length=140, blank=True, default="Every second Friday. Free. One click to stop."
    )
    # Undecided it is off, and suggested as soon as there are two editors.
    four_eyes = models.BooleanField(
        _("four eyes"),
        null=True,
        blank=True,
        choices=[
            (None, _("Not decided: off for now")),
            (True, _("On: somebody else approves or publishes")),
            (False, _("Off: editors publish their own articles")),
        ],
        help_text=_(
            "Somebody else is neither in the byline nor whoever changed the words last. Also for changes of published "
            "articles, for what is scheduled, and for corrections."
        ),
    )
    pixel_url = models.URLField(
        _("marketing pixel"),
        blank=True,
        help_text=_(
            "Off while empty. The address of a one-pixel image. It is asked for only after a visitor has accepted, "
            "never with Global Privacy Control, and never on pages about a topic: articles, topics, questions."
        ),
    )
    pixel_reason = models.CharField(
        _("why the pixel is on"), max_length=200, blank=True, help_text=_("Required with a pixel; visitors read it.")
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="pages_one_settings_row")]

    def __str__(self) -> str:
        return str(_("Site settings"))

    def clean(self) -> None:
        if self.pixel_url and not self.pixel_url.startswith("https://"):
            raise ValidationError({"pixel_url": _("The address must begin with https://.")})
        if self.pixel_url and not self.pixel_reason.strip():
            raise ValidationError({"pixel_reason": _("Say in a sentence what the pixel is for: visitors are asked.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @property
    def pixel_host(self) -> str:
        return urlsplit(self.pixel_url).netloc

    @classmethod
    def current(cls) -> "SiteSettings":
        """The one row, or its defaults before anybody saved it. One query; ask once per request."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


ROW = Prepared(lambda: SiteSettings.objects.filter(pk=1))


def site(request: HttpRequest) -> dict[str, object]:
    """`site` in every template: name, disclaimer, addresses; and where the site is. Asked for once, when the first template does."""
    if not hasattr(request, "site_settings"):
        request.site_settings = SimpleLazyObject(lambda: next(iter(ROW()), None) or SiteSettings(pk=1))  # type: ignore[attr-defined]
    return {"site": request.site_settings, "base_url": settings.BASE_URL}  # type: ignore[attr-defined]
