"""The settings, all of them, read from the environment. `.env.example` names every variable once."""

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

SITE_DIR = Path(__file__).resolve().parent.parent
ROOT = SITE_DIR.parent
TESTING = "pytest" in sys.modules


def env(name: str, default: str = "") -> str:
    """The variable, or what the file named by `<name>_FILE` holds (how container platforms hand over secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int) -> int:
    return int(env(name) or default)


def env_list(name: str) -> list[str]:
    return [item.strip() for item in env(name).split(",") if item.strip()]


def env_required(name: str, why: str) -> str:
    """The variable; in production its absence stops the start with a sentence that says what to do."""
    value = env(name)
    if not value and not DEBUG and not TESTING:
        raise ImproperlyConfigured(
            f"{name} is not set. {why} Set it in the environment (or {name}_FILE to read it from a file), "
            "or set DEBUG=1 on a machine of your own."
        )
    return value


# --- Where and how -----------------------------------------------------------------------------------------------

DEBUG = env_bool("DEBUG")
DATA = ROOT / env("DATA", "var")  # the SQLite file, uploads and, in development, outgoing mail
BASE_URL = (
    env_required("BASE_URL", "Links in mail begin with it, such as https://wellread.example.")
    or f"http://localhost:{env('PORT', '8000')}"
).rstrip("/")

SECRET_KEY = env_required("SECRET_KEY", "It signs sessions and the links in mail.") or "development-only-" + "x" * 50
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or [str(urlsplit(BASE_URL).hostname), "localhost", "127.0.0.1"]
if DEBUG or TESTING:
    ALLOWED_HOSTS += ["[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS") or [BASE_URL]
# How many of our own proxies stand in front: only so many entries of the header they write are believed.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
CLIENT_ADDRESS_HEADER = env("CLIENT_ADDRESS_HEADER", "X-Forwarded-For")

HTTPS = BASE_URL.startswith("https://")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_SSL_REDIRECT = True
    SECURE_SSL_HOST = urlsplit(BASE_URL).netloc  # not the request's: it would be led to the port that it names
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"  # not no-referrer: Chromium then sends `Origin: null` and forms fail
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "edge.views.csrf_failure"

# --- What it is made of ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.WellreadAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "captcha",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "js_asset",
    "tree_queries",
    "edge",
    "pages",
    "accounts",
    "comments",
    "articles",
    "questions",
    "newsletters",
    "config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "edge.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "edge.middleware.OnlyUtf8Middleware",
    "edge.middleware.GetAndPostMiddleware",
    "accounts.corner.CornerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "edge.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.staff.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.models.site",
            ],
            "builtins": ["edge.parts"],
        },
    },
    {
        # What repeats on a page: comments, cards (edge/parts.py).
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "parts",
        "DIRS": [SITE_DIR / "parts"],
        "OPTIONS": {"environment": "config.parts.environment", "extensions": ["edge.parts.OneLine"]},
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "wellread"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data --------------------------------------------------------------------------------------------------------

if database_url := env("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(database_url)}
else:
    if not TESTING:
        DATA.mkdir(parents=True, exist_ok=True)
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA / "wellread.sqlite3")}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # A file, as in production: threads that race for a lock behave differently on a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/wellread-test-{os.getpid()}.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock at its start, so it waits its turn instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON; "
            # What is erased is overwritten in the file, not only unlinked.
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    if not TESTING:
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env_int("DATABASE_POOL", 8),
            "timeout": 10,
        }

# Counters of rate limits and of log-in attempts must be shared by all processes: they live in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}

# --- Files -------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT") or DATA / "static")
STATICFILES_DIRS = [SITE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "edge.static_files.HashedFiles"
    },
}
# What is looked for at the root under its own name.
WHITENOISE_ROOT = SITE_DIR / "root"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
FILE_UPLOAD_HANDLERS = [
    "edge.pictures.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
IMAGE_MAX_BYTES = 15 * 1024 * 1024
IMAGE_MAX_PIXELS = 50_000_000

# --- People ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.NameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# In the browser in which she signed up; so she comes back to where she was.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or TESTING
STAFF_SECOND_FACTOR = env_bool("STAFF_SECOND_FACTOR", not (DEBUG or TESTING))

# --- Mail --------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env("MAIL_FROM", "Wellread <post@localhost>")
# Letters about a moderator's decision wait so many seconds: as long as she can take it back, so that nobody reads of it.
COMMENT_MAIL_DELAY = env_int("COMMENT_MAIL_DELAY", 0 if TESTING else 600)
if mail_host := env("MAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = mail_host
    EMAIL_PORT = env_int("MAIL_PORT", 587)
    EMAIL_HOST_USER = env("MAIL_USER")
    EMAIL_HOST_PASSWORD = env("MAIL_PASSWORD")
    EMAIL_USE_TLS = env("MAIL_SECURITY", "starttls") == "starttls"
    EMAIL_USE_SSL = env("MAIL_SECURITY", "starttls") == "tls"
    EMAIL_TIMEOUT = 20
else:
    env_required("MAIL_HOST", "Confirmations and updates leave through this SMTP server.")
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

# --- Words, time, logs -------------------------------------------------------------------------------------------

LANGUAGE_CODE = env("LANGUAGE", "en")
LOCALE_PATHS = [SITE_DIR / "translations"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", "UTC")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Neither addresses nor paths: which page somebody reads here is health data.
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_paths": {"()": "edge.logs.NoPaths"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_paths"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}

# --- What a page may load: only what we serve ourselves ------------------------------------------------------------
# The admin's pages with the writers' editor add a nonce and one hash: config/admin.py.

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}

# --- The captcha (comments/captcha/challenge.py) -----------------------------------------------------------------------------

CAPTCHA_TIMEOUT = 120  # minutes a challenge lives: longer than writing a health question takes
CAPTCHA_LENGTH = 5

# --- The outside check of readers' words (comments/spam/outside.py): off while there is no address -----------------

OUTSIDE_CHECK_URL = env("OUTSIDE_CHECK_URL").rstrip("/")
OUTSIDE_CHECK_KEY = env("OUTSIDE_CHECK_KEY")
OUTSIDE_CHECK_TEACH = env_bool("OUTSIDE_CHECK_TEACH")
_check = urlsplit(OUTSIDE_CHECK_URL)
_stays_here = _check.scheme == "http" and _check.hostname in {"127.0.0.1", "localhost"}
if OUTSIDE_CHECK_URL and _check.scheme != "https" and not _stays_here:
    raise ImproperlyConfigured("OUTSIDE_CHECK_URL must begin with https://: readers' words go there.")

# --- What the site asks other sites (edge/fetching.py): sources, retractions, whether links work -------------------------

OUTSIDE_LOOKUPS = env_bool("OUTSIDE_LOOKUPS", not TESTING)

SILENCED_SYSTEM_CHECKS = env_list("SILENCED_SYSTEM_CHECKS")
