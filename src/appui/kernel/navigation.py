"""The entries of the rail; each room registers its own when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from appui.kernel.access import Reader

Section = Literal["raise", "choose", "money", "follow", "know", "administer"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """``shown_to`` hides the entry from readers it is of no use to."""

    section: Section
    label: str | Promise
    url_name: str
    order: int
    shown_to: Callable[[Reader], bool] = lambda _reader: True


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add ``item``; registering an address again replaces it."""
    _items[item.url_name] = item


def items_for(reader: Reader) -> list[NavItem]:
    """The entries ``reader`` sees, by section order and then by ``order``."""
    return sorted(
        (item for item in _items.values() if item.shown_to(reader)), key=lambda item: item.order
    )
