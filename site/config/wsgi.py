"""The WSGI application; the server needs `site/` on its path (PYTHONPATH)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from comments.text.phrases import reader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
reader()  # the phrases about danger: many objects, and nobody waits for them with her first comment
# What is loaded now stays. Unless it is set aside, each full collection walks through all of it, in the middle of somebody's
# request: some 40 ms.
gc.collect()
gc.freeze()
