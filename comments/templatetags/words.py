"""Template filters for readers' words."""

from datetime import datetime, timedelta

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format

from comments.text.rendering import as_html, as_text

register = template.Library()
register.filter("as_html", as_html)

# After that many days "3 days ago" says less than the date.
RECENT = timedelta(days=7)


@register.filter
def as_words(text: str | None) -> str:
    """A reader's words where they become no links; escaped by the template like anything else."""
    return as_text(text or "")


@register.filter
def when(written: datetime) -> str:
    """How long ago while that is easily grasped, then the date."""
    is_recent = timezone.now() - written < RECENT
    return naturaltime(written) if is_recent else date_format(timezone.localtime(written))


@register.filter
def moment(written: datetime) -> str:
    """For machines and for the tooltip; in no language, for fifty dates in words take longer than the queries."""
    return timezone.localtime(written).isoformat(" ", "minutes")
