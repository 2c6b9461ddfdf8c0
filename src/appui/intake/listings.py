"""How files brought in, their rows and their issues look in lists."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from appui.intake.cells import text_of
from appui.intake.issues import TEXTS, text_of_issue
from appui.intake.models import Batch, Issue, KindOfRow, Level, Row, RowState, Stage
from appui.intake.queries import Fault, address_of
from appui.registry.listings import OWNER_FILTER, address
from appui.ui.listing import Column, Filter, Listing
from appui.ui.table import Table

LEVEL_TONES: dict[str, str] = {Level.CRITICAL: "late", Level.ERROR: "late", Level.WARNING: "wait"}
STAGE_TONES: dict[str, str] = {Stage.DONE: "", Stage.UNDONE: "plain"}
STATE_TONES: dict[str, str] = {
    RowState.READY: "",
    RowState.MADE: "",
    RowState.LEFT_OUT: "late",
    RowState.KEPT: "wait",
}
CELLS_SHOWN = 5

BATCHES = Listing(
    name="files-brought-in",
    columns=(
        Column("file", _("File"), lambda row: row.file_name, order_by=("file_name",), href=address),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column("rows", _("Rows"), lambda row: row.row_count, "number", ("row_count",)),
        Column(
            "stage",
            _("Stage"),
            lambda row: row.get_stage_display(),
            "tag",
            ("stage",),
            tone=lambda row: STAGE_TONES.get(row.stage, "wait"),
        ),
        Column("when", _("On"), lambda row: row.created_at, "date", ("created_at",)),
        Column("owner", _("Belongs to"), lambda row: row.owner, phone=False),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: KindOfRow.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "stage",
            _("Stage"),
            lambda _request: Stage.choices,
            lambda rows, value: rows.filter(stage=value),
        ),
        OWNER_FILTER,
    ),
    search=("file_name",),
    order=("-created_at", "-pk"),
    empty=_("No file was brought in yet."),
    empty_hint=_(
        "Bring in an Excel or CSV file: every cell is checked before anything is written."
    ),
)


def place_of(issue: Issue) -> str:
    """“C · Amount”: the letter of the column and its heading."""
    if issue.column is None:
        return ""
    headers = issue.batch.headers
    heading = headers[issue.column] if issue.column < len(headers) else ""
    return " · ".join(part for part in (get_column_letter(issue.column + 1), heading) if part)


def _why(issue: Issue) -> str:
    return text_of_issue(issue.code, issue.about)[0]


def _remedy(issue: Issue) -> str:
    return text_of_issue(issue.code, issue.about)[1]


def _comparison(issue: Issue) -> str:
    """Where one chooses between ours and theirs; empty for any other issue."""
    if issue.code != "other_here":
        return ""
    return reverse("intake:row_compare", args=[issue.batch_id, issue.row.number])


ISSUE_COLUMNS = (
    Column(
        "what",
        _("What"),
        lambda item: TEXTS[item.code].name,
        order_by=("code",),
        href=_comparison,
    ),
    Column("row", _("Row"), lambda item: item.row.number, "number", ("row__number",)),
    Column("column", _("Column"), place_of, order_by=("column",)),
    Column("value", _("Value"), lambda item: item.value),
    Column(
        "level",
        _("Level"),
        lambda item: item.get_level_display(),
        "tag",
        tone=lambda item: LEVEL_TONES[item.level],
    ),
    Column("why", _("Why"), _why),
    Column("remedy", _("What to do"), _remedy),
)


def _codes(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(code, text.name) for code, text in TEXTS.items()]


ISSUES = Listing(
    name="issues",
    columns=ISSUE_COLUMNS,
    filters=(
        Filter(
            "level",
            _("Level"),
            lambda _request: Level.choices,
            lambda rows, value: rows.filter(level=value),
        ),
        Filter("code", _("What"), _codes, lambda rows, value: rows.filter(code=value)),
    ),
    search=("value",),
    order=("row__number", "column"),
    empty=_("Nothing is to be said of this file."),
    empty_hint=_("Every cell could be read."),
)


def cells_of(row: Row) -> str:
    """The first cells of a row that hold something."""
    shown = [text for text in map(text_of, row.cells) if text]
    return " · ".join(shown[:CELLS_SHOWN])


def _first_address(row: Row) -> str:
    return next((url for url in map(address_of, row.made.all()) if url), "")


ROWS = Listing(
    name="rows",
    columns=(
        Column("cells", _("What stands in it"), cells_of),
        Column("number", _("Row"), lambda row: row.number, "number", ("number",)),
        Column(
            "state",
            _("What became of it"),
            lambda row: row.get_state_display(),
            "tag",
            ("state",),
            tone=lambda row: STATE_TONES.get(row.state, "plain"),
        ),
        Column(
            "made",
            _("What it made"),
            lambda row: "; ".join(item.label for item in row.made.all()),
            href=_first_address,
        ),
    ),
    filters=(
        Filter(
            "state",
            _("What became of it"),
            lambda _request: RowState.choices,
            lambda rows, value: rows.filter(state=value),
        ),
    ),
    order=("number",),
    empty=_("No row was read yet."),
)


def fault_table(batch: Batch, faults: Sequence[Fault]) -> Table:
    """How often each thing is wrong; each leads to where."""
    url = reverse("intake:batch_issues", args=[batch.pk])
    columns = (
        Column(
            "what", _("What"), lambda item: item.name, href=lambda item: f"{url}?code={item.code}"
        ),
        Column(
            "level",
            _("Level"),
            lambda item: Level(item.level).label,
            "tag",
            tone=lambda item: LEVEL_TONES[item.level],
        ),
        Column("count", _("How often"), lambda item: item.count, "number"),
    )
    return Table(columns, faults)


def kept_table(items: Any) -> Table:
    """What undoing left, and why."""
    columns = (
        Column("label", _("Record"), lambda item: item.label, href=address_of),
        Column("why", _("Why it was kept"), lambda item: item.kept_because),
    )
    return Table(columns, items)
