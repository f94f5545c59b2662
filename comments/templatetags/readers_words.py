"""Template filters for readers' words."""

from django import template

from comments.text.rendering import as_html, as_text

register = template.Library()
register.filter("as_html", as_html)


@register.filter
def as_words(text: str | None) -> str:
    """A reader's words where they become no links; escaped by the template like anything else."""
    return as_text(text or "")
