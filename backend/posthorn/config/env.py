"""The only reader of the environment: every setting from outside, typed, in one place.

`.env.example` explains each variable to the people who set them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

REPOSITORY = Path(__file__).resolve().parents[3]
# A variable NAME may come as NAME_FILE too: the path of a file that holds its value.
_read = environ.FileAwareEnv()


#: What the public page may show by itself, the default first.
PUBLIC = ("all", "started", "none")


def _positive(name: str, default: int) -> int:
    value = _read.int(name, default=default)
    if value < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least 1, not {value}.")
    return int(value)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says. `redis_url` empty means embedded mode."""

    demo: bool
    debug: bool
    secret_key: str
    secret_key_fallbacks: list[str]
    public_url: str
    public: str
    allowed_hosts: list[str]
    trusted_proxies: int
    secure_cookies: bool
    data_dir: Path
    spa_dir: Path
    database_url: str
    database_pool_size: int
    redis_url: str
    lanes: int
    worker_threads: int
    lease_seconds: int
    retry_seconds: int
    transport_patience_seconds: int
    import_max_mb: int
    log_transport_file: Path
    smtp_url: str
    system_from: str
    audit_days: int
    user_rate: int
    address_rate: int
    log_level: str
    log_format: str
    metrics_port: int
    webhooks_allow_private: bool
    admin_username: str
    admin_password: str

    @property
    def embedded(self) -> bool:
        return not self.redis_url


def read_environment() -> Environment:
    """Read and check every variable.

    Raises ImproperlyConfigured, naming the variable and the fix, when one is missing or wrong.
    """
    demo = _read.bool("POSTHORN_DEMO", default=False)
    data_dir = Path(_read.str("POSTHORN_DATA_DIR", default=str(REPOSITORY / "var")))
    secret_key = _read.str("POSTHORN_SECRET_KEY", default="")
    if not secret_key and demo:
        secret_key = _demo_secret_key(data_dir)
    if len(secret_key) < 32:
        raise ImproperlyConfigured(
            "POSTHORN_SECRET_KEY is missing or shorter than 32 characters. Set it to a long random"
            " string, for example the output of: openssl rand -hex 32"
        )
    redis_url = _read.str("REDIS_URL", default="")
    public_url = _read.str("POSTHORN_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
    host = urlsplit(public_url).hostname
    if host is None:
        raise ImproperlyConfigured(
            "POSTHORN_PUBLIC_URL must be a whole address such as https://mail.example.org,"
            f" not {public_url!r}."
        )
    database_url = _read.str("DATABASE_URL", default=f"sqlite:///{data_dir / 'posthorn.sqlite3'}")
    on_sqlite = database_url.startswith("sqlite")
    return Environment(
        demo=demo,
        debug=_read.bool("POSTHORN_DEBUG", default=False),
        secret_key=secret_key,
        secret_key_fallbacks=_read.list("POSTHORN_SECRET_KEY_FALLBACKS", default=[]),
        public_url=public_url,
        public=_one_of("POSTHORN_PUBLIC", *PUBLIC),
        allowed_hosts=[
            *(host, "localhost", "127.0.0.1", "[::1]"),
            *_read.list("POSTHORN_ALLOWED_HOSTS", default=[]),
        ],
        trusted_proxies=_read.int("POSTHORN_TRUSTED_PROXIES", default=0),
        secure_cookies=public_url.startswith("https://"),
        data_dir=data_dir,
        spa_dir=Path(_read.str("POSTHORN_SPA_DIR", default=str(REPOSITORY / "spa" / "dist"))),
        database_url=database_url,
        database_pool_size=_positive("POSTHORN_DATABASE_POOL_SIZE", 10),
        redis_url=redis_url,
        # SQLite has one writer at a time, so a second lane of a campaign would only wait.
        lanes=_positive("POSTHORN_LANES", 1 if on_sqlite else 4),
        worker_threads=_positive("POSTHORN_WORKER_THREADS", 4 if redis_url else 2),
        lease_seconds=_positive("POSTHORN_LEASE_SECONDS", 20),
        retry_seconds=_positive("POSTHORN_RETRY_SECONDS", 30),
        transport_patience_seconds=_positive("POSTHORN_TRANSPORT_PATIENCE_SECONDS", 60),
        import_max_mb=_positive("POSTHORN_IMPORT_MAX_MB", 256),
        log_transport_file=Path(
            _read.str("POSTHORN_LOG_TRANSPORT_FILE", default=str(data_dir / "messages.jsonl"))
        ),
        smtp_url=_read.str("POSTHORN_SMTP_URL", default=""),
        system_from=_read.str("POSTHORN_SYSTEM_FROM", default="") or f"Posthorn <posthorn@{host}>",
        audit_days=_audit_days(),
        user_rate=_positive("POSTHORN_USER_RATE", 6000),
        address_rate=_positive("POSTHORN_ADDRESS_RATE", 3000),
        log_level=_read.str("POSTHORN_LOG_LEVEL", default="INFO"),
        log_format=_one_of("POSTHORN_LOG_FORMAT", "text", "json"),
        metrics_port=_read.int("POSTHORN_METRICS_PORT", default=0),
        webhooks_allow_private=_read.bool("POSTHORN_WEBHOOKS_ALLOW_PRIVATE", default=False),
        admin_username=_read.str("POSTHORN_ADMIN_USERNAME", default=""),
        admin_password=_read.str("POSTHORN_ADMIN_PASSWORD", default=""),
    )


def _audit_days() -> int:
    value = _positive("POSTHORN_AUDIT_DAYS", 365)
    if value < 30:
        raise ImproperlyConfigured(
            f"POSTHORN_AUDIT_DAYS must be at least 30, not {value}: the database refuses to remove"
            " younger entries."
        )
    return value


def _one_of(name: str, default: str, *others: str) -> str:
    value = _read.str(name, default=default)
    if value not in (default, *others):
        allowed = ", ".join((default, *others))
        raise ImproperlyConfigured(f"{name} must be one of {allowed}, not {value!r}.")
    return str(value)


def _demo_secret_key(data_dir: Path) -> str:
    """A random key of this demo alone, kept so that sessions outlive a restart."""
    from django.core.management.utils import get_random_secret_key

    path = data_dir / "demo-secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()
