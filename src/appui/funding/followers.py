"""What rooms above do about agreements; each registers its functions when Django starts.

No signals: the actions of this room call these, inside their own transaction, in the order of
registration.
"""

from collections.abc import Callable
from datetime import date

from appui.funding.models import Agreement, Amendment
from appui.kernel.access import Reader

Changed = Callable[[Agreement, Amendment | None, Reader, date], None]
StillOpen = Callable[[Agreement, date], list[str]]

_changed: list[Changed] = []
_still_open: list[StillOpen] = []


def follow(*, changed: Changed, still_open: StillOpen) -> None:
    """Call ``changed`` when an agreement is signed, amended (with the amendment), closed or
    reopened, and ask ``still_open`` for sentences on what is left before it is closed.

    Registering a function again is nothing.
    """
    if changed not in _changed:
        _changed.append(changed)
    if still_open not in _still_open:
        _still_open.append(still_open)


def tell(agreement: Agreement, *, by: Reader, today: date, amendment: Amendment | None) -> None:
    """Say that the terms or the state of an agreement are others now."""
    for act in _changed:
        act(agreement, amendment, by, today)


def sentences_before_closing(agreement: Agreement, *, today: date) -> list[str]:
    """What rooms above know to be open still."""
    return [text for ask in _still_open for text in ask(agreement, today)]
