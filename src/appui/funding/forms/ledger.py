"""Forms of the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.funding import queries
from appui.funding.models import Tranche, Transaction
from appui.kernel.access import Role
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui.forms import PageForm


class TransactionForm(RecordForm):
    model = Transaction
    role = Role.FINANCE
    sections = (
        (
            _("What moved"),
            _("A line cannot be changed once written: a mistake is reversed."),
            ("transaction_type", "date", "value_date", "value", "currency", "description"),
        ),
        (
            _("Between whom"),
            _("Their projects, where the money passes from one to the other."),
            ("provider", "provider_activity", "receiver", "receiver_activity"),
        ),
        (
            _("On account of"),
            _("At least one."),
            ("activity", "agreement", "tranche", "fund", "source"),
        ),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["tranche"]
        choice.queryset = queries.tranches(self.reader).order_by("agreement", "number")
        choice.label_from_instance = tranche_label
        choice.help_text = _("Of the agreement chosen above, when the line pays one.")


def tranche_label(tranche: Tranche) -> str:
    """A tranche with the agreement it is of."""
    return f"{tranche.agreement.reference} · {tranche}"


class ReverseForm(PageForm):
    """Why a line is reversed."""

    reason = forms.CharField(label=_("Why"), max_length=300)
