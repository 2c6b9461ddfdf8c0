"""A target of another currency than US dollars keeps the rate of the day it was set."""

from django.db import migrations, models


def fix_rates(apps, schema_editor):
    """Targets set before this keep the rate of their month, else of the last known before it."""
    Target = apps.get_model("funding", "Target")
    ExchangeRate = apps.get_model("registry", "ExchangeRate")
    for target in Target.objects.exclude(currency="USD").filter(usd_rate=None):
        month = target.created_at.date().replace(day=1)
        known = ExchangeRate.objects.filter(
            currency=target.currency,
            month__lte=month,
            month__gte=month.replace(year=month.year - 1),
        )
        rate = known.order_by("-month", "-pk").first()
        if rate is not None:
            Target.objects.filter(pk=target.pk).update(
                usd_rate=rate.usd_per_unit,
                usd_rate_date=rate.month,
                usd_rate_source=rate.source[:200],
            )


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0009_ledger_by_day'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='target',
            name='usd_rate',
            field=models.DecimalField(blank=True, decimal_places=12, editable=False, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name='target',
            name='usd_rate_date',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='target',
            name='usd_rate_source',
            field=models.CharField(blank=True, default='', editable=False, max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(fix_rates, migrations.RunPython.noop),
    ]
