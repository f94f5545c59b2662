"""When something was, and how long ago."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def age(moment: datetime) -> str:
    """As Django's timesince, except that nothing is "0 minutes" old."""
    return timesince(moment) if timezone.now() - moment >= timedelta(minutes=1) else _("less than a minute")


@register.filter(expects_localtime=True)
def moment(at: datetime) -> str:
    """Date and time, for people and for programs."""
    return format_html(
        '<time datetime="{}">{}</time>', date_format(at, r"Y-m-d\TH:iO"), date_format(at, "DATETIME_FORMAT")
    )
