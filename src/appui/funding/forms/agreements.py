"""Forms of agreements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.funding.actions import PlannedTranche
from appui.funding.models import Agreement, Allocation, Amendment, Condition, Tranche
from appui.kernel.access import Role
from appui.registry.forms import NO_SUCH_DAY, OWNERSHIP, RecordForm
from appui.registry.models import Location
from appui.ui.forms import AmountField, PageForm


class AgreementForm(RecordForm):
    model = Agreement
    role = Role.FINANCE
    sections = (
        (_("The agreement"), "", ("reference", "title", "kind", "donor", "proposal")),
        (_("Money and dates"), "", ("amount", "currency", "starts_on", "ends_on")),
        (
            _("What the donor ties it to"),
            _("Conditions to be met one by one are added on the page of the draft."),
            ("earmarking", "earmark", "conditions"),
        ),
        (_("Source"), "", ("source",)),
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
        (_("How much"), "", ("amount", "is_earmark")),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = agreement.currency
        places: Any = self.fields["location"]
        places.queryset = Location.objects.filter(kind="country")


class TrancheForm(RecordForm):
    model = Tranche
    role = Role.FINANCE
    sections = (
        (
            _("The payment"),
            _("Leave the day empty when the agreement does not state it."),
            ("amount", "due_on"),
        ),
        (_("Condition"), _("What must be done before it is paid, if anything."), ("condition",)),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = agreement.currency


class ConditionForm(RecordForm):
    model = Condition
    role = Role.FINANCE
    sections = (("", "", ("text", "condition_type")),)


class MeetForm(RecordForm):
    """When a condition was met, and what shows it."""

    model = Tranche
    role = Role.FINANCE
    sections = (
        (
            "",
            _("Left empty, the day says that the condition is not met."),
            ("met_on", "evidence"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].help_text = _("Record the document as a source first.")


class AmendmentForm(RecordForm):
    """What is agreed otherwise; the plan of payments is changed in the same act."""

    model = Amendment
    role = Role.MANAGER
    NEW = 2  # payments that one amendment can add

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        self.planned = list(agreement.tranches.all())
        last = max((item.number for item in self.planned), default=0)
        self.added = [last + step for step in range(1, self.NEW + 1)]
        numbers = [*(item.number for item in self.planned), *self.added]
        self.sections = (
            (_("The amendment"), "", ("kind", "signed_on", "reason", "source")),
            (
                _("What changes"),
                _("What is left as it is shown stays as it was."),
                ("amount", "ends_on"),
            ),
            *(self._section(number) for number in numbers),
        )
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            label=_("New amount"), required=False, help_text=agreement.currency
        )
        self.fields["ends_on"] = _day_field(_("New end"))
        for number in numbers:
            self.fields |= self._row(number)
        self.initial.update({"amount": agreement.amount, "ends_on": agreement.ends_on})
        for item in self.planned:
            self.initial[f"amount_{item.number}"] = item.amount
            self.initial[f"due_on_{item.number}"] = item.due_on

    def _section(self, number: int) -> tuple[Any, Any, tuple[str, ...]]:
        names = (f"amount_{number}", f"due_on_{number}", f"condition_{number}")
        if number in self.added:
            note = _("Leave it empty to add none.")
            return _("New tranche %(number)d") % {"number": number}, note, names
        note = _("An empty amount removes it.")
        return _("Tranche %(number)d") % {"number": number}, note, names[:2]

    def _row(self, number: int) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {
            f"amount_{number}": AmountField(label=_("Amount"), required=False),
            f"due_on_{number}": _day_field(_("Due on")),
        }
        if number in self.added:
            fields[f"condition_{number}"] = forms.CharField(label=_("Condition"), required=False)
        return fields

    def act_data(self) -> dict[str, Any]:
        """The plan of payments as a list; None where it stays as it was."""
        data = super().act_data()
        planned = list(self._planned(data))
        before = [PlannedTranche(item.number, item.amount, item.due_on) for item in self.planned]
        unchanged = [replace(item, condition=None) for item in planned] == before
        return data | {"tranches": None if unchanged else planned}

    def _planned(self, data: dict[str, Any]) -> Iterable[PlannedTranche]:
        for number in [*(item.number for item in self.planned), *self.added]:
            amount, due_on = data.pop(f"amount_{number}"), data.pop(f"due_on_{number}")
            condition = data.pop(f"condition_{number}", None)
            if amount:
                yield PlannedTranche(number, amount, due_on, condition)


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_SUCH_DAY},
    )
