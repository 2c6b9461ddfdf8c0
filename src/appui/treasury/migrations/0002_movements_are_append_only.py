"""The database itself refuses to change or remove a movement of a fund."""

from django.db import migrations

SAYS = "Movements of a fund are append-only: reverse the movement instead."
SQLITE = [
    f"""CREATE TRIGGER treasury_movement_no_{act.lower()} BEFORE {act} ON treasury_movement
    BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION treasury_movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{SAYS}'; END $$""",
    """CREATE TRIGGER treasury_movement_no_change BEFORE UPDATE OR DELETE ON treasury_movement
    FOR EACH ROW EXECUTE FUNCTION treasury_movements_are_append_only()""",
]


def guard(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER treasury_movement_no_update")
        schema_editor.execute("DROP TRIGGER treasury_movement_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION treasury_movements_are_append_only CASCADE")


class Migration(migrations.Migration):
    dependencies = [("treasury", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
