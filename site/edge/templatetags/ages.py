"""How long ago something was."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def age(moment: datetime) -> str:
    """As Django's timesince, except that nothing is "0 minutes" old."""
    return timesince(moment) if timezone.now() - moment >= timedelta(minutes=1) else _("less than a minute")
