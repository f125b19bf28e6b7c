"""Django settings. Everything that differs between installations comes from the environment, and
`environment.py` names, explains and checks each variable."""

from __future__ import annotations

from motcua.runtime.environment import Environment

ENV = Environment.read()

DEBUG = False
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = [ENV.public_url] if ENV.public_url.startswith("https://") else []
ROOT_URLCONF = "motcua.runtime.urls"
WSGI_APPLICATION = "motcua.runtime.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "motcua.foundation",
    "motcua.territory",
    "motcua.agencies",
    "motcua.people",
    "motcua.machines",
    "motcua.forms",
    "motcua.processes",
    "motcua.documents",
    "motcua.payments",
    "motcua.notices",
    "motcua.registers",
    "motcua.sharing",
    "motcua.catalogue",
    "motcua.dossiers",
    "motcua.privacy",
    "motcua.doors.portal",
    "motcua.doors.desk",
    "motcua.doors.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # before all else: a static file costs nothing
    "motcua.runtime.headers.house_headers",
    # Django adds random length to what it compresses, so that secrets in a page do not leak by
    # its size (BREACH); static files were compressed once, when they were collected.
    "django.middleware.gzip.GZipMiddleware",
    "motcua.doors.refused.noted",
    "motcua.doors.guard.sane_requests",
    "motcua.doors.limits.middleware.RateLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.doors.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "motcua.doors.viewer_middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "motcua.doors.role.open_doors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motcua.doors.portal.context.frame",
                "motcua.doors.session_time.frame",
                "motcua.doors.role.doors",
            ],
        },
    }
]

DATABASES = {"default": ENV.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
LOGIN_URL = "/dang-nhap/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [str(ENV.package_folder / "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = str(ENV.home / "static")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(ENV.home / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

# The default of Django (2.5 MB in memory) suits small phones' photos; larger uploads go to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Sessions are rows: an officer who leaves, or a phone that is lost, is signed out at once.
SESSION_ENGINE = "motcua.people.sessions"
SESSION_SERIALIZER = "motcua.doors.sessions.Sealed"
SESSION_COOKIE_AGE = ENV.session_hours * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.public_url.startswith("https://")
# A browser takes a cookie of such a name from this very host only, over TLS, for all its paths: a
# neighbour under the same domain, or somebody on the way, can plant none.
COOKIE_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
# Cookies know no ports: the sandbox servers on this machine have names of their own.
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}motcua_session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}motcua_csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}motcua_language"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "motcua.doors.portal.views.errors.stale_form"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.hsts_subdomains
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A 404 is an answer, not an incident.
    "loggers": {"django.request": {"level": "ERROR"}},
}
