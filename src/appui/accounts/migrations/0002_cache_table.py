from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    """The shared cache is a table without a model; making it twice changes nothing."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
