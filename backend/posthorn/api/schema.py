"""What the OpenAPI document says about every operation: how errors are told."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction

from posthorn.api.errors import MEDIA_TYPE, ProblemSerializer
from posthorn.api.permissions import Anyone, ReadOrManage

_MEANINGS = {
    "400": "Something in the request is not valid; `errors` names each field.",
    "401": "Not signed in, or the access token has expired.",
    "403": "The role does not allow this.",
    "404": "There is no such thing.",
    "409": "Its status does not allow this.",
    "429": "Too many attempts; `Retry-After` says when to try again.",
}


class Schema(AutoSchema):
    """Adds the problem details that an operation can answer with to what it declares itself."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self._problem_codes():
            bodies[code] = self._problem(_MEANINGS[code])
        bodies["default"] = self._problem("Any other error, such as 429, 500 or 503.")
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
            "403": ReadOrManage in permissions and not reads,
            "404": "{" in self.path or is_list,
            "409": getattr(self.view, "refuses_by_status", False) and not reads,
            "429": bool(self.view.get_throttles()),
        }
        return [code for code, applies in codes.items() if applies]
