"""Batches: one file brought in, its rows, what is to be said of its cells, and what it made."""

import json

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.registry.models import Organisation, Owned, OwnedQuerySet, Visibility


class KindOfRow(models.TextChoices):
    """What each row of a file is."""

    ORGANISATIONS = "organisations", _("Organisations")
    PEOPLE = "people", _("Contacts")
    NEEDS = "needs", _("Needs and their lines")
    ACTIVITIES = "activities", _("Projects")
    BUDGETS = "budgets", _("Budget lines of projects")
    CONTRIBUTIONS = "contributions", _("Contributions received (ledger)")
    FIGURES = "figures", _("Figures with their sources")


class Stage(models.TextChoices):
    """How far a batch is; ``rules.MOVES`` says what may follow."""

    CHOOSING = "choosing", _("Kind to be chosen")
    MAPPING = "mapping", _("Columns to be confirmed")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    BRINGING = "bringing", _("Being brought in")
    DONE = "done", _("Brought in")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class RowState(models.TextChoices):
    """What became of a row."""

    NEW = "new", _("Not checked yet")
    READY = "ready", _("Ready")
    KNOWN = "known", _("Already known")
    LEFT_OUT = "left-out", pgettext_lazy("row of a file", "Left out")
    PASSED = "passed", pgettext_lazy("row of a file", "Passed over")
    MADE = "made", pgettext_lazy("row of a file", "Brought in")
    UNDONE = "undone", pgettext_lazy("row of a file", "Undone")
    KEPT = "kept", pgettext_lazy("row of a file", "Kept at undoing")


class Level(models.TextChoices):
    """How much an issue weighs: after the first two the row is left out."""

    CRITICAL = "critical", _("Critical")
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")


class PlainJSONField(models.JSONField):
    """JSON that stands in the trail as text, as every other field does."""

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


class Batch(Owned):
    """One file brought in. ``position`` is the number of the last row dealt with at this stage.

    ``columns`` maps a field to ``{"column": place from 0}`` or ``{"value": same for every row}``;
    ``habits`` a field to how its column writes days and decimals. The file itself stays private.
    """

    kind = models.CharField(_("Kind"), max_length=14, choices=KindOfRow.choices, blank=True)
    file_name = models.CharField(_("File"), max_length=200)
    size = models.PositiveIntegerField(_("Size in bytes"), default=0)
    sheet = models.CharField(_("Sheet"), max_length=60, blank=True)
    header_row = models.PositiveIntegerField(_("Row of the headings"), default=0)
    headers = PlainJSONField(default=list, blank=True)
    text_language = models.CharField(_("Language of the texts"), max_length=2, default="fr")
    record_visibility = models.CharField(
        _("Who can see the new records"),
        max_length=10,
        choices=[item for item in Visibility.choices if item[0] != Visibility.PARTNERS],
        default=Visibility.PRIVATE,
    )
    columns = PlainJSONField(default=dict, blank=True)
    habits = PlainJSONField(default=dict, blank=True)
    stage = models.CharField(
        _("Stage"), max_length=10, choices=Stage.choices, default=Stage.CHOOSING
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    row_count = models.PositiveIntegerField(_("Rows"), default=0, editable=False)

    objects = OwnedQuerySet["Batch"].as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("file brought in")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("intake:batch", args=[self.pk])


class StoredFile(models.Model):
    """The file of a batch as it came, apart so that no list reads it."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="stored")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.batch_id}"


class Row(models.Model):
    """One row of the file with its cells (see ``cells``); ``key`` is what it is recognised by."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("Row"))
    cells = models.JSONField(default=list)
    state = models.CharField(
        _("What became of it"), max_length=8, choices=RowState.choices, default=RowState.NEW
    )
    key = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="row_once")]
        indexes = [
            models.Index(fields=["batch", "key"]),
            models.Index(fields=["batch", "state", "number"]),
        ]
        verbose_name = _("row")

    def __str__(self) -> str:
        return f"{self.number}"


class Issue(models.Model):
    """What is to be said of a cell, or of a row when ``column`` is None; texts by ``code``."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="issues")
    row = models.ForeignKey(Row, on_delete=models.CASCADE, related_name="issues")
    column = models.PositiveSmallIntegerField(null=True)
    field = models.CharField(max_length=40, blank=True)
    level = models.CharField(_("Level"), max_length=8, choices=Level.choices)
    code = models.CharField(max_length=40)
    value = models.CharField(_("Value"), max_length=200, blank=True)
    about = models.JSONField(default=dict)

    class Meta:
        ordering = ["row__number", "column", "pk"]
        indexes = [models.Index(fields=["batch", "level"]), models.Index(fields=["batch", "code"])]
        verbose_name = _("issue")

    def __str__(self) -> str:
        return f"{self.code} {self.value}"


class Made(models.Model):
    """A record that a row made; no foreign key, since it may be deleted.

    ``version`` is the one the batch left it at: another one means that somebody changed it.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="made")
    row = models.ForeignKey(Row, on_delete=models.CASCADE, related_name="made")
    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=300)
    version = models.PositiveIntegerField()
    undone = models.BooleanField(default=False)
    kept_because = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["model", "object_id"], name="made_by_one_row")
        ]
        indexes = [models.Index(fields=["batch", "undone"])]

    def __str__(self) -> str:
        return self.label


class RememberedColumns(models.Model):
    """Which column is which, as an organisation confirmed it for files with these headings."""

    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=14, choices=KindOfRow.choices)
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "fingerprint"], name="columns_remembered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"
