"""The Django settings that every sandbox site shares; ``settings/`` completes them for demo and tests."""

from pathlib import Path
from typing import Any

import django
from edx_django_utils.plugins import get_plugin_apps

LMS = "lms.djangoapp"
CMS = "cms.djangoapp"

_DJANGO_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "waffle",
    "eventtracking.django.apps.EventTrackingConfig",
    "rest_framework",
]
_MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "waffle.middleware.WaffleMiddleware",
]
_TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


#: To a logger of the platform's name; without a limit to the size, which drops what is longer.
_TRACKING = {
    "logger": {
        "ENGINE": "eventtracking.backends.logger.LoggerBackend",
        "OPTIONS": {"name": "tracking", "max_event_size": None},
    }
}


def mail_settings(kind: str, **options: str) -> dict[str, Any]:
    """Name Django's way to send mail (``filebased``, ``locmem``), as the installed release has it named."""
    path = f"django.core.mail.backends.{kind}.EmailBackend"
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": path, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": path, **{f"EMAIL_{name.upper()}": value for name, value in options.items()}}


def directory() -> Path:
    """Give the folder in which the running sandbox keeps its files."""
    from django.conf import settings

    return Path(getattr(settings, "MICROCRED_SANDBOX_DIR", "var"))


def installed_apps() -> list[str]:
    """Name the apps: Django's, then the plugins' of LMS and Studio as the platform finds them, then the sandbox."""
    plugins = dict.fromkeys([*get_plugin_apps(LMS), *get_plugin_apps(CMS)])
    return [*_DJANGO_APPS, *plugins, "microcred_plugin.sandbox"]


def jwt_settings(secret_key: str) -> dict[str, Any]:
    """Give edx-drf-extensions an issuer, so that a token sent to the sandbox is judged and not a server error."""
    issuer = {"ISSUER": "sandbox", "SECRET_KEY": secret_key, "AUDIENCE": "sandbox"}
    return {
        "JWT_ISSUER": issuer["ISSUER"],
        "JWT_AUDIENCE": issuer["AUDIENCE"],
        "JWT_SECRET_KEY": secret_key,
        "JWT_ALGORITHM": "HS256",
        "JWT_AUTH_HEADER_PREFIX": "JWT",  # as on the platform
        "JWT_VERIFY_AUDIENCE": True,
        "JWT_DECODE_HANDLER": "edx_rest_framework_extensions.auth.jwt.decoder.jwt_decode_handler",
        "JWT_ISSUERS": [issuer],
    }


def site_settings(*, secret_key: str, directory: Path, database: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a one-machine site that keeps its files in ``directory``."""
    return {
        "SECRET_KEY": secret_key,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "DATABASES": {"default": {"ATOMIC_REQUESTS": True, **database}},
        "INSTALLED_APPS": installed_apps(),
        "MIDDLEWARE": _MIDDLEWARE,
        "TEMPLATES": _TEMPLATES,
        "ROOT_URLCONF": "microcred_plugin.sandbox.urls",
        "LOGIN_URL": "sandbox:login",
        "STATIC_URL": "/static/",
        "LMS_ROOT_URL": "http://127.0.0.1:8000",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LANGUAGE_CODE": "en",
        "LANGUAGES": [("en", "English"), ("es", "Español"), ("ar", "العربية")],
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "CELERY_TASK_ALWAYS_EAGER": True,
        "CELERY_TASK_EAGER_PROPAGATES": False,
        "JWT_AUTH": jwt_settings(secret_key),
        "EVENT_TRACKING_ENABLED": True,
        "EVENT_TRACKING_BACKENDS": _TRACKING,
        "DEFAULT_FROM_EMAIL": "Sandbox <sandbox@example.org>",
        "MICROCRED_PLATFORM": "microcred_plugin.sandbox.platform.SandboxPlatform",
        "MICROCRED_SANDBOX_DIR": str(directory),
    }
