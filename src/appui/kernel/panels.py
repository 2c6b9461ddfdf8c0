"""A lower page shows upper facts: rooms above register panels for a noun below, no signals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model

from appui.kernel.access import Reader


@dataclass(frozen=True, slots=True)
class RenderedPanel:
    """What a page includes: a template with its context; ``count`` is shown beside the title.

    ``region`` says where: across the head of the page, in its body, or in the column beside it.
    """

    slug: str
    title: str
    template: str
    context: Mapping[str, Any]
    count: int | None = None
    region: Literal["head", "body", "aside"] = "body"


Panel = Callable[[Any, Reader], RenderedPanel | None]
_panels: dict[str, list[tuple[int, Panel]]] = {}


def register(model: str, order: int, panel: Panel) -> None:
    """Show ``panel`` on the page of ``model`` (``"needs.need"``); lower ``order`` comes first.

    A panel returns None when it has nothing to show to that reader.
    """
    entries = _panels.setdefault(model.lower(), [])
    if all(known is not panel for _order, known in entries):
        entries.append((order, panel))
        entries.sort(key=lambda entry: entry[0])


def panels_for(obj: Model, reader: Reader, page: str = "") -> list[RenderedPanel]:
    """The panels of one record's page, in order; ``page`` names another page about the record."""
    entries = _panels.get(page or obj._meta.label_lower, [])
    found = (panel(obj, reader) for _order, panel in entries)
    return [panel for panel in found if panel is not None]
