"""Forms of windows and calls."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appui.funding.models import Fund
from appui.registry.forms import OWNERSHIP, RecordForm


class FundForm(RecordForm):
    model = Fund
    sections = (
        (_("Whose money"), "", ("organisation", "title", "kind")),
        (_("When"), "", ("opens_on", "deadline", "verified_on")),
        (
            _("How much"),
            _("Per grant; the envelope is the whole of the window."),
            ("minimum", "maximum", "envelope", "currency"),
        ),
        (_("For what"), "", ("sectors", "locations", "conditions", "url", "source")),
        OWNERSHIP,
    )
