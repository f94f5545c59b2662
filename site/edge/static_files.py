"""Static files in production: every name carries a hash of what the file holds, also where one script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django can do this, too, but takes names of an import map for files. https://docs.djangoproject.com/en/5.2/ref/contrib/staticfiles/
IMPORTED = r"""(?P<matched>(?P<before>\bfrom\s*|\bimport\s*\(?\s*)["'](?P<url>\./[^"']+)["'])"""


class HashedFiles(CompressedManifestStaticFilesStorage):
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", ((IMPORTED, '%(before)s"%(url)s"'),)))
