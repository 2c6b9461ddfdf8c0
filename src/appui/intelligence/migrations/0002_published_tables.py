"""Published tables that people typed or imported."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0001_judgements")]

    operations = [
        migrations.CreateModel(
            name="PublishedTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="Source")),
                ("published_on", models.DateField(verbose_name="Published on")),
                (
                    "page",
                    models.CharField(blank=True, max_length=120, verbose_name="Page or section"),
                ),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="Address")),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("lines", models.PositiveIntegerField(verbose_name="Lines")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="Recorded"
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=200, verbose_name="By whom")),
            ],
            options={
                "verbose_name": "published table",
                "ordering": ["source", "-published_on", "-pk"],
            },
        ),
    ]
