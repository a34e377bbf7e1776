"""What "suppressed" means in SQL, for both databases: the one place that says so."""

from __future__ import annotations

from posthorn.audience.models import Suppression


def suppressed_sql(email: str) -> str:
    """SQL condition, never null: the address in the column `email` must not be mailed."""
    return f"EXISTS (SELECT 1 FROM {Suppression._meta.db_table} x WHERE x.email = {email})"


def not_suppressed_sql(email: str) -> str:
    """SQL condition, never null: the address in the column `email` may be mailed."""
    return f"NOT EXISTS (SELECT 1 FROM {Suppression._meta.db_table} x WHERE x.email = {email})"
