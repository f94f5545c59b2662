from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from edge.pictures import PictureField
from edge.prepared import Prepared

PERCENT = [MaxValueValidator(100)]
# Width to height of what cuts pictures: the cards in lists and the lead of the home page, see .entry__image.
CUT = 16 / 10
# What a Creative Commons licence asks for besides the credit: its name, with a link to its text.
DEEDS = {
    "cc-by": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc-by-sa": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "cc-by-3": ("CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/"),
    "cc-by-sa-3": ("CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
    "cc-by-2": ("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/"),
    "cc-by-sa-2": ("CC BY-SA 2.0", "https://creativecommons.org/licenses/by-sa/2.0/"),
}
NO_CREDIT = _("This licence asks for a credit: please say who made the picture.")


class ImageQuerySet(models.QuerySet["Image"]):
    def without_renditions(self) -> Self:
        """Pictures whose smaller sizes nobody makes at the moment; a worker's claim ends with its lease."""
        waiting = self.filter(rendered_at=None, render_failed_at=None)
        lost = timezone.now() - Image.RENDER_LEASE
        return waiting.filter(models.Q(render_claimed_at=None) | models.Q(render_claimed_at__lt=lost))

    def matching(self, words: str) -> Self:
        """Every word stands in what it shows, its caption or its credit, or begins the name of its file."""
        for word in words.split()[:8]:
            somewhere = models.Q(file__startswith=f"images/{word}")
            for field in ("alt", "caption", "credit"):
                somewhere |= models.Q(**{f"{field}__icontains": word})
            self = self.filter(somewhere)
        return self

    def unclear(self) -> Self:
        """Nobody has said what it may be used for, or who made what others have made."""
        ours = [Image.Licence.OWN, Image.Licence.PUBLIC]
        return self.filter(models.Q(licence="") | (models.Q(credit="") & ~models.Q(licence__in=ours)))

    def in_no_article(self) -> Self:
        """Neither in the latest text of an article, as far as the worker has read them, nor its main picture."""
        shown = Image.used_in.through._default_manager.filter(image=models.OuterRef("pk"))
        return self.filter(~models.Exists(shown), articles=None)

    def long_unused(self) -> Self:
        return self.filter(unused_since__lte=timezone.now() - Image.UNUSED)


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
        CC_BY = "cc-by", _("CC BY 4.0: with the credit")
        CC_BY_SA = "cc-by-sa", _("CC BY-SA 4.0: with the credit, the same licence")
        CC_BY_3 = "cc-by-3", _("CC BY 3.0: with the credit")
        CC_BY_SA_3 = "cc-by-sa-3", _("CC BY-SA 3.0: with the credit, the same licence")
        CC_BY_2 = "cc-by-2", _("CC BY 2.0: with the credit")
        CC_BY_SA_2 = "cc-by-sa-2", _("CC BY-SA 2.0: with the credit, the same licence")
        BOUGHT = "bought", _("bought: for this site only")
        ALLOWED = "allowed", _("used with permission")

    RENDER_LEASE = timedelta(minutes=10)
    # For so long nothing has to show a picture before it is offered for deletion.
    UNUSED = timedelta(days=30)
    # The size for browsers that know no srcset.
    PLAIN_WIDTH = 960

    file = PictureField(
        _("file"), upload_to="images", width_field="width", height_field="height", digest_field="digest"
    )
    # Of the stored file, by which the same picture is known; "" until the worker has read it: `articles/library/same.py`.
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
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
    # Looked up by the worker once a day: `articles/library/usage.py`.
    unused_since = models.DateTimeField(null=True, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_decorative=True) | ~models.Q(alt=""),
                name="articles_image_has_alt",
                violation_error_message=_("Say what the picture shows, or mark it as decoration."),
            ),
            models.CheckConstraint(
                condition=~models.Q(licence__in=list(DEEDS)) | ~models.Q(credit=""),
                name="articles_image_has_credit",
                violation_error_message=NO_CREDIT,
            ),
        ]
        indexes = [
            models.Index(fields=["file"], name="articles_image_file"),
            models.Index(fields=["digest", "id"], name="articles_image_digest"),
            models.Index(
                fields=["render_failed_at"],
                name="articles_image_failed",
                condition=models.Q(render_failed_at__isnull=False),
            ),
            models.Index(
                fields=["unused_since"], name="articles_image_unused", condition=models.Q(unused_since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.caption or self.file.name

    @cached_property
    def made(self) -> "list[Rendition]":
        """Runs no query when `renditions` are prefetched."""
        is_fetched = "renditions" in getattr(self, "_prefetched_objects_cache", ())
        return list(self.renditions.all()) if is_fetched else list(RENDITIONS(image=self.pk))

    @property
    def share_rendition(self) -> "Rendition | None":
        return next((rendition for rendition in self.made if rendition.type == Rendition.SHARED), None)

    def sources(self) -> Sources:
        renditions = self.made
        webp = [rendition for rendition in renditions if rendition.type == "image/webp"]
        plain = min(webp, key=lambda rendition: abs(rendition.width - self.PLAIN_WIDTH), default=None)
        return Sources(
            src=address_of((plain or self).file.name),
            width=self.width,
            height=self.height,
            avif=_srcset([rendition for rendition in renditions if rendition.type == "image/avif"]),
            webp=_srcset(webp),
        )

    @property
    def licence_name(self) -> str:
        """As readers are told it; "" when the licence does not ask for that."""
        return DEEDS.get(self.licence, ("", ""))[0]

    @property
    def deed(self) -> str:
        return DEEDS.get(self.licence, ("", ""))[1]

    @property
    def focus_class(self) -> str:
        """Of the stylesheet, in steps of ten percent: the focal point comes to the middle of the cut, or as near to it as the
        picture reaches. "" for the middle of the picture."""
        wide = (self.width or 1) / (self.height or 1) / CUT
        x, y = _placed(self.focus_x, wide), _placed(self.focus_y, 1 / wide)
        return "" if x == y == 5 else f"fx-{x} fy-{y}"

    def render_again(self) -> bool:
        """What could not be read is tried once more; False when nothing has failed."""
        failed = Image.objects.filter(pk=self.pk, render_failed_at__isnull=False)
        return bool(failed.update(render_claimed_at=None, rendered_at=None, render_failed_at=None))

    def can_be_edited_by(self, user: User) -> bool:
        """Who uploaded a picture may change its words; editors may change all."""
        if not user.has_perm("articles.change_image"):
            return False
        return self.uploaded_by_id == user.pk or user.has_perm("articles.edit_any_article")


def _placed(focus: int | None, stretch: float) -> int:
    """`object-position` in tenths, for a picture `stretch` times as long as the cut; a shorter one is not cut this way.
    A form that has left it empty comes back with the picture, too."""
    if stretch <= 1 or focus is None:
        return 5
    share = (focus / 100 * stretch - 0.5) / (stretch - 1)
    return round(min(1.0, max(0.0, share)) * 10)


def _srcset(renditions: "list[Rendition]") -> str:
    return ", ".join(f"{address_of(rendition.file.name)} {rendition.width}w" for rendition in renditions)


@lru_cache(maxsize=10_000)
def address_of(name: str) -> str:
    """Of a file of the library, which never gets another."""
    return default_storage.url(name)


class Rendition(models.Model):
    SHARED = "image/jpeg"  # the one that networks and messengers show, cut to their shape

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


RENDITIONS = Prepared(lambda image: Rendition.objects.filter(image=image), image=models.BigIntegerField())


class FormerFile(models.Model):
    """A file that another one has replaced: texts that name it show the picture as it is now.

    For KEPT the file can be put back; then the worker deletes it, and the row goes on telling what the name meant.
    """

    KEPT = timedelta(days=30)

    image = models.ForeignKey(Image, models.CASCADE, related_name="former_files")
    name = models.CharField(max_length=100, unique=True)
    # [{"file": "renditions/….webp", "type": "image/webp", "width": 480, "height": 270}, …]
    renditions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("former file")
        verbose_name_plural = _("former files")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["created_at"], name="articles_former_file", condition=models.Q(removed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return default_storage.url(self.name)

    @property
    def file_names(self) -> list[str]:
        return [self.name, *(rendition["file"] for rendition in self.renditions)]

    @property
    def kept_until(self) -> datetime:
        return self.created_at + self.KEPT
