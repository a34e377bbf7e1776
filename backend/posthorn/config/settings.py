"""Django settings. Values from outside come through `env.py` alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ

from posthorn.api.reference import API_DESCRIPTION, API_ENUM_NAMES, API_TAGS
from posthorn.config.env import read_environment
from posthorn.core.sessions import connection_options

ENV = read_environment()

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks
ALLOWED_HOSTS = ENV.allowed_hosts
ROOT_URLCONF = "posthorn.config.urls"
ASGI_APPLICATION = "posthorn.config.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
APPEND_SLASH = True
STATIC_URL = "/static/"
# Both bodies of a campaign at their longest, in UTF-8, and some room.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "posthorn.core",
    "posthorn.accounts",
    "posthorn.audience",
    "posthorn.audience.imports",
    "posthorn.transports",
    "posthorn.content",
    "posthorn.campaigns",
    "posthorn.delivery",
    "posthorn.feedback",
    "posthorn.webhooks",
    "posthorn.api",
    "posthorn.config",
]

MIDDLEWARE = [
    "posthorn.ops.requests.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "posthorn.api.caching.PrivateByDefault",
    "posthorn.api.throttling.RateLimitHeaders",
    "posthorn.api.ids.IdsFit",
    "posthorn.api.same_site.CookiesStayHome",
    "posthorn.api.strict.KnownParameters",
    "posthorn.api.idempotency.DoneOnce",
    "posthorn.api.preconditions.Preconditions",
]

TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}
]


def _database() -> dict[str, Any]:
    database: dict[str, Any] = environ.Env.db_url_config(ENV.database_url)
    if "sqlite" in database["ENGINE"]:
        ENV.data_dir.mkdir(parents=True, exist_ok=True)
        database["OPTIONS"] = {
            # A transaction that reads first and writes later would fail at once when another
            # has written in between; taking the write lock at its beginning makes it wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        database["OPTIONS"] = {
            **connection_options(),
            **database.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": ENV.database_pool_size, "timeout": 10},
        }
        database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": _database()}


# Mails to users go by the same server that POSTHORN_SMTP_URL names for campaigns.
_SMTP = urlsplit(ENV.smtp_url)
_SECURITY = parse_qs(_SMTP.query).get("security", ["tls" if _SMTP.scheme == "smtps" else "none"])[0]
EMAIL_HOST = _SMTP.hostname or ""
EMAIL_PORT = _SMTP.port or (465 if _SECURITY == "tls" else 587)
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_TLS = _SECURITY == "starttls"
EMAIL_USE_SSL = _SECURITY == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENV.system_from

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["posthorn.api.authentication.ByHeader"],
    "DEFAULT_PERMISSION_CLASSES": ["posthorn.api.permissions.ByTable"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["posthorn.api.parsing.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "posthorn.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "posthorn.api.filtering.Search",
        "posthorn.api.filtering.StableOrdering",
    ],
    "DEFAULT_SCHEMA_CLASS": "posthorn.api.schema.Schema",
    "EXCEPTION_HANDLER": "posthorn.api.errors.handle_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_THROTTLE_CLASSES": ["posthorn.api.throttling.GeneralLimit"],
    "UNAUTHENTICATED_USER": None,
}

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "UPDATE_LAST_LOGIN": False,
}

SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "posthorn.api.schema.OnceGenerator",
    "TITLE": "Posthorn",
    "VERSION": "0.1.0",
    "DESCRIPTION": API_DESCRIPTION,
    "OAS_VERSION": "3.1.1",
    "TAGS": API_TAGS,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "ENUM_NAME_OVERRIDES": API_ENUM_NAMES,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # The page and its scripts come from the sidecar: no network, and no script in the page itself.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "filter": True},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "posthorn.core.logs.TextFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "posthorn.core.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": ENV.log_format}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "posthorn": {"level": ENV.log_level},
        # Refusals (4xx) are the clients' affair; our own line about each request tells them.
        "django.request": {"level": "ERROR"},
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
