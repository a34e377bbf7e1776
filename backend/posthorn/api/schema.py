"""What the OpenAPI document says about every operation: how errors are told."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction
from rest_framework.request import Request

from posthorn.accounts.access import SCOPES, capability_for
from posthorn.api.errors import MEDIA_TYPE, ProblemSerializer
from posthorn.api.permissions import Anyone, ByTable
from posthorn.api.strict import StrictSerializer

_MEANINGS = {
    "400": "Something in the request is not valid; `errors` names each field.",
    "401": "Not signed in, or the credential is good no longer.",
    "403": "The role, or the key's scopes, do not allow this.",
    "404": "There is no such thing.",
    "409": "The present state does not allow this.",
    "412": "It is no longer as `If-Match` says; `current` is how it is now.",
    "422": "The `Idempotency-Key` came with another request before.",
    "429": "Too many requests; `Retry-After` says when to try again.",
}


def _header(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"in": "header", "name": name, "schema": schema, "description": description}


_IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "Any text of your own, another for each request: sent again, it is done once.",
)
_IF_MATCH = _header(
    "If-Match", "The `ETag` that was read; when it has changed since, nothing is done: 412."
)


class ByHeaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the two credentials of the `Authorization` header are told."""

    target_class = "posthorn.api.authentication.ByHeader"
    name = ["accessToken", "apiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "http", "scheme": "bearer", "bearerFormat": "phk_…"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        for_keys = auto_schema.capability in SCOPES.values()
        names = self.name if for_keys else self.name[:1]
        return [{name: []} for name in names]


class Schema(AutoSchema):
    """Adds the problem details that an operation can answer with to what it declares itself."""

    @property
    def capability(self) -> str | None:
        """What the operation asks for, by the table."""
        # Spectacular writes path parameters in braces, the table as Django does: the resource
        # alone decides whether keys come in question.
        return capability_for(self.method, self.path.removeprefix("/api/v1/"))

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        if ByTable in [type(each) for each in self.view.get_permissions()]:
            if self.method == "POST":
                parameters.append(_IDEMPOTENCY_KEY)
            elif self._is_change_of_detail():
                parameters.append(_IF_MATCH)
        return parameters

    def _is_change_of_detail(self) -> bool:
        return (
            self.method in ("PUT", "PATCH", "DELETE")
            and self.path.endswith("}/")
            and hasattr(self.view, "get")
        )

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer) and direction == "request":
            schema["additionalProperties"] = False
        return schema

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self._problem_codes():
            bodies[code] = self._problem(_MEANINGS[code])
        bodies["default"] = self._problem("Any other error, such as 500 or 503.")
        return bodies

    def _problem(self, description: str) -> dict[str, Any]:
        component: ResolvedComponent = self.resolve_serializer(ProblemSerializer(), "response")
        return {"content": {MEDIA_TYPE: {"schema": component.ref}}, "description": description}

    def _problem_codes(self) -> list[str]:
        permissions = [type(permission) for permission in self.view.get_permissions()]
        restricted = Anyone not in permissions
        reads = self.method == "GET"
        is_list = reads and hasattr(self.view, "ordering_fields")
        codes = {
            "400": is_list or (not reads and self.get_request_serializer() is not None),
            "401": restricted,
            "403": ByTable in permissions,
            "404": "{" in self.path or is_list,
            "409": (getattr(self.view, "refuses_by_status", False) and not reads)
            or (restricted and self.method == "POST"),
            "412": self._is_change_of_detail() and restricted,
            "422": restricted and self.method == "POST",
            "429": bool(self.view.get_throttles()),
        }
        return [code for code, applies in codes.items() if applies]


class OnceGenerator(SchemaGenerator):
    """Describes the API once a process: it is the same for everybody, takes half a second of work,
    and anybody may ask for it."""

    _described: ClassVar[dict[bool, dict[str, Any]]] = {}

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        if public not in self._described:
            described = super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]
            self._described[public] = described
        return self._described[public]
