"""The standing pages a new site begins with. Texts lie beside this file, in `starter/`; editors make them their own."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from pages.models import Page

FOLDER = Path(__file__).with_name("starter")
PAGES = [
    ("terms", _("Terms of service"), "terms.html"),
    ("privacy", _("Privacy policy"), "privacy.html"),
    ("about", _("About us"), "about.html"),
    ("disclaimer", _("Not medical advice"), "disclaimer.html"),
    ("how-we-review", _("How we review"), "reviewing.html"),
    ("contact", _("Contact"), "contact.html"),
]


def make_missing_pages(**kwargs: Any) -> None:
    """Makes each standing page that is not there. Runs after `migrate`; never touches a page that exists."""
    there = set(Page.objects.values_list("slug", flat=True))
    for slug, title, file_name in PAGES:
        if slug not in there:
            page = Page.objects.create(slug=slug, title=title)
            page.revise((FOLDER / file_name).read_text(encoding="utf-8"))
