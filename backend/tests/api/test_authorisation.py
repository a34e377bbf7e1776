"""Who may use which route. Walks the URL conf: a route without an expectation fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from tests.api.clients import send_bytes

#: What anonymous visitors, viewers and admins may do: nobody signs in, readers read, admins manage.
ANYONE = "anyone"
READ = "read"
MANAGE = "manage"
SIGNED_IN = "signed in"

EXPECTED: dict[tuple[str, str], str] = {
    ("POST", "api/v1/auth/token/"): ANYONE,
    ("POST", "api/v1/auth/token/refresh/"): ANYONE,
    ("POST", "api/v1/auth/logout/"): ANYONE,
    ("GET", "api/v1/auth/me/"): SIGNED_IN,
    ("GET", "api/v1/campaigns/"): READ,
    ("POST", "api/v1/campaigns/"): MANAGE,
    ("GET", "api/v1/campaigns/<int:campaign_id>/"): READ,
    ("PUT", "api/v1/campaigns/<int:campaign_id>/"): MANAGE,
    ("PATCH", "api/v1/campaigns/<int:campaign_id>/"): MANAGE,
    ("DELETE", "api/v1/campaigns/<int:campaign_id>/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/duplicate/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/preview/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/start/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/stop/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/cancel/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/schedule/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/unschedule/"): MANAGE,
    ("POST", "api/v1/campaigns/<int:campaign_id>/retry/"): MANAGE,
    ("GET", "api/v1/campaigns/<int:campaign_id>/stats/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/timeline/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/reconciliation/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/deliveries/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/deliveries/export/"): READ,
    (
        "POST",
        "api/v1/campaigns/<int:campaign_id>/deliveries/<int:delivery_id>/mark-sent/",
    ): MANAGE,
    ("GET", "api/v1/lists/"): READ,
    ("POST", "api/v1/lists/"): MANAGE,
    ("GET", "api/v1/lists/<int:list_id>/"): READ,
    ("PUT", "api/v1/lists/<int:list_id>/"): MANAGE,
    ("PATCH", "api/v1/lists/<int:list_id>/"): MANAGE,
    ("DELETE", "api/v1/lists/<int:list_id>/"): MANAGE,
    ("GET", "api/v1/segments/"): READ,
    ("POST", "api/v1/segments/"): MANAGE,
    ("POST", "api/v1/segments/preview/"): READ,
    ("GET", "api/v1/segments/<int:segment_id>/"): READ,
    ("PUT", "api/v1/segments/<int:segment_id>/"): MANAGE,
    ("PATCH", "api/v1/segments/<int:segment_id>/"): MANAGE,
    ("DELETE", "api/v1/segments/<int:segment_id>/"): MANAGE,
    ("GET", "api/v1/segments/<int:segment_id>/count/"): READ,
    ("POST", "api/v1/audience/preview/"): READ,
    ("GET", "api/v1/campaigns/<int:campaign_id>/audience/"): READ,
    ("GET", "api/v1/subscribers/"): READ,
    ("POST", "api/v1/subscribers/"): MANAGE,
    ("GET", "api/v1/subscribers/<int:subscriber_id>/"): READ,
    ("PUT", "api/v1/subscribers/<int:subscriber_id>/"): MANAGE,
    ("PATCH", "api/v1/subscribers/<int:subscriber_id>/"): MANAGE,
    ("DELETE", "api/v1/subscribers/<int:subscriber_id>/"): MANAGE,
    ("GET", "api/v1/suppressions/"): READ,
    ("POST", "api/v1/suppressions/"): MANAGE,
    ("DELETE", "api/v1/suppressions/<int:suppression_id>/"): MANAGE,
    ("GET", "api/v1/transports/"): READ,
    ("GET", "api/v1/events/"): READ,
    ("GET", "api/v1/installation/"): READ,
    ("GET", "api/v1/public/events/"): ANYONE,
    ("GET", "api/v1/webhooks/"): READ,
    ("POST", "api/v1/webhooks/"): MANAGE,
    ("GET", "api/v1/webhooks/<int:webhook_id>/"): READ,
    ("PATCH", "api/v1/webhooks/<int:webhook_id>/"): MANAGE,
    ("DELETE", "api/v1/webhooks/<int:webhook_id>/"): MANAGE,
    ("POST", "api/v1/webhooks/<int:webhook_id>/rotate-secret/"): MANAGE,
    ("POST", "api/v1/webhooks/<int:webhook_id>/test/"): MANAGE,
    ("GET", "api/v1/webhooks/<int:webhook_id>/events/"): READ,
    ("POST", "api/v1/webhooks/<int:webhook_id>/events/<uuid:post_id>/redeliver/"): MANAGE,
    ("GET", "api/v1/public/campaigns/"): ANYONE,
    ("GET", "api/v1/public/unsubscribe/<str:token>/"): ANYONE,
    ("POST", "api/v1/public/unsubscribe/<str:token>/"): ANYONE,
    ("GET", "api/schema/"): ANYONE,
    ("GET", "api/docs/"): ANYONE,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FILLED = {
    "campaign_id": "1",
    "delivery_id": "1",
    "token": "1.x",
    "post_id": "00000000-0000-4000-8000-000000000000",
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
    path = re.sub(r"<\w+:(\w+)>", lambda match: FILLED.get(match[1], "1"), route)
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


@pytest.mark.parametrize(("method", "route"), list(EXPECTED))
def test_viewers_read_everything_and_change_nothing(
    viewer: APIClient, method: str, route: str
) -> None:
    response = request(viewer, method, route)
    assert allows(response) is (EXPECTED[method, route] != MANAGE)
    if not allows(response):
        assert response.status_code == 403
        assert response.json()["code"] == "permission_denied"


@pytest.mark.parametrize(("method", "route"), list(EXPECTED))
def test_admins_may_do_everything(admin: APIClient, method: str, route: str) -> None:
    assert allows(request(admin, method, route))


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
    body = b'{"name": "x", "subject": "x", "body_text": "x", "from_email": "a@example.org",'
    body += b' "email": "a@example.org", "statuses": ["failed"],'
    body += b' "url": "https://example.org/", "events": ["campaign.started"],'
    body += b' "scheduled_at": "2090-01-01T00:00:00Z", "filter": {"all": []}}'
    # Each id in its turn beside small ones, and then all of them.
    for large in [*re.findall(r"<int:\w+>", route), r"<int:\w+>"]:
        path = re.sub(r"<int:\w+>", "1", re.sub(large, str(number), route))
        path = path.replace("<uuid:post_id>", FILLED["post_id"])
        response = send_bytes(admin, method, f"/{path}", body)
        assert response.status_code == 404, path
        assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("route", sorted({route for _, route in EXPECTED if "schema" not in route}))
def test_asking_for_the_options_breaks_nothing(admin: APIClient, route: str) -> None:
    assert request(admin, "OPTIONS", route).status_code in (200, 404, 405)
