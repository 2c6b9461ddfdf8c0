"""Forms of agreements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, Allocation
from appui.kernel.access import Role
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.models import Location
from appui.ui.forms import PageForm


class AgreementForm(RecordForm):
    model = Agreement
    role = Role.FINANCE
    sections = (
        (_("The agreement"), "", ("reference", "title", "kind", "donor", "proposal")),
        (_("Money and dates"), "", ("amount", "currency", "starts_on", "ends_on")),
        (_("Conditions and source"), "", ("conditions", "source")),
        OWNERSHIP,
    )


class SignForm(PageForm):
    """When the agreement was signed."""

    signed_on = forms.DateField(
        label=_("Signed on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The rate to US dollars is fixed at the month of this day."),
    )


class AllocationForm(RecordForm):
    model = Allocation
    role = Role.FINANCE
    sections = (
        (_("To what"), _("A need, a project, or both."), ("need", "activity")),
        (
            _("For which part"),
            _("Leave empty what the agreement does not say: nothing is spread by guess."),
            ("pillar", "location", "year"),
        ),
        (_("How much"), "", ("amount",)),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = agreement.currency
        places: Any = self.fields["location"]
        places.queryset = Location.objects.filter(kind="country")
