"""The settings of the site under the browser: production's, without the seconds that compressing static files takes."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

# Nobody waits here for a moderator to think better of it.
COMMENT_MAIL_DELAY = 0
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
