"""Who else holds what is known of a contact: rooms above say how they forget it.

``registry.actions.remove_person`` calls them within its transaction, before the contact goes.
"""

from collections.abc import Callable

from appui.registry.models import Person

Forget = Callable[[Person], None]
_forgetters: list[Forget] = []


def on_erasure(forget: Forget) -> None:
    """Call ``forget`` whenever a contact is erased; told once, when Django starts."""
    if forget not in _forgetters:
        _forgetters.append(forget)


def forget_everywhere(person: Person) -> None:
    """Let every room forget the contact."""
    for forget in _forgetters:
        forget(person)
