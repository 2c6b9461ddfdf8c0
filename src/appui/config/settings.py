"""Every setting of Appui, read from the environment; docs/settings.md says the same in prose."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
PACKAGE = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

# APPUI_HOME: the folder that holds the database, the published flows and the stored files.
HOME = Path(env.str("APPUI_HOME", default="var")).resolve()

# APPUI_FLOWS_ENGINE, APPUI_FLOWS_AT: what answers questions of published flows ("duckdb" or
# "spark") and where Spark finds the tables. The corpus knows no Django and reads both by itself.
FLOWS_ENGINE = env.str("APPUI_FLOWS_ENGINE", default="duckdb")
FLOWS_AT = env.str("APPUI_FLOWS_AT", default="")

# APPUI_MODE: "development" (the default), "demo", or "production".
MODE = env.str("APPUI_MODE", default="development")
PRODUCTION = MODE == "production"
DEBUG = False

# APPUI_SECRET_KEY: signs sessions and links. Production refuses to start with the default.
INSECURE_SECRET = "insecure-default-for-development-and-demo-only"  # noqa: S105
SECRET_KEY = env.str("APPUI_SECRET_KEY", default=INSECURE_SECRET)
if PRODUCTION and (SECRET_KEY == INSECURE_SECRET or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "Production needs a secret of its own: set APPUI_SECRET_KEY to at least 50 random "
        "characters, for example made by: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )

# APPUI_OLD_SECRETS: comma-separated earlier secrets, still accepted after a change of secret.
SECRET_KEY_FALLBACKS = env.list("APPUI_OLD_SECRETS", default=[])

# APPUI_HOSTS: comma-separated host names that this server answers to.
ALLOWED_HOSTS = env.list("APPUI_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Production needs real host names in APPUI_HOSTS, not *.")
# APPUI_ORIGINS: comma-separated origins trusted for forms behind a proxy, with their scheme.
CSRF_TRUSTED_ORIGINS = env.list("APPUI_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "appui.accounts",  # before allauth, whose pages it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "appui.kernel",
    "appui.ui",
    "appui.registry",
    "appui.evidence",
    "appui.questionnaires",
    "appui.intelligence",
    "appui.needs",
    "appui.portfolio",
    "appui.design",
    "appui.funding",
    "appui.instruments",
    "appui.eligibility",
    "appui.obligations",
    "appui.treasury",
    "appui.outlook",
    "appui.selection",
    "appui.strategies",
    "appui.watch",
    "appui.intake",
    "appui.publishing",
    "appui.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "appui.accounts.middleware.LanguageMiddleware",
    "appui.accounts.middleware.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "appui.registry.middleware.ReaderMiddleware",
    "appui.registry.middleware.SignInMiddleware",
    "appui.ui.middleware.ErrorPageMiddleware",
]

ROOT_URLCONF = "appui.config.urls"
WSGI_APPLICATION = "appui.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "appui.ui.context.shell",
            ],
        },
    },
]

# DATABASE_URL: empty for SQLite under APPUI_HOME, or postgres://user:password@host:5432/name.
DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db("DATABASE_URL") | {"CONN_MAX_AGE": 60}}
else:
    # IMMEDIATE: without it concurrent writers fail with "database is locked".
    # FULL: a write that was answered survives a power cut. secure_delete: erased text is gone.
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "appui.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                    "PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    }

# APPUI_LANGUAGE: language of visitors whose browser asks for none of the four.
LANGUAGE_CODE = env.str("APPUI_LANGUAGE", default="en" if TESTING else "fr")
LANGUAGES = [("fr", "Français"), ("en", "English"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
# APPUI_TIME_ZONE: the time zone in which days begin and end, for example Asia/Phnom_Penh.
TIME_ZONE = env.str("APPUI_TIME_ZONE", default="UTC")

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = HOME / "files"
# Largest request body kept in memory and largest form, in bytes and fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# APPUI_BEHIND_TLS: true where a proxy ends TLS and sets X-Forwarded-Proto.
BEHIND_TLS = env.bool("APPUI_BEHIND_TLS", default=PRODUCTION)
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# APPUI_CURRENCY: the currency that totals are shown in when an institution has set none.
CURRENCY = env.str("APPUI_CURRENCY", default="USD")

# APPUI_SOURCE_URL: where people find the source code that runs here; the AGPL asks for it.
SOURCE_URL = env.str("APPUI_SOURCE_URL", default="")

# APPUI_EMAIL_URL: where mail goes, for example smtp://user:password@host:25; printed by default.
vars().update(env.email("APPUI_EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("APPUI_EMAIL_FROM", default="appui@localhost")
# APPUI_URL: the address people open, for links in digests and calendars, which no page makes.
SITE_URL = env.str("APPUI_URL", default="http://localhost:8000")

# Sign-in. Shared by all workers through the database: counts of failed attempts, used codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:dashboard"
LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "appui.accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # Hundreds of tests make a user; the slow hash has a test of its own.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
_VALIDATORS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATORS + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATORS + "CommonPasswordValidator"},
    {
        "NAME": _VALIDATORS + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
]
# A link to set a new password works for one day.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# APPUI_PROXIES: how many trusted proxies stand in front and add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("APPUI_PROXIES", default=1 if BEHIND_TLS else 0)
ACCOUNT_ADAPTER = "appui.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Invitations go to the address, and nobody can change it.
ACCOUNT_EMAIL_NOTIFICATIONS = True  # Changes to the password or second factor are mailed.
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Appui: "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BEHIND_TLS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # An address is locked for five minutes after five failures; a network after thirty.
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/5m/key",
}
ACCOUNT_FORMS = {
    "login": "appui.accounts.forms.SignInForm",
    "change_password": "appui.accounts.forms.ChangePasswordForm",
    "set_password": "appui.accounts.forms.SetPasswordForm",
    "reset_password": "appui.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "appui.accounts.forms.NewPasswordForm",
    "reauthenticate": "appui.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "appui.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Appui"
# Browsers give passkeys to https only, and to http://localhost for trying things out.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_FORMS = {
    "authenticate": "appui.accounts.forms.SecondFactorForm",
    "reauthenticate": "appui.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "appui.accounts.forms.ActivateAppForm",
    "add_webauthn": "appui.accounts.forms.AddPasskeyForm",
    "login_webauthn": "appui.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "appui.accounts.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "appui.accounts.forms.PasskeyAgainForm",
    "edit_webauthn": "appui.accounts.forms.RenamePasskeyForm",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

SILENCED_SYSTEM_CHECKS: list[str] = []
LANGUAGE_LABELS = {
    "fr": _("French"),
    "en": _("English"),
    "es": _("Spanish"),
    "ar": _("Arabic"),
}
