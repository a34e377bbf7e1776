"""Bodies and queries are taken by the letter: what is unknown or of another type is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django_filters import RangeFilter
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from posthorn.api.errors import field_answer

_RANGE_ENDS = ("min", "max", "after", "before")


class StrictSerializer(serializers.Serializer[Any]):
    """The base of every serializer that reads a body: `"1"` is no number, `1` is no text, and a
    field that isn't there is an error instead of a change that never happens."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            errors = self._unknown(data)
            if not isinstance(data, QueryDict):
                errors |= self._of_other_types(data)
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise ValidationError({**error.detail, **errors}) from None
        if errors:
            raise ValidationError(errors)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known = [name for name, field in self.fields.items() if not field.read_only]
        message = f"There is no such field. There are: {', '.join(known)}."
        detail = [ErrorDetail(message, code="unknown_field")]
        return {str(name): detail for name in data if name not in known}

    def _of_other_types(self, data: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, field in self.fields.items():
            if not field.read_only and name in data:
                error = _other_type(field, data[name])
                if error is not None:
                    found[name] = error
        return found


def _other_type(field: serializers.Field[Any, Any, Any, Any], value: Any) -> Any:
    """What is wrong with the JSON type of `value`, None when nothing is."""
    if value is None:
        return None
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        found = {
            place: error
            for place, each in enumerate(value)
            if (error := _other_type(field.child, each)) is not None
        }
        return found or None
    for kind, fits, words in _TYPES:
        if isinstance(field, kind):
            return None if fits(value) else [ErrorDetail(f"Send {words}.", code="invalid")]
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    # 1.0 is an integer in JSON Schema (draft 2020-12, section 4.2.3).
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


_TYPES: tuple[tuple[type[Any], Callable[[Any], bool], str], ...] = (
    (serializers.IntegerField, _is_whole, "a whole number such as 5, without quotes"),
    (serializers.FloatField, _is_number, "a number such as 1.5, without quotes"),
    (serializers.BooleanField, lambda value: isinstance(value, bool), "true or false"),
    (serializers.CharField, lambda value: isinstance(value, str), "text in quotes"),
)


class KnownParameters:
    """Refuses query parameters that the route doesn't know: a filter with a slip of the pen would
    otherwise answer with everything. A view may say `takes_any_parameters`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        view_class = getattr(view, "cls", None)
        match = request.resolver_match
        if not request.GET or view_class is None or match is None:
            return None
        if not match.route.startswith("api/v1/") or getattr(
            view_class, "takes_any_parameters", False
        ):
            return None
        method = (request.method or "").lower()
        if method != "head" and not hasattr(view_class, method):
            # The view says itself that it has no such method.
            return None
        known = known_parameters(view_class, method)
        for name in request.GET:
            if name not in known:
                there_are = f"There are: {', '.join(sorted(known))}." if known else "There is none."
                return field_answer(name, f"There is no such parameter. {there_are}",
                    code="unknown_parameter")  # fmt: skip
        return None


@cache
def known_parameters(view_class: type[Any], method: str) -> frozenset[str]:
    """What the route's query may hold: pages, search, ordering, filters, and whatever the view's
    `@extend_schema(parameters=…)` documents."""
    names: set[str] = set()
    if method in ("get", "head"):
        if getattr(view_class, "filterset_class", None):
            for name, each in view_class.filterset_class.base_filters.items():
                names.add(name)
                if isinstance(each, RangeFilter):
                    names |= {f"{name}_{end}" for end in _RANGE_ENDS}
        names |= {"search"} if getattr(view_class, "search_fields", None) else set()
        if getattr(view_class, "ordering_fields", None):
            names.add("ordering")
        paginator = getattr(view_class, "pagination_class", None)
        if paginator is not None:
            parameters = paginator().get_schema_operation_parameters(view_class())
            names |= {parameter["name"] for parameter in parameters}
    handler = getattr(view_class, "get" if method == "head" else method, None)
    schema = getattr(handler, "kwargs", {}).get("schema")
    if schema is not None:
        names |= {
            parameter.name
            for parameter in schema().get_override_parameters()
            if isinstance(parameter, OpenApiParameter)
            and parameter.location == OpenApiParameter.QUERY
        }
    return frozenset(names)
