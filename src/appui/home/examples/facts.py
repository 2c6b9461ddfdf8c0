"""Sources and figures of the examples."""

from decimal import Decimal

from appui.evidence import actions
from appui.evidence.models import Figure, Source
from appui.home.examples.files import Entry, figures, read, when
from appui.home.examples.shelf import Shelf, plain

Row = dict[str, str]
SAME_FIGURE = ("source", "measure", "location", "value", "as_of", "period_start", "period_end")


def load_sources(shelf: Shelf) -> None:
    """The publications; one is known by its publisher and title."""
    for entry in read("sources")["source"]:
        found = Source.objects.filter(**plain(entry, "publisher", "title")).first()
        shelf.sources[entry["key"]] = shelf.put("sources", found, _add_source, shelf, entry)


def _add_source(shelf: Shelf, entry: Entry) -> Source:
    fields = plain(entry, "publisher", "title", "published_on", "page", "url", "language", "note")
    return actions.cite(by=shelf.by, **shelf.owned(entry), **fields)


def load_figures(shelf: Shelf) -> None:
    """The figures; one is known by its source, measure, place, time, value and detail."""
    details = read("details")
    for row in figures():
        fields = _fields(shelf, row, details)
        earlier = shelf.figures.get(row["supersedes"])
        shelf.figures[row["key"]] = shelf.put(
            "figures", _same(fields), _record, shelf, fields, earlier
        )


def _fields(shelf: Shelf, row: Row, details: Entry) -> Entry:
    return {
        "source": shelf.sources[row["source"]],
        "measure": shelf.code("Measure", row["measure"]),
        "unit": shelf.code("Unit", row["unit"]),
        "location": shelf.places[row["place"]] if row["place"] else None,
        "value": Decimal(row["value"]),
        "detail": details[row["detail"]] if row["detail"] else {},
        "confidence": row["confidence"],
        "note": row["note"],
        **when(row["when"]),
    }


def _same(fields: Entry) -> Figure | None:
    alike = {name: fields.get(name) for name in SAME_FIGURE}
    candidates = Figure.objects.filter(**alike)
    return next((item for item in candidates if item.detail == fields["detail"]), None)


def _record(shelf: Shelf, fields: Entry, earlier: Figure | None) -> Figure:
    """A later vintage of ``earlier`` if there is one, else a figure of its own."""
    if earlier is not None:
        kept = ("value", "source", "confidence", "note")
        return actions.revise_figure(earlier, by=shelf.by, **{k: fields[k] for k in kept})
    source = fields["source"]
    return actions.record_figure(
        by=shelf.by, owner=source.owner, visibility=source.visibility, **fields
    )
