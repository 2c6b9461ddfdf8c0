"""The codes of the simulators in words."""

from appui.instruments.words.asked import (
    CHOICES,
    HELP,
    INSTRUMENTS,
    LABELS,
    PLACEHOLDERS,
    PURPOSES,
    fault,
    label,
)
from appui.instruments.words.found import (
    FIGURES,
    PARTIES,
    RISKS,
    bearers,
    break_even,
    condition,
    number,
    standing,
)

__all__ = [
    "CHOICES",
    "FIGURES",
    "HELP",
    "INSTRUMENTS",
    "LABELS",
    "PARTIES",
    "PLACEHOLDERS",
    "PURPOSES",
    "RISKS",
    "bearers",
    "break_even",
    "condition",
    "fault",
    "label",
    "number",
    "standing",
]
