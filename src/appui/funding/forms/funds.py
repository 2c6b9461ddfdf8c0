"""Forms of windows and calls."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appui.funding.models import Fund, RequiredDocument
from appui.registry.forms import OWNERSHIP, RecordForm


class FundForm(RecordForm):
    model = Fund
    sections = (
        (_("Whose money"), "", ("organisation", "title", "kind")),
        (
            _("When"),
            _("After 180 days without a check the window is flagged: look at its page again."),
            ("opens_on", "deadline", "verified_on"),
        ),
        (
            _("How much"),
            _("Per grant; the envelope is the whole of the window."),
            ("minimum", "maximum", "envelope", "currency", "cost_share"),
        ),
        (_("For what"), "", ("sectors", "locations", "earmarking", "earmarking_note")),
        (_("How to apply"), "", ("languages", "conditions", "url", "source")),
        OWNERSHIP,
    )


class RequiredDocumentForm(RecordForm):
    model = RequiredDocument
    sections = (
        (
            _("The paper"),
            _("What has to be sent with the application, and the address of its template."),
            ("kind", "title", "is_mandatory", "url"),
        ),
    )
