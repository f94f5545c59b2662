"""The settings of the site under the browser: production's, without the seconds that some of it takes."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

# Nobody waits here for a moderator to think better of it.
COMMENT_MAIL_DELAY = 0
# The real hash is slow on purpose, and everybody who works here logs in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Nobody outside is asked.
OUTSIDE_LOOKUPS = False
# Nothing is compressed.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
