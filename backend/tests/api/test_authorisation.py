"""Who may use which route. Walks the URL conf: a route without an expectation fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from posthorn.accounts.access import ROLES, SCOPES, Capability, capability_for
from posthorn.accounts.models import Role, Scope
from tests.api.clients import client_of, client_with_key, send_bytes
from tests.factories import make_user

ANYONE = "anyone"
READ = Capability.READ
DRAFTS = Capability.WRITE_DRAFTS
START = Capability.START
AUDIENCE = Capability.WRITE_AUDIENCE
SETTINGS = Capability.MANAGE_SETTINGS
SERVERS = Capability.MANAGE_SERVERS
USERS = Capability.MANAGE_USERS
KEYS = Capability.MANAGE_KEYS
AUDIT = Capability.READ_AUDIT
SIGNED_IN = Capability.OWN_ACCOUNT
#: Whatever the resource asks of its changes.
MANAGE = "manage"

#: What each route asks for. Add a line for each route that you add; what the roles and scopes have
#: is told once, below.
EXPECTED: dict[tuple[str, str], Capability | str] = {
    ("POST", "api/v1/auth/token/"): ANYONE,
    ("POST", "api/v1/auth/token/refresh/"): ANYONE,
    ("POST", "api/v1/auth/logout/"): ANYONE,
    ("GET", "api/v1/auth/me/"): SIGNED_IN,
    ("PATCH", "api/v1/auth/me/"): SIGNED_IN,
    ("POST", "api/v1/auth/password/"): SIGNED_IN,
    ("POST", "api/v1/auth/password/forgotten/"): ANYONE,
    ("POST", "api/v1/auth/password/choose/"): ANYONE,
    ("GET", "api/v1/auth/sessions/"): SIGNED_IN,
    ("DELETE", "api/v1/auth/sessions/"): SIGNED_IN,
    ("DELETE", "api/v1/auth/sessions/<uuid:session_id>/"): SIGNED_IN,
    ("POST", "api/v1/auth/second-factor/"): SIGNED_IN,
    ("POST", "api/v1/auth/second-factor/confirm/"): SIGNED_IN,
    ("POST", "api/v1/auth/second-factor/remove/"): SIGNED_IN,
    ("GET", "api/v1/users/"): USERS,
    ("POST", "api/v1/users/"): USERS,
    ("GET", "api/v1/users/<int:user_id>/"): USERS,
    ("PATCH", "api/v1/users/<int:user_id>/"): USERS,
    ("POST", "api/v1/users/<int:user_id>/invitation/"): USERS,
    ("DELETE", "api/v1/users/<int:user_id>/sessions/"): USERS,
    ("DELETE", "api/v1/users/<int:user_id>/second-factor/"): USERS,
    ("GET", "api/v1/api-keys/"): KEYS,
    ("POST", "api/v1/api-keys/"): KEYS,
    ("GET", "api/v1/api-keys/<int:key_id>/"): KEYS,
    ("DELETE", "api/v1/api-keys/<int:key_id>/"): KEYS,
    ("GET", "api/v1/audit/"): AUDIT,
    ("GET", "api/v1/audit/export/"): AUDIT,
    ("GET", "api/v1/campaigns/"): READ,
    ("POST", "api/v1/campaigns/"): DRAFTS,
    ("GET", "api/v1/campaigns/<int:campaign_id>/"): READ,
    ("PUT", "api/v1/campaigns/<int:campaign_id>/"): DRAFTS,
    ("PATCH", "api/v1/campaigns/<int:campaign_id>/"): DRAFTS,
    ("DELETE", "api/v1/campaigns/<int:campaign_id>/"): DRAFTS,
    ("POST", "api/v1/campaigns/<int:campaign_id>/duplicate/"): DRAFTS,
    ("POST", "api/v1/campaigns/<int:campaign_id>/preview/"): READ,
    ("POST", "api/v1/campaigns/<int:campaign_id>/start/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/stop/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/cancel/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/schedule/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/unschedule/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/retry/"): START,
    ("POST", "api/v1/campaigns/<int:campaign_id>/test/"): DRAFTS,
    ("GET", "api/v1/campaigns/<int:campaign_id>/checks/"): READ,
    ("POST", "api/v1/content/preview/"): READ,
    ("GET", "api/v1/layouts/"): READ,
    ("POST", "api/v1/layouts/"): DRAFTS,
    ("GET", "api/v1/layouts/<int:layout_id>/"): READ,
    ("PUT", "api/v1/layouts/<int:layout_id>/"): DRAFTS,
    ("PATCH", "api/v1/layouts/<int:layout_id>/"): DRAFTS,
    ("DELETE", "api/v1/layouts/<int:layout_id>/"): DRAFTS,
    ("GET", "api/v1/media/"): READ,
    ("POST", "api/v1/media/"): DRAFTS,
    ("GET", "api/v1/media/<int:media_id>/"): READ,
    ("DELETE", "api/v1/media/<int:media_id>/"): DRAFTS,
    ("GET", "api/v1/campaigns/<int:campaign_id>/stats/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/timeline/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/reconciliation/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/deliveries/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/deliveries/export/"): READ,
    (
        "POST",
        "api/v1/campaigns/<int:campaign_id>/deliveries/<int:delivery_id>/mark-sent/",
    ): START,
    ("GET", "api/v1/lists/"): READ,
    ("POST", "api/v1/lists/"): AUDIENCE,
    ("GET", "api/v1/lists/<int:list_id>/"): READ,
    ("PUT", "api/v1/lists/<int:list_id>/"): AUDIENCE,
    ("PATCH", "api/v1/lists/<int:list_id>/"): AUDIENCE,
    ("DELETE", "api/v1/lists/<int:list_id>/"): AUDIENCE,
    ("GET", "api/v1/segments/"): READ,
    ("POST", "api/v1/segments/"): AUDIENCE,
    ("POST", "api/v1/segments/preview/"): READ,
    ("GET", "api/v1/segments/<int:segment_id>/"): READ,
    ("PUT", "api/v1/segments/<int:segment_id>/"): AUDIENCE,
    ("PATCH", "api/v1/segments/<int:segment_id>/"): AUDIENCE,
    ("DELETE", "api/v1/segments/<int:segment_id>/"): AUDIENCE,
    ("GET", "api/v1/segments/<int:segment_id>/count/"): READ,
    ("POST", "api/v1/audience/preview/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/audience/"): READ,
    ("GET", "api/v1/subscribers/"): READ,
    ("POST", "api/v1/subscribers/"): AUDIENCE,
    ("GET", "api/v1/subscribers/<int:subscriber_id>/"): READ,
    ("PUT", "api/v1/subscribers/<int:subscriber_id>/"): AUDIENCE,
    ("PATCH", "api/v1/subscribers/<int:subscriber_id>/"): AUDIENCE,
    ("DELETE", "api/v1/subscribers/<int:subscriber_id>/"): AUDIENCE,
    ("GET", "api/v1/subscribers/export/"): READ,
    ("GET", "api/v1/imports/"): READ,
    ("POST", "api/v1/imports/"): AUDIENCE,
    ("GET", "api/v1/imports/<int:import_id>/"): READ,
    ("PATCH", "api/v1/imports/<int:import_id>/"): AUDIENCE,
    ("POST", "api/v1/imports/<int:import_id>/start/"): AUDIENCE,
    ("POST", "api/v1/imports/<int:import_id>/cancel/"): AUDIENCE,
    ("GET", "api/v1/imports/<int:import_id>/rejected/"): READ,
    ("GET", "api/v1/suppressions/export/"): READ,
    ("GET", "api/v1/suppressions/"): READ,
    ("POST", "api/v1/suppressions/"): AUDIENCE,
    ("DELETE", "api/v1/suppressions/<int:suppression_id>/"): AUDIENCE,
    ("GET", "api/v1/transports/"): READ,
    ("GET", "api/v1/events/"): READ,
    ("GET", "api/v1/installation/"): READ,
    ("GET", "api/v1/public/events/"): ANYONE,
    ("GET", "api/v1/mail-servers/"): READ,
    ("POST", "api/v1/mail-servers/"): SERVERS,
    ("GET", "api/v1/mail-servers/<int:server_id>/"): READ,
    ("PATCH", "api/v1/mail-servers/<int:server_id>/"): SERVERS,
    ("DELETE", "api/v1/mail-servers/<int:server_id>/"): SERVERS,
    ("POST", "api/v1/mail-servers/<int:server_id>/check/"): SERVERS,
    ("GET", "api/v1/dkim-keys/"): READ,
    ("POST", "api/v1/dkim-keys/"): SERVERS,
    ("GET", "api/v1/dkim-keys/<int:key_id>/"): READ,
    ("DELETE", "api/v1/dkim-keys/<int:key_id>/"): SERVERS,
    ("POST", "api/v1/dkim-keys/<int:key_id>/activate/"): SERVERS,
    ("POST", "api/v1/dkim-keys/<int:key_id>/deactivate/"): SERVERS,
    ("GET", "api/v1/webhooks/"): SETTINGS,
    ("POST", "api/v1/webhooks/"): SETTINGS,
    ("GET", "api/v1/webhooks/<int:webhook_id>/"): SETTINGS,
    ("PATCH", "api/v1/webhooks/<int:webhook_id>/"): SETTINGS,
    ("DELETE", "api/v1/webhooks/<int:webhook_id>/"): SETTINGS,
    ("POST", "api/v1/webhooks/<int:webhook_id>/rotate-secret/"): SETTINGS,
    ("POST", "api/v1/webhooks/<int:webhook_id>/test/"): SETTINGS,
    ("GET", "api/v1/webhooks/<int:webhook_id>/events/"): SETTINGS,
    ("POST", "api/v1/webhooks/<int:webhook_id>/events/<uuid:post_id>/redeliver/"): SETTINGS,
    ("GET", "api/v1/public/campaigns/"): ANYONE,
    ("GET", "api/v1/public/campaigns/<int:campaign_id>/"): ANYONE,
    ("GET", "api/v1/public/campaigns/<int:campaign_id>/timeline/"): ANYONE,
    ("GET", "api/v1/public/campaigns/<int:campaign_id>/head/"): ANYONE,
    ("GET", "api/v1/public/totals/"): ANYONE,
    ("GET", "api/v1/public/unsubscribe/<str:token>/"): ANYONE,
    ("POST", "api/v1/public/unsubscribe/<str:token>/"): ANYONE,
    ("GET", "api/schema/"): ANYONE,
    ("GET", "api/docs/"): ANYONE,
}
#: Bodies that are good, so that only the id is wrong.
BODIES: dict[str, dict[str, Any]] = {
    "campaigns/<int:campaign_id>/": {
        "name": "x",
        "subject": "x",
        "body_text": "x",
        "from_email": "a@example.org",
    },
    "campaigns/<int:campaign_id>/test/": {"addresses": ["a@example.org"]},
    "layouts/<int:layout_id>/": {
        "name": "x",
        "source": "<mjml><mj-body>{{ body }}</mj-body></mjml>",
    },
    "lists/<int:list_id>/": {"name": "x"},
    "segments/<int:segment_id>/": {"name": "x", "filter": {"all": []}},
    "subscribers/<int:subscriber_id>/": {"email": "a@example.org"},
    "unschedule/": {},
    "schedule/": {"scheduled_at": "2090-01-01T00:00:00Z"},
    "retry/": {"statuses": ["failed"]},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FILLED = {"str": "1.x", "uuid": "6f1a1c9e-6f43-4c55-9d6e-4d2f6d2f7a11"}
#: The matrix, written out: what a role may besides reading and its own account.
MORE: dict[str, set[Capability]] = {
    Role.VIEWER: set(),
    Role.AUTHOR: {DRAFTS},
    Role.MANAGER: {DRAFTS, START, AUDIENCE, Capability.WRITE_FEEDBACK},
    Role.OWNER: set(Capability),
}
OF_SCOPE: dict[str, Capability] = {
    Scope.READ: READ,
    Scope.WRITE: DRAFTS,
    Scope.START: START,
    Scope.AUDIENCE: AUDIENCE,
    Scope.FEEDBACK: Capability.WRITE_FEEDBACK,
}


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, route)
        else:
            yield route, pattern


def api_routes() -> list[tuple[str, str]]:
    """Each method and route below /api/ except the one of last resort."""
    found = []
    for route, pattern in walk(get_resolver()):
        view = getattr(pattern.callback, "cls", None)
        if route.startswith("api/") and pattern.name != "nothing":
            assert view is not None, f"{route} is no view of DRF; say here who may use it"
            found += [(method, route) for method in METHODS if hasattr(view, method.lower())]
    return found


def request(client: APIClient, method: str, route: str) -> Any:
    path = re.sub(r"<(\w+):\w+>", lambda match: FILLED.get(match[1], "1"), route)
    return send_bytes(client, method, f"/{path}", b"{}")


def test_every_route_has_an_expectation_and_the_other_way_round() -> None:
    assert set(api_routes()) == set(EXPECTED)


def allows(response: Any) -> bool:
    """Whether the permissions let the request through, whatever became of it then."""
    if response.status_code == 401:
        return response.json()["code"] in ("no_active_account", "refresh_invalid")
    return bool(response.status_code != 403)


@pytest.mark.parametrize(("method", "route"), list(EXPECTED))
def test_anonymous_visitors_get_only_what_is_public(
    anonymous: APIClient, method: str, route: str
) -> None:
    response = request(anonymous, method, route)
    assert allows(response) is (EXPECTED[method, route] == ANYONE)
    if not allows(response):
        assert response.status_code == 401
        assert response.json()["code"] == "not_authenticated"
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_roles_and_the_scopes_have_what_is_written_here() -> None:
    assert {role: set(ROLES[role]) for role in Role} == {
        role: MORE[role] | {READ, SIGNED_IN} for role in Role
    }
    assert {scope: SCOPES[scope] for scope in Scope} == OF_SCOPE


def needed(method: str, route: str) -> Capability | None:
    """What the route asks for by this file, None for nothing."""
    expected = EXPECTED[method, route]
    if expected == MANAGE:
        found = capability_for(method, route.removeprefix("api/v1/"))
        assert found not in (None, READ, SIGNED_IN), f"{route} is not in accounts.access"
        return found
    return None if expected == ANYONE else Capability(expected)


@pytest.mark.parametrize(("method", "route"), list(EXPECTED))
def test_every_role_may_what_the_table_says(db: None, method: str, route: str) -> None:
    asked = needed(method, route)
    for role in Role:
        response = request(client_of(make_user(role=role)), method, route)
        assert allows(response) is (asked is None or asked in ROLES[role]), (role, response)
        if not allows(response):
            assert response.status_code == 403
            assert response.json()["code"] == "permission_denied"
            assert "role" in response.json()["detail"]


@pytest.mark.parametrize(("method", "route"), list(EXPECTED))
def test_every_scope_of_a_key_may_what_the_table_says(db: None, method: str, route: str) -> None:
    asked = needed(method, route)
    for scope in Scope:
        response = request(client_with_key(scope), method, route)
        assert allows(response) is (asked is None or asked is SCOPES[scope]), (scope, response)
        if not allows(response):
            assert response.status_code == 403
            assert response.json()["code"] == "permission_denied"


def test_a_route_that_the_table_does_not_know_is_refused_to_everybody() -> None:
    assert capability_for("GET", "unheard-of/") is None
    assert all(None not in ROLES[role] for role in Role)


@pytest.mark.parametrize(
    "route", [route for (_, route), who in EXPECTED.items() if who == ANYONE and "public" in route]
)
def test_public_routes_do_not_mind_an_old_token(anonymous: APIClient, route: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer expired")
    assert allows(request(anonymous, "GET", route))


@pytest.mark.parametrize(("method", "route"), [each for each in EXPECTED if "<int:" in each[1]])
@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30, int("9" * 4000)])
def test_ids_of_any_size_are_simply_not_found(
    admin: APIClient, method: str, route: str, number: int
) -> None:
    body = json.dumps(next((BODIES[end] for end in BODIES if route.endswith(end)), {})).encode()
    # Each id in its turn beside small ones, and then all of them.
    for large in [*re.findall(r"<int:\w+>", route), r"<int:\w+>"]:
        path = re.sub(r"<int:\w+>", "1", re.sub(large, str(number), route))
        path = re.sub(r"<(\w+):\w+>", lambda match: FILLED[match[1]], path)
        response = send_bytes(admin, method, f"/{path}", body)
        assert response.status_code == 404, path
        assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("route", sorted({route for _, route in EXPECTED if "schema" not in route}))
def test_asking_for_the_options_breaks_nothing(admin: APIClient, route: str) -> None:
    assert request(admin, "OPTIONS", route).status_code in (200, 404, 405)
