"""Stages of asks are the organisation's own; moves and documents are kept. Asks that exist get the
moves that the audit trail remembers, the first on the day they were recorded."""

import appui.kernel.multilingual
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def remember_moves(apps, schema_editor):
    """The moves of every ask: from no stage when it was recorded, then as the trail tells."""
    trail = {}
    entries = apps.get_model("kernel", "AuditEntry").objects.filter(model="funding.proposal")
    for entry in entries.order_by("at", "pk").iterator():
        change = entry.changes.get("stage")
        if isinstance(change, list) and len(change) == 2 and all(change):
            trail.setdefault(entry.object_id, []).append((entry, *change))
    move = apps.get_model("funding", "StageMove")
    rows = []
    for ask in apps.get_model("funding", "Proposal").objects.order_by("pk").iterator():
        told = trail.get(ask.pk, [])
        first = told[0][1] if told else ask.stage
        day = ask.created_at.date()
        rows.append(move(proposal=ask, to_code=first, to_category=first, moved_on=day))
        for entry, before, after in told:
            rows.append(
                move(
                    proposal=ask,
                    from_code=before,
                    from_category=before,
                    to_code=after,
                    to_category=after,
                    moved_on=max(entry.at.date(), day),
                    at=entry.at,
                    user_name=entry.user_name,
                    reason=(entry.changes.get("outcome_reason") or ["", ""])[1] or "",
                )
            )
    move.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0006_windows_in_full'),
        ('kernel', '0001_initial'),
        ('registry', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='loss_reason',
            field=models.CharField(blank=True, choices=[('price', 'Price'), ('scope', 'Scope: not what the donor funds'), ('timing', 'Timing'), ('relationship', 'Relationship with the donor'), ('eligibility', 'Not eligible'), ('budget', "The donor's budget"), ('other', 'Another reason')], max_length=12, verbose_name='Kind of reason'),
        ),
        migrations.CreateModel(
            name='AskDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('concept', 'Concept note'), ('proposal', 'Proposal'), ('budget', 'Budget'), ('letter', 'Letter'), ('decision', "The donor's decision"), ('other', 'Another document')], max_length=10, verbose_name='Kind')),
                ('title', models.CharField(max_length=200, verbose_name='Title')),
                ('language', models.CharField(blank=True, choices=[('fr', 'French'), ('en', 'English'), ('es', 'Spanish'), ('ar', 'Arabic')], max_length=2, verbose_name='Language')),
                ('dated', models.DateField(blank=True, null=True, verbose_name='Dated')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='Address')),
                ('file_name', models.CharField(blank=True, editable=False, max_length=200)),
                ('size', models.PositiveIntegerField(editable=False, null=True)),
                ('digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='funding.proposal')),
            ],
            options={
                'verbose_name': 'document of an ask',
                'ordering': ['proposal', 'kind', '-dated', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('file_name', ''), ('url', ''), _negated=True), name='document_file_or_address', violation_error_message='Give a file or an address.')],
            },
        ),
        migrations.CreateModel(
            name='DocumentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField()),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='stored', to='funding.askdocument')),
            ],
        ),
        migrations.CreateModel(
            name='PipelineStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('code', models.SlugField(max_length=40, verbose_name='Code')),
                ('name', appui.kernel.multilingual.MultilingualField(default=dict, verbose_name='Name')),
                ('category', models.CharField(choices=[('lead', 'Lead'), ('proposal', 'Proposal submitted'), ('pledged', 'Pledged'), ('signed', 'Signed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10, verbose_name='What it counts as')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='Position')),
                ('probability', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)], verbose_name='Usual chance, %')),
                ('stale_after', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='Stale after, days')),
                ('is_retired', models.BooleanField(default=False, verbose_name='Retired')),
                ('owner', models.ForeignKey(limit_choices_to={'is_workspace': True}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisation', verbose_name='Belongs to')),
            ],
            options={
                'verbose_name': 'stage of asks',
                'ordering': ['owner', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'code'), name='stage_code_once', violation_error_message='Another stage of the organisation has this code.')],
            },
        ),
        migrations.AddField(
            model_name='proposal',
            name='pipeline_stage',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='funding.pipelinestage', verbose_name='Own stage'),
        ),
        migrations.CreateModel(
            name='StageMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_code', models.CharField(blank=True, max_length=40)),
                ('from_category', models.CharField(blank=True, choices=[('lead', 'Lead'), ('proposal', 'Proposal submitted'), ('pledged', 'Pledged'), ('signed', 'Signed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('from_name', models.JSONField(blank=True, default=dict)),
                ('to_code', models.CharField(max_length=40, verbose_name='Stage')),
                ('to_category', models.CharField(choices=[('lead', 'Lead'), ('proposal', 'Proposal submitted'), ('pledged', 'Pledged'), ('signed', 'Signed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('to_name', models.JSONField(default=dict)),
                ('moved_on', models.DateField(verbose_name='On')),
                ('loss_reason', models.CharField(blank=True, choices=[('price', 'Price'), ('scope', 'Scope: not what the donor funds'), ('timing', 'Timing'), ('relationship', 'Relationship with the donor'), ('eligibility', 'Not eligible'), ('budget', "The donor's budget"), ('other', 'Another reason')], max_length=12)),
                ('reason', models.TextField(blank=True, verbose_name='Reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user_name', models.CharField(blank=True, max_length=200, verbose_name='By whom')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='funding.proposal')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'move of an ask',
                'ordering': ['proposal', 'moved_on', 'pk'],
            },
        ),
        migrations.RunPython(remember_moves, migrations.RunPython.noop),
    ]
