"""Forms of needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from appui.needs.models import Need, NeedLine
from appui.needs.queries import places_within
from appui.registry.forms import OWNERSHIP, RecordForm


class NeedForm(RecordForm):
    model = Need
    sections = (
        (
            _("What is lacking"),
            _("One language is enough; the first written is the fallback."),
            ("reference", "title", "summary", "kind"),
        ),
        (
            _("Where, in which field, by when"),
            _("Sector and places decide which donors are suggested."),
            ("sector", "locations", "goals", "starts_on", "needed_by", "beneficiaries"),
        ),
        (_("Money and source"), "", ("currency", "source")),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = _(
            "Short and lasting, in letters, figures and hyphens: KHM-2024-2025. "
            "Left empty, the one shown is given."
        )


class LineForm(RecordForm):
    model = NeedLine
    sections = (
        (_("What and when"), "", ("pillar", "detail", "year_from", "year_to", "location")),
        (
            _("How much"),
            _(
                "Give either a quantity with its unit cost, or the total stated by the source; "
                "with a quantity, the unit cost is then computed from the total."
            ),
            (
                "quantity",
                "unit",
                "unit_cost",
                "unit_cost_low",
                "unit_cost_high",
                "unit_cost_basis",
                "fixed_cost",
                "stated_cost",
            ),
        ),
        (_("Who pays and who says so"), "", ("who_pays", "source")),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fixed_cost"].required = False
        for name in ("unit_cost", "unit_cost_low", "unit_cost_high", "fixed_cost", "stated_cost"):
            self.fields[name].help_text = _("In %(currency)s.") % {"currency": need.currency}
        self.fields["unit_cost_basis"].help_text = _(
            "The figures behind the unit cost, and behind its range where there is one."
        )
        places: Any = self.fields["location"]
        places.queryset = places_within(need).select_related("parent")
