from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from edge.pictures import PictureField

PERCENT = [MaxValueValidator(100)]


class ImageQuerySet(models.QuerySet["Image"]):
    def without_renditions(self) -> Self:
        """Pictures whose smaller sizes nobody makes at the moment; a worker's claim ends with its lease."""
        waiting = self.filter(rendered_at=None, render_failed_at=None)
        lost = timezone.now() - Image.RENDER_LEASE
        return waiting.filter(models.Q(render_claimed_at=None) | models.Q(render_claimed_at__lt=lost))


@dataclass(frozen=True)
class Sources:
    """What a page needs to offer a picture in every size: `srcset` texts, "" before the worker has made them."""

    src: str
    width: int | None
    height: int | None
    avif: str
    webp: str


class Image(models.Model):
    """A picture of the media library. It has words for those who cannot see it, or is marked as decoration."""

    class Licence(models.TextChoices):
        OWN = "own", _("our own")
        PUBLIC = "public", _("public domain or CC0")
        CC_BY = "cc-by", _("CC BY: with the credit")
        CC_BY_SA = "cc-by-sa", _("CC BY-SA: with the credit, the same licence")
        BOUGHT = "bought", _("bought: for this site only")
        ALLOWED = "allowed", _("used with permission")

    RENDER_LEASE = timedelta(minutes=10)
    # The size for browsers that know no srcset.
    PLAIN_WIDTH = 960

    file = PictureField(_("file"), upload_to="images", width_field="width", height_field="height")
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    alt = models.CharField(
        _("what it shows"), max_length=300, blank=True, help_text=_("For readers who cannot see the picture.")
    )
    is_decorative = models.BooleanField(
        _("decoration only"), default=False, help_text=_("Adds nothing that the text does not say.")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who made it."))
    licence = models.CharField(
        _("licence"), max_length=20, choices=Licence, blank=True, help_text=_("What it may be used for.")
    )
    source = models.URLField(_("where it comes from"), max_length=500, blank=True)
    # In percent from the left and the top: what stays in view when the picture is cut.
    focus_x = models.PositiveSmallIntegerField(_("focal point, from the left"), default=50, validators=PERCENT)
    focus_y = models.PositiveSmallIntegerField(_("focal point, from the top"), default=50, validators=PERCENT)
    # Of the articles whose latest text shows it, made by the worker: `articles/indexing.py`.
    used_in: "models.ManyToManyField[Any, models.Model]" = models.ManyToManyField(
        "Article", related_name="images_in_text", editable=False
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    render_claimed_at = models.DateTimeField(null=True, editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)
    render_failed_at = models.DateTimeField(null=True, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_decorative=True) | ~models.Q(alt=""),
                name="articles_image_has_alt",
                violation_error_message=_("Say what the picture shows, or mark it as decoration."),
            )
        ]

    def __str__(self) -> str:
        return self.alt or self.caption or self.file.name

    def sources(self) -> Sources:
        """Runs no query when `renditions` are prefetched."""
        renditions = list(self.renditions.all())
        webp = [rendition for rendition in renditions if rendition.type == "image/webp"]
        plain = min(webp, key=lambda rendition: abs(rendition.width - self.PLAIN_WIDTH), default=None)
        return Sources(
            src=plain.file.url if plain else self.file.url,
            width=self.width,
            height=self.height,
            avif=_srcset([rendition for rendition in renditions if rendition.type == "image/avif"]),
            webp=_srcset(webp),
        )

    def forget_renditions(self) -> None:
        """The file is another one now: its sizes are made anew."""
        for rendition in self.renditions.all():
            rendition.file.delete(save=False)
        self.renditions.all().delete()
        self.render_claimed_at = self.rendered_at = self.render_failed_at = None
        self.save(update_fields=["render_claimed_at", "rendered_at", "render_failed_at"])

    def can_be_edited_by(self, user: User) -> bool:
        """Who uploaded a picture may change its words; editors may change all."""
        if not user.has_perm("articles.change_image"):
            return False
        return self.uploaded_by_id == user.pk or user.has_perm("articles.edit_any_article")


def _srcset(renditions: "list[Rendition]") -> str:
    return ", ".join(f"{rendition.file.url} {rendition.width}w" for rendition in sorted(renditions, key=_by_width))


def _by_width(rendition: "Rendition") -> int:
    return rendition.width


class Rendition(models.Model):
    """A smaller copy of an image in a modern format, made by the worker."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")
    file = models.FileField(upload_to="renditions")
    type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["type", "width"]
        constraints = [models.UniqueConstraint(fields=["image", "type", "width"], name="articles_rendition_once")]

    def __str__(self) -> str:
        return f"{self.image_id}: {self.width} {self.type}"


class FormerFile(models.Model):
    """A file that another one has replaced: texts that name it show the picture as it is now."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="former_files")
    name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former file")
        verbose_name_plural = _("former files")

    def __str__(self) -> str:
        return self.name
