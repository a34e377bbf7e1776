"""Filters of segments against the database: as a condition of a queryset, and in raw SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, F, Func

from posthorn.audience import segments
from posthorn.audience.models import Membership
from posthorn.audience.suppressions import not_suppressed_sql, suppressed_sql
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

segments.register_reference(
    "list",
    f"EXISTS (SELECT 1 FROM {Membership._meta.db_table} m"
    " WHERE m.subscriber_id = {s}.id AND m.mailing_list_id IN ({ids}))",
)
segments.register_flag(
    "suppressed", suppressed_sql("{s}.email"), negated=not_suppressed_sql("{s}.email")
)


def check_filter(raw: object, *, place: str = "filter") -> segments.Filter:
    """Parse what a person sent. Raises InvalidInput, which names the place."""
    try:
        return segments.parse_filter(raw, place=place)
    except segments.FilterError as error:
        raise InvalidInput(FieldError(error.place, error.code, error.detail)) from error


def filter_sql(
    filter_: segments.Filter, *, subscriber: str = "s", negated: bool = False
) -> segments.Sql:
    """The filter as a condition for the database at hand."""
    dialect: segments.Dialect = "postgresql" if connection.vendor == "postgresql" else "sqlite"
    return segments.to_sql(
        filter_, dialect=dialect, now=database_now(), subscriber=subscriber, negated=negated
    )


class Condition(Func):
    """A condition of a queryset of subscribers, whose SQL `write` makes for the row's name."""

    output_field = BooleanField()

    def __init__(self, write: Callable[[str], segments.Sql]) -> None:
        super().__init__(F("pk"))
        self.write = write

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any]]:
        pk, _ = compiler.compile(self.get_source_expressions()[0])
        sql = self.write(pk.rpartition(".")[0])
        return f"({sql.text})", list(sql.params)


def matches(filter_: segments.Filter) -> Condition:
    """A condition of a queryset: `.filter(matches(check_filter(raw)))`."""
    return Condition(lambda subscriber: filter_sql(filter_, subscriber=subscriber))
