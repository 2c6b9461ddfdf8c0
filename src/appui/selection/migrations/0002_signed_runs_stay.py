"""The database itself refuses to change or remove a run that is signed."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER selection_signed_no_update BEFORE UPDATE ON selection_portfoliorun
    WHEN OLD.signed_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'A signed run does not change.'); END""",
    """CREATE TRIGGER selection_signed_no_delete BEFORE DELETE ON selection_portfoliorun
    WHEN OLD.signed_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'A signed run does not change.'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION selection_signed_run_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'A signed run does not change.'; END $$""",
    """CREATE TRIGGER selection_signed_no_change BEFORE UPDATE OR DELETE ON selection_portfoliorun
    FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL)
    EXECUTE FUNCTION selection_signed_run_stays()""",
]


def guard(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER selection_signed_no_update")
        schema_editor.execute("DROP TRIGGER selection_signed_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION selection_signed_run_stays CASCADE")


class Migration(migrations.Migration):
    dependencies = [("selection", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
