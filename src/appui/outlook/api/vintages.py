"""Two publications of one table compared over the API."""

from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema, UploadedFile

from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, fetch, reader_of
from appui.kernel.errors import Invalid
from appui.outlook.queries.vintages import Compared, compare_files, compare_sources
from appui.outlook.views.vintages import LARGEST, SHOWS

router = Router()


class VintageRowOut(Schema):
    """One row in both publications; None where one lacks it."""

    key: list[str]
    sort: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal
    relative: Decimal | None


class VintagesOut(Schema):
    """Two publications side by side; ``twice`` are keys that one of them has more than once."""

    before: str
    after: str
    heads: list[str]
    rows: list[VintageRowOut]
    twice: list[list[str]]
    left_out: list[str]


@router.get("/sources/{pk}/differences/{number}", response={200: VintagesOut, **PROBLEMS})
def get_differences(
    request: HttpRequest,
    pk: Id,
    number: Id,
    show: Literal["both", "differences", "added", "removed", "all"] = "differences",
) -> VintagesOut:
    """What the figures of the source ``number`` say otherwise than those of the source ``pk``."""
    rows = Source.objects.visible_to(reader_of(request))
    found = compare_sources(fetch(rows, pk), fetch(rows, number), reader_of(request))
    return compared_out(found, show)


class TablesIn(Schema):
    """Which column of two tables to compare, and which say what a row is about, with commas."""

    value: Annotated[str, Field(max_length=120)] = ""
    key_columns: Annotated[str, Field(max_length=300)] = ""


@router.post("/outlook/publications/files", response={200: VintagesOut, **PROBLEMS})
def compare_two_files(
    request: HttpRequest,
    before: File[UploadedFile],
    after: File[UploadedFile],
    about: Form[TablesIn],
) -> VintagesOut:
    """What two tables, Excel or CSV, say otherwise; nothing of them is kept."""
    for name, file in (("before", before), ("after", after)):
        if (file.size or 0) > LARGEST:
            text = _("The file is larger than 10 MB.")
            raise Invalid(text, {name: text})
    found = compare_files(
        (before.name or "", before.read()),
        (after.name or "", after.read()),
        value=about.value.replace("\x00", ""),
        keys=[key for key in about.key_columns.replace("\x00", "").split(",") if key.strip()],
    )
    return compared_out(found, "differences")


def compared_out(found: Compared, show: str) -> VintagesOut:
    """A comparison as scripts read it."""
    return VintagesOut(
        before=found.before,
        after=found.after,
        heads=list(found.heads),
        rows=[
            VintageRowOut(
                key=list(row.key),
                sort=row.sort,
                before=row.before.value if row.before else None,
                after=row.after.value if row.after else None,
                change=row.change,
                relative=row.relative,
            )
            for row in found.comparison.of(*SHOWS[show][1])
        ],
        twice=[list(key) for key in found.comparison.twice],
        left_out=list(found.left_out),
    )
