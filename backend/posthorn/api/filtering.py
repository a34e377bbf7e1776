"""Search and ordering that name themselves in what they refuse, and a stable order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.request import Request

if TYPE_CHECKING:
    # DRF's views import this module by their settings.
    from rest_framework.views import APIView


_MAX_SEARCH = 200


class Search(SearchFilter):
    """`search=spring sale`: every word must occur in one of the view's search fields."""

    def get_search_terms(self, request: Request) -> list[str]:
        # Thousands of words would be thousands of conditions, which no database takes.
        if len(request.query_params.get(self.search_param, "")) > _MAX_SEARCH:
            message = f"Search for at most {_MAX_SEARCH} characters."
            raise ValidationError({self.search_param: [ErrorDetail(message, code="max_length")]})
        try:
            return list(super().get_search_terms(request))
        except ValidationError as error:
            raise ValidationError({self.search_param: error.detail}) from error


class StableOrdering(OrderingFilter):
    """`ordering=name,-sent`; rows that are equal in all of it follow by id, so that no row is on
    two pages or on none. Empty values come last in both directions."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        asked = request.query_params.get(self.ordering_param, "")
        names = list(dict.fromkeys(name.strip() for name in asked.split(",") if name.strip()))
        if not names:
            return queryset
        allowed = [field for field, _ in self.get_valid_fields(queryset, view, {})]
        for name in names:
            if name.removeprefix("-") not in allowed:
                message = f"'{name}' is no ordering. Choose from {', '.join(allowed)}."
                raise ValidationError({"ordering": [ErrorDetail(message, code="invalid_choice")]})
        renamed = getattr(view, "ordering_aliases", {})
        names = [
            name.replace(field, renamed.get(field, field))
            for name in names
            for field in [name.removeprefix("-")]
        ]
        if names[0].removeprefix("-") in ("pk", "id", *_unique_fields(queryset.model)):
            # Nothing can be equal in it, and what follows would keep an index from serving it.
            return queryset.order_by(names[0])
        tie = "-pk" if names[0].startswith("-") else "pk"
        return queryset.order_by(*(_order(queryset.model, name) for name in names), tie)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the reference says about this parameter."""
        fields = ", ".join(f"`{field}`" for field in view.ordering_fields)
        return [
            {
                "name": self.ordering_param,
                "in": "query",
                "required": False,
                "description": f"{fields}; several are separated by commas, `-` in front of one"
                " reverses it. Equal rows follow by id, empty values come last.",
                "schema": {"type": "string"},
            }
        ]


def _unique_fields(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.fields if field.unique and not field.null]


def _order(model: type[Model], name: str) -> OrderBy | str:
    field = name.removeprefix("-")
    try:
        nullable = bool(getattr(model._meta.get_field(field), "null", False))
    except FieldDoesNotExist:
        nullable = False
    if not nullable:
        # Left plain, so that an index can serve it.
        return name
    expression = F(field)
    return expression.desc(nulls_last=True) if name[0] == "-" else expression.asc(nulls_last=True)
