"""What "suppressed" means in SQL, for both databases: the one place that says so.

An address is suppressed by itself or by its domain.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, TextField

from posthorn.audience.models import Suppression

# What follows the last @. SQLite has no search from behind: taking all characters but @ off the
# end leaves what is before it.
_POSTGRESQL_DOMAIN = "split_part({0}, '@', -1)"
_SQLITE_DOMAIN = "substr({0}, length(rtrim({0}, replace({0}, '@', ''))) + 1)"


def domain_sql(email: str) -> str:
    """SQL of the domain of the address in the column `email`."""
    template = _POSTGRESQL_DOMAIN if connection.vendor == "postgresql" else _SQLITE_DOMAIN
    return template.format(email)


def suppression_reason_sql(email: str) -> str:
    """SQL of why the address in the column `email` must not be mailed, NULL when it may be."""
    table = Suppression._meta.db_table
    return (
        f"COALESCE((SELECT x.reason FROM {table} x WHERE x.email = {email}),"
        f" (SELECT x.reason FROM {table} x WHERE x.domain = {domain_sql(email)}))"
    )


def suppressed_sql(email: str) -> str:
    """SQL condition, never null: the address in the column `email` must not be mailed."""
    table = Suppression._meta.db_table
    return (
        f"(EXISTS (SELECT 1 FROM {table} x WHERE x.email = {email})"
        f" OR EXISTS (SELECT 1 FROM {table} x WHERE x.domain = {domain_sql(email)}))"
    )


def not_suppressed_sql(email: str) -> str:
    """SQL condition: the address in the column `email` may be mailed.

    Two conditions rather than one with OR, so that each can be an anti-join over millions.
    """
    table = Suppression._meta.db_table
    return (
        f"NOT EXISTS (SELECT 1 FROM {table} x WHERE x.email = {email})"
        f" AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.domain = {domain_sql(email)})"
    )


class _DomainOf(Func):
    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        template = _POSTGRESQL_DOMAIN if connection.vendor == "postgresql" else _SQLITE_DOMAIN
        sql, params = compiler.compile(self.source_expressions[0])
        return template.format(sql), tuple(params) * template.count("{0}")


def suppressed(email: str = "email") -> Q:
    """Condition for a query: the address in its field `email` is suppressed."""
    return Q(Exists(Suppression.objects.filter(email=OuterRef(email)))) | Q(
        Exists(Suppression.objects.filter(domain=_DomainOf(OuterRef(email))))
    )
