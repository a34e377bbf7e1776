"""One mail server: where it is, who we are to it, and how much it can take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, unquote, urlsplit

from posthorn.transports.smtp.dkim import DkimKey

SECURITY = ("none", "starttls", "tls")
AUTH = ("plain", "login", "xoauth2")
_KNOWN = frozenset(("security", "auth", "connections", "rate", "messages_per_connection", "name"))


@dataclass(frozen=True, slots=True)
class Server:
    """`security` is one of SECURITY; `auth` one of AUTH, or empty for the best that is offered.

    For `xoauth2` the password is the access token. `max_connections` and `rate` (messages a second,
    0 for no limit) hold for each worker process. A connection is replaced after
    `messages_per_connection`. `client_name` is what we call ourselves (RFC 5321 section 4.1.1.1),
    empty for the host's name. `keys` sign what goes out. `id` is 0 for the one of the environment;
    a campaign that goes out over several servers is shared by `weight`. With `metered` it sends no
    more than it is granted (`Pool.grant`).
    """

    host: str
    port: int
    security: str = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    auth: str = ""
    max_connections: int = 20
    rate: float = 0.0
    messages_per_connection: int = 1000
    client_name: str = ""
    keys: tuple[DkimKey, ...] = ()
    id: int = 0
    weight: int = 1
    metered: bool = False

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    def signing_with(self, keys: tuple[DkimKey, ...]) -> Server:
        return replace(self, keys=keys)

    def needs_other_connections_than(self, other: Server) -> bool:
        """Whether what is open to `other` can't be used for this one."""
        return self != replace(other, keys=self.keys, weight=self.weight, metered=self.metered)

    @classmethod
    def from_url(cls, url: str) -> Server:
        """From `smtp://user:password@host:587?security=starttls&connections=20&rate=500`.

        Raises ValueError, with the fix, when the address can't be understood.
        """
        parts = urlsplit(url)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("it must look like smtp://user:password@host:587?security=starttls")
        security = query.get("security", "tls" if parts.scheme == "smtps" else "none")
        if security not in SECURITY:
            raise ValueError(f"security must be none, starttls or tls, not {security!r}")
        auth = query.get("auth", "")
        if auth and auth not in AUTH:
            raise ValueError(f"auth must be plain, login or xoauth2, not {auth!r}")
        if unknown := query.keys() - _KNOWN:
            raise ValueError(
                f"'{min(unknown)}' isn't known after the ?; {', '.join(sorted(_KNOWN))} are"
            )
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if security == "tls" else 587),
            security=security,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            auth=auth,
            max_connections=int(_number(query, "connections", default=20, least=1)),
            rate=_number(query, "rate", default=0, least=0),
            messages_per_connection=int(
                _number(query, "messages_per_connection", default=1000, least=1)
            ),
            client_name=query.get("name", ""),
        )


def _number(query: dict[str, str], name: str, *, default: float, least: float) -> float:
    try:
        value = float(query.get(name, default))
    except ValueError:
        value = -1.0
    if not least <= value <= 1_000_000:
        raise ValueError(f"{name} must be a number of at least {least}, not {query[name]!r}")
    return value


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for the server (RFC 5321 section 4.5.3.2).

    Shorter than the RFC's where nothing is lost by trying again; as long as it asks for the answer
    to a whole message, since giving up there leaves a delivery `unknown`. `idle` is how long a
    connection is kept without a message, `age` how long at all.
    """

    connect: float = 15.0
    reply: float = 120.0
    block: float = 180.0
    final: float = 600.0
    idle: float = 20.0
    age: float = 600.0
