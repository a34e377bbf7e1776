# The database itself refuses to change the audit log, and to remove what is younger than 30 days.

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION accounts_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '30 days' THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'The audit log is append-only.'
            USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER accounts_audit_rows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_append_only()
    """,
    """
    CREATE TRIGGER accounts_audit_table BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_append_only()
    """,
]
SQLITE = [
    """
    CREATE TRIGGER accounts_audit_update BEFORE UPDATE ON accounts_auditentry
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    """
    CREATE TRIGGER accounts_audit_delete BEFORE DELETE ON accounts_auditentry
    WHEN OLD.at >= datetime('now', '-30 days')
    BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
]
UNDO_POSTGRESQL = [
    "DROP TRIGGER accounts_audit_rows ON accounts_auditentry",
    "DROP TRIGGER accounts_audit_table ON accounts_auditentry",
    "DROP FUNCTION accounts_audit_append_only()",
]
UNDO_SQLITE = ["DROP TRIGGER accounts_audit_update", "DROP TRIGGER accounts_audit_delete"]


def guard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in UNDO_POSTGRESQL if postgresql else UNDO_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_access")]

    operations = [migrations.RunPython(guard, unguard)]
