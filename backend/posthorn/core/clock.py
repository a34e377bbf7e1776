"""The time that leases and schedules are measured by: the database's, shared by all hosts."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database server's clock, in UTC, with microseconds.

    SQLite has no clock of its own: its one host's is the one that everybody shares.
    """
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)
    return now
