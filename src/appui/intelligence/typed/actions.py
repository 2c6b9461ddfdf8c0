"""Keeping a table: one file of the corpus, one record of who brought it."""

import csv
import hashlib
import io
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from appui.intelligence.corpus import corpus_folder
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import BusyError, ingest
from appui.intelligence.typed.models import PublishedTable
from appui.intelligence.typed.reading import COLUMNS, TableRead, Usual
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid, Unavailable
from appui.kernel.verdict import require
from appui.registry.rules import may_keep_register

FOLDER = "typed"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a table; ``is_new`` is false when the same lines were there already."""

    table: PublishedTable
    is_new: bool


def keep_table(read: TableRead, usual: Usual, *, by: Reader, url: str = "", at: datetime) -> Kept:
    """Put the lines into the corpus; the same lines a second time change nothing.

    Raises ``Refused`` to those who may not keep the register, ``Invalid`` without a line,
    ``Unavailable`` while another import is writing.
    """
    require(may_keep_register(by))
    if not read.lines:
        raise Invalid(_("No line of the table could be taken, so nothing was kept."))
    content = as_csv(read.lines)
    sha256 = hashlib.sha256(content).hexdigest()
    known = PublishedTable.objects.filter(sha256=sha256).first()
    if known is not None:
        return Kept(known, is_new=False)
    path = _written(content, f"{usual.published_on.isoformat()}-{sha256[:16]}.csv")
    try:
        with transaction.atomic():
            table = audit.create(
                PublishedTable(
                    source=usual.source,
                    published_on=usual.published_on,
                    page=usual.page,
                    url=url,
                    sha256=sha256,
                    lines=len(read.lines),
                    at=at,
                    by=by.name[:200],
                ),
                by=by,
            )
            ingest([path], into=corpus_folder(), rates=default_rates(), expected="appui")
    except BusyError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(
            _("Flows are being read in just now. Send the table again in a minute.")
        ) from error
    return Kept(table, is_new=True)


def as_csv(lines: list[dict[str, str]]) -> bytes:
    """The lines as the corpus reads them, always the same bytes for the same lines."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def _written(content: bytes, name: str) -> Path:
    """The file in the corpus, whole or not at all."""
    folder = corpus_folder() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{name}.new"
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return beside.replace(folder / name)
