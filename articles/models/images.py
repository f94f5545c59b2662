from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edge.pictures import PictureField


class ImageQuerySet(models.QuerySet["Image"]):
    def without_renditions(self) -> "ImageQuerySet":
        return self.filter(rendered_at=None, render_failed_at=None)


class Image(models.Model):
    """A picture of the media library. It has words for those who cannot see it, or is marked as decoration."""

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
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who made it, under which licence."))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
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
