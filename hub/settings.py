"""Every setting of the hub, read from the environment. `.env.example` explains each one."""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from hub import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# demo: sample people, on this machine only. development: your own data, on this machine. test: the test suite.
# production (the default): nothing is assumed; what is missing stops the start with a sentence.
HUB_MODE = env.text("HUB_MODE", "production")
DEMO = HUB_MODE == "demo"
TESTING = HUB_MODE == "test"
PRODUCTION = HUB_MODE == "production"
DEBUG = env.flag("HUB_DEBUG")

HUB_DATA = Path(env.text("HUB_DATA", str(BASE_DIR / "var"))).resolve()

# --- Keys, hosts and origins -----------------------------------------------------------------------------------------
SECRET_KEY = env.text("HUB_SECRET_KEY") or ("" if PRODUCTION else "only-for-demo-and-tests-" + "x" * 40)
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "HUB_SECRET_KEY is missing. Give it 50 random characters or more (.env.example lists every setting). "
        "To look around with sample people instead: python3 manage.py demo"
    )
ALLOWED_HOSTS = env.listing("HUB_ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
# Exact origins (scheme, host, port) a browser may open the feed or send a form from. Empty: the request's own host.
HUB_ORIGINS = env.listing("HUB_ORIGINS")
CSRF_TRUSTED_ORIGINS = HUB_ORIGINS
HUB_TRUSTED_PROXIES = env.number("HUB_TRUSTED_PROXIES", 0)

# --- What is installed -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "hub",
    "hub.work",
    "accessibility.preferences",
    "accessibility.translations",
    "hub.members",
    "hub.notifications",
    "moderation.crisis",
    "moderation.conduct",
    "moderation.cases",
    "groups.rooms",
    "hub.home",
    "hub.demo",
]
MIDDLEWARE = [
    "hub.outermost.Outermost",  # help, leave and errors: no session, no database, no Redis
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hub.members.middleware.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hub.refusals.Refusals",
    "hub.onehop.one_hop",  # innermost and sync: keeps the chain in one thread hop under ASGI
]
ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
ASGI_APPLICATION = "hub.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hub.visitor.display",
                "hub.notifications.context.inbox",
            ],
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "builtins": [
                "django.templatetags.i18n",
                "hub.templatetags.design",
                "hub.templatetags.people",
                "hub.templatetags.rules",
                "hub.templatetags.times",
            ],
        },
    }
]
FORM_RENDERER = "hub.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.text("DATABASE_URL") or f"sqlite:///{HUB_DATA / 'hub.sqlite3'}")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env.text("REDIS_URL")
HUB_PROCESSES = env.number("HUB_PROCESSES", 1)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "hub.work.backend.Rows"}}

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.Member"
SESSION_ENGINE = "hub.members.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
INVITATION_DAYS = env.number("HUB_INVITATION_DAYS", 14)

# --- Rooms -----------------------------------------------------------------------------------------------------------
# How long a gated room stays open after its last facilitator was seen: longer than a phone's lost connection.
# Presence is touched every thirty seconds, so that less than ninety would pause rooms that are looked after.
ROOM_GRACE = timedelta(seconds=max(env.number("HUB_ROOM_GRACE_SECONDS", 180), 90 if PRODUCTION else 0))

# --- Languages -------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.text("HUB_LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "hub_language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("HUB_TIME_ZONE", "Europe/London")
HUB_COUNTRY = env.text("HUB_COUNTRY", "GB")
HUB_LEAVE_URL = env.text("HUB_LEAVE_URL", "https://www.bbc.co.uk/weather")

# --- Static files: served by the hub itself, from this host only -----------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HUB_DATA / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = DEBUG
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "hub.staticfiles.HashedModules"},
    }

# --- Safety of the browser -------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": with that, browsers send `Origin: null` with our own forms, which is no origin to trust.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hub.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["hub.uploads.NoFiles"]
# http is right only on this machine. Behind TLS the cookies are bound to this very host.
HUB_HTTPS = env.flag("HUB_HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HUB_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HUB_HTTPS else "hub_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HUB_HTTPS else "hub_csrf"
SECURE_SSL_REDIRECT = HUB_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if HUB_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HUB_HTTPS
HUB_BEHIND_PROXY = env.flag("HUB_BEHIND_PROXY")
if HUB_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logging: events, never words ------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"no_tokens": {"()": "hub.logs.NoTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "root": {"handlers": ["stderr"], "level": env.text("HUB_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    LOGGING["root"] = {"handlers": ["stderr"], "level": "WARNING"}

SILENCED_SYSTEM_CHECKS: list[str] = []
