"""Several choices as boxes to tick: short lists in full, long ones folded, with a filter."""

from dataclasses import dataclass
from typing import Any

from django import forms

FEW = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under one heading; without a name they stand alone."""

    name: str
    options: list[dict[str, Any]]


class Checklist(forms.CheckboxSelectMultiple):
    """What is ticked comes first; the filter needs JavaScript, all the rest does not."""

    template_name = "ui/_checklist.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """``chosen`` options, then ``groups`` of the others; ``is_long`` when there are many."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        groups = [(label or "", options) for label, options, _index in widget["optgroups"]]
        everything = [option for _label, options in groups for option in options]
        widget["chosen"] = [option for option in everything if option["selected"]]
        left = [
            (label, [one for one in options if not one["selected"]]) for label, options in groups
        ]
        widget["groups"] = [Group(label, options) for label, options in left if options]
        widget["is_long"] = len(everything) > FEW
        widget["is_empty"] = not everything
        return context
