"""Which browser the journeys take: that of CHROMIUM, else the first found here."""

import os
import shutil

# The first is the same browser without windows, and a fifth quicker.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser"]
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
