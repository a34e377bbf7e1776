"""An index for search by parts of address and name, where PostgreSQL has the means."""

from django.db import migrations

NAME = "subscriber_search"


def create(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # An extension that is trusted, so that no superuser is needed; but a minimal server may
        # not bring it along. Search works without it, only slower (docs/operations.md).
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {NAME} ON audience_subscriber"
            " USING gin ((email || ' ' || name) gin_trgm_ops)"
        )


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):

    dependencies = [
        ("audience", "0004_segments"),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
