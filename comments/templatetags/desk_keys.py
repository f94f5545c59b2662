"""Template tags for the desk's keys on its buttons: what does it, and the letter that shows it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comments.desk.keys import NAMED

register = template.Library()


@register.simple_tag
def key(*name: object) -> SafeString:
    """The attributes by which the script finds what the key presses: {% key "approve" %}, {% key "reason" 2 %}."""
    found = NAMED[" ".join(map(str, name))]
    return format_html('data-key="{}" data-does="{}"', found.key, found.name)


@register.simple_tag
def kbd(*name: object) -> SafeString:
    return format_html("<kbd>{}</kbd>", NAMED[" ".join(map(str, name))].shown)
