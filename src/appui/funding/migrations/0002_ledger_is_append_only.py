"""The database itself refuses to change or remove a line of the ledger."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER funding_transaction_no_update BEFORE UPDATE ON funding_transaction
    BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: reverse the line instead.'); END""",
    """CREATE TRIGGER funding_transaction_no_delete BEFORE DELETE ON funding_transaction
    BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: reverse the line instead.'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION funding_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The ledger is append-only: reverse the line instead.'; END $$""",
    """CREATE TRIGGER funding_transaction_no_change BEFORE UPDATE OR DELETE ON funding_transaction
    FOR EACH ROW EXECUTE FUNCTION funding_ledger_is_append_only()""",
]


def guard(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER funding_transaction_no_update")
        schema_editor.execute("DROP TRIGGER funding_transaction_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION funding_ledger_is_append_only CASCADE")


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
