"""The settings of the site, except that it keeps no part of a page."""

from config.settings import *  # noqa: F403
from config.settings import CACHES

CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
