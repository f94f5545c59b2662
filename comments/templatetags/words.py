"""Readers' words in templates."""

from django import template

from comments.text.cleaning import as_text

register = template.Library()


@register.filter
def as_words(text: str | None) -> str:
    """A reader's words where they become no links; escaped by the template like anything else."""
    return as_text(text or "")
