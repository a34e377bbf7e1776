"""Every error as problem details (RFC 9457), whoever raised it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import Resolver404, resolve
from rest_framework import exceptions, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from posthorn.accounts.access import NotAllowed
from posthorn.accounts.passwords import LinkRefused
from posthorn.accounts.sessions import SessionRefused
from posthorn.campaigns.errors import ChecksFailed, IllegalMove
from posthorn.core.errors import DomainError, InvalidInput, NotFound

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_MAX_DETAIL = 2000

#: What clients may rely on; a framework's finer distinctions become `invalid`.
FIELD_CODES = frozenset(
    {
        "blank",
        "does_not_exist",
        "empty_audience",
        "invalid",
        "invalid_choice",
        "max_length",
        "max_value",
        "min_value",
        "no_lists",
        "nothing_to_retry",
        "null",
        "past",
        "required",
        "template_syntax",
        "unique",
        "unknown_field",
        "unknown_parameter",
        "unknown_variable",
    }
)


SEVERITIES = [("error", "error"), ("warning", "warning")]


class FieldProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(
        help_text="The field's name, `lists.0` for an entry, `non_field_errors` for the whole."
    )
    code = serializers.CharField(help_text=f"One of {', '.join(sorted(FIELD_CODES))}.")
    detail = serializers.CharField(help_text="What is wrong and what to do, in English.")


class FindingSerializer(serializers.Serializer[Any]):
    """Something to look at before a campaign starts."""

    code = serializers.CharField(help_text="Stable, for programs.")
    severity = serializers.ChoiceField(
        choices=SEVERITIES, help_text="An error keeps the campaign from starting."
    )
    place = serializers.CharField(help_text="A field, a variable, a link, an image's address.")
    detail = serializers.CharField(help_text="What is wrong, in English.")
    fix = serializers.CharField(help_text="What to do, in English.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457): how every error is told."""

    type = serializers.CharField(help_text="Always `about:blank`; `code` tells problems apart.")
    title = serializers.CharField(help_text="The HTTP status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and what to do, in English.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]
    findings = FindingSerializer(
        many=True, required=False, help_text="With a start that the checks refuse."
    )
    campaign_status = serializers.CharField(
        required=False, help_text="With a refused move or edit: the campaign's status now."
    )
    allowed_moves = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="With a refused move or edit: the moves that this status allows.",
    )
    current = serializers.DictField(
        required=False, help_text="With 412: how the thing is now, as reading it would say."
    )


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of an error's answer."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _printable(detail),
        "code": code,
        **more,
    }


def handle_exception(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler; None leaves what nobody foresaw to Django: `server_error`."""
    if isinstance(exc, DomainError):
        body = _from_domain(exc)
    elif isinstance(exc, OperationalError | InterfaceError):
        logger.error("The database refused: %s", exc, exc_info=exc)
        body = problem(503, "unavailable", "The database is busy or away. Try again in a moment.")
    elif isinstance(exc, IntegrityError):
        # Something that was there when it was looked for is gone at the commit.
        logger.error("The database refused: %s", exc, exc_info=exc)
        body = problem(409, "conflict", "Somebody else changed this at the same moment. Try again.")
    elif isinstance(exc, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = problem(413, "too_large", f"The request is larger than {most} bytes. Send less.")
    elif isinstance(exc, exceptions.APIException | Http404 | PermissionDenied):
        body = _from_framework(exc, context)
    else:
        return None
    # Also where a view speaks HTML or YAML otherwise.
    context["request"].accepted_renderer = JSONRenderer()
    context["request"].accepted_media_type = JSONRenderer.media_type
    response = Response(body, status=body["status"], content_type=MEDIA_TYPE)
    if (wait := getattr(exc, "wait", None)) is not None:
        response["Retry-After"] = str(math.ceil(wait))
    if body["status"] == 503:
        response["Retry-After"] = "2"
    if challenge := getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    return response


def _from_domain(exc: DomainError) -> dict[str, Any]:
    if isinstance(exc, NotFound):
        return problem(404, exc.code, exc.detail)
    if isinstance(exc, InvalidInput):
        return _invalid(
            [{"field": e.field, "code": e.code, "detail": e.detail} for e in exc.errors]
        )
    if isinstance(exc, SessionRefused):
        return problem(401, exc.code, exc.detail)
    if isinstance(exc, NotAllowed):
        return problem(403, exc.code, exc.detail)
    if isinstance(exc, LinkRefused):
        return problem(400, exc.code, exc.detail)
    if isinstance(exc, IllegalMove):
        return problem(
            409, exc.code, exc.detail, campaign_status=exc.status, allowed_moves=list(exc.allowed)
        )
    if isinstance(exc, ChecksFailed):
        findings = [asdict(finding) for finding in exc.findings]
        return problem(409, exc.code, exc.detail, findings=findings)
    return problem(409, exc.code, exc.detail)


def _from_framework(exc: Exception, context: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(exc, Http404):
        return problem(404, "not_found", "There is nothing at this address.")
    if isinstance(exc, PermissionDenied):
        return problem(403, "permission_denied", "You may not do this.")
    assert isinstance(exc, exceptions.APIException)
    if isinstance(exc, exceptions.ValidationError):
        return _invalid(_flatten(exc.get_full_details()))
    if isinstance(exc, exceptions.ParseError):
        return problem(400, "malformed", str(exc.detail))
    codes = exc.get_codes()
    return problem(
        exc.status_code, codes if isinstance(codes, str) else exc.default_code, str(exc.detail)
    )


def _invalid(errors: list[dict[str, str]]) -> dict[str, Any]:
    detail = " ".join(
        error["detail"]
        if error["field"] == "non_field_errors"
        else f"{error['field']}: {error['detail']}"
        for error in errors
    )
    return problem(400, "invalid", detail, errors=errors)


def _flatten(details: Any, path: str = "") -> list[dict[str, str]]:
    """DRF's nested details as one flat list, with dotted names."""
    if isinstance(details, Mapping) and isinstance(details.get("message"), str):
        code = str(details.get("code"))
        return [
            {
                "field": path or "non_field_errors",
                "code": code if code in FIELD_CODES else "invalid",
                "detail": _printable(str(details["message"])),
            }
        ]
    if isinstance(details, Mapping):
        return [
            error
            for key, inner in details.items()
            for error in _flatten(inner, _join(path, str(key)))
        ]
    return [error for inner in details for error in _flatten(inner, path)]


def _printable(text: str) -> str:
    """`text` that is told back, without what UTF-8 can't hold, and not at any length."""
    return text[:_MAX_DETAIL].encode(errors="replace").decode()


def _join(path: str, key: str) -> str:
    if key == "non_field_errors":
        return path
    return f"{path}.{key}" if path else key


# --- what never reaches a view of DRF ------------------------------------------------------------


def answer(status: int, code: str, detail: str, **more: Any) -> JsonResponse:
    """The same for those that have no view of DRF: middleware, Django's own handlers."""
    return JsonResponse(
        problem(status, code, detail, **more), status=status, content_type=MEDIA_TYPE
    )


def field_answer(field: str, detail: str, *, code: str = "invalid") -> JsonResponse:
    """A refusal of one header or parameter."""
    body = _invalid([{"field": _printable(field), "code": code, "detail": detail}])
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return answer(400, "malformed", "The request is malformed.")


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    return answer(403, "permission_denied", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Also the route of last resort below /api/, so that it answers alike in debug mode."""
    path = request.path_info
    detail = "There is nothing at this address."
    try:
        if not path.endswith("/") and resolve(path + "/").func is not not_found:
            detail = f"Addresses end with a slash here: {path}/"
    except Resolver404:
        pass
    return answer(404, "not_found", detail)


def server_error(request: HttpRequest) -> JsonResponse:
    return answer(500, "error", "Something went wrong on the server. It has been logged.")
