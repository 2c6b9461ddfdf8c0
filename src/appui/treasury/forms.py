"""Forms of the accounts of a fund."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.funding.forms.ledger import tranche_label
from appui.funding.models import Agreement, Fund, Tranche
from appui.funding.queries import tranches
from appui.kernel.access import Reader
from appui.kernel.fields import currency_choices
from appui.portfolio.models import Activity
from appui.registry.choices import OrganisationChoice
from appui.registry.forms import NO_SUCH_DAY, RecordForm
from appui.registry.models import Organisation
from appui.treasury import queries
from appui.treasury.balances import OF_PROJECTS, Kind
from appui.treasury.models import Earmark, Movement
from appui.ui import formats
from appui.ui.forms import AmountField, PageForm

PART = "part_"
WHOM = {
    Kind.DISBURSED: _("Paid to"),
    Kind.SPENT: _("Paid to"),
    Kind.RECOVERED: pgettext_lazy("from whom or what", "From"),
    Kind.RETURNED: _("To which donor"),
}


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, chosen or typed."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_SUCH_DAY},
        **kwargs,
    )


class EarmarkForm(RecordForm):
    model = Earmark
    sections = (
        (_("The earmark"), "", ("code", "title", "currency")),
        (
            _("Where it comes from"),
            _("The statement of a donor shows the earmarks that bear its name."),
            ("donor", "agreement"),
        ),
        (
            _("What it is for"),
            _("With a project, its money is allocated to no other one."),
            ("restriction", "location", "theme", "activity"),
        ),
        (_("When"), _("It is closed once it is empty."), ("opened_on", "closed_on")),
    )


class ReceiptForm(PageForm):
    """One sum that came in, and what of it is for which earmark."""

    amount = AmountField(label=_("Amount received"))
    currency = forms.ChoiceField(label=_("Currency"))
    date = day_field(_("Date"))
    value_date = day_field(
        _("Value date"), required=False, help_text=_("Its month gives the rate; else the date.")
    )
    organisation = OrganisationChoice(
        label=pgettext_lazy("from whom or what", "From"),
        queryset=Organisation.objects.standing(),
        required=False,
    )
    agreement = forms.ModelChoiceField(
        label=_("Agreement"), queryset=Agreement.objects.none(), required=False
    )
    tranche = forms.ModelChoiceField(
        label=_("Tranche"), queryset=Tranche.objects.none(), required=False
    )
    reference = forms.CharField(label=_("Reference at the bank"), max_length=80, required=False)
    description = forms.CharField(label=_("Description"), max_length=300, required=False)

    def __init__(self, *args: Any, fund: Fund, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tranche: Any = self.fields["tranche"]
        tranche.queryset = tranches(reader).filter(agreement__owner=fund.owner_id)
        tranche.label_from_instance = tranche_label
        self.fields["agreement"].queryset = Agreement.objects.visible_to(reader)  # type: ignore[attr-defined]
        currency: Any = self.fields["currency"]
        currency.choices = currency_choices([fund.currency])
        self.initial.setdefault("currency", fund.currency)
        self.earmarks = {
            f"{PART}{item.pk}": item
            for item in queries.earmarks(reader).filter(fund=fund, closed_on=None, is_general=False)
        }
        for name, item in self.earmarks.items():
            self.fields[name] = AmountField(label=f"{item} · {item.currency}", required=False)
        self.fields[f"{PART}general"] = AmountField(label=_("Unearmarked"), required=False)
        self.sections = (
            (_("What came in"), "", ("amount", "currency", "date", "value_date")),
            (
                _("From whom"),
                "",
                ("organisation", "agreement", "tranche", "reference", "description"),
            ),
            (
                _("For what"),
                _(
                    "In the currency received; the parts make the whole to the cent. Left empty, "
                    "all of it is unearmarked."
                ),
                (*self.earmarks, f"{PART}general"),
            ),
        )

    def parts(self, data: dict[str, Any]) -> list[tuple[Earmark | None, Any]]:
        """Earmark and amount of each part that was typed; takes them out of ``data``."""
        names = [*self.earmarks, f"{PART}general"]
        typed = {name: data.pop(name, None) for name in names}
        return [(self.earmarks.get(name), value) for name, value in typed.items() if value]


class MovementForm(PageForm):
    """A movement of one kind in one earmark."""

    earmark = forms.ModelChoiceField(label=_("Earmark"), queryset=Earmark.objects.none())
    activity = forms.ModelChoiceField(label=_("Project"), queryset=Activity.objects.none())
    to = forms.ModelChoiceField(label=_("To the earmark"), queryset=Earmark.objects.none())
    amount = AmountField(label=_("Amount"), help_text=_("In the currency of the earmark."))
    date = day_field(_("Date"))
    value_date = day_field(_("Value date"), required=False)
    organisation = OrganisationChoice(
        label=_("From or to whom"), queryset=Organisation.objects.standing(), required=False
    )
    reference = forms.CharField(label=_("Reference at the bank"), max_length=80, required=False)
    description = forms.CharField(label=_("Description"), max_length=300, required=False)

    def __init__(self, *args: Any, fund: Fund, kind: str, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = queries.earmarks(reader).filter(fund=fund, closed_on=None)
        for name in ("earmark", "to"):
            chosen: Any = self.fields[name]
            chosen.queryset = rows
            chosen.label_from_instance = _with_available
        projects: Any = self.fields["activity"]
        projects.queryset = Activity.objects.visible_to(reader)
        for name in self._left_out(kind):
            del self.fields[name]
        if kind in WHOM and "organisation" in self.fields:
            self.fields["organisation"].label = WHOM[Kind(kind)]

    def _left_out(self, kind: str) -> list[str]:
        out = [] if kind in OF_PROJECTS else ["activity"]
        if kind == Kind.MOVED_OUT:
            return [*out, "value_date", "organisation", "reference"]
        if kind in (Kind.ALLOCATED, Kind.RELEASED):
            return [*out, "to", "value_date", "organisation", "reference"]
        return [*out, "to"]


def _with_available(earmark: Earmark) -> str:
    return f"{earmark} · {formats.money(earmark.available, earmark.currency)}"


class ReasonForm(PageForm):
    """Why."""

    reason = forms.CharField(label=_("Why"), max_length=300)


class PeriodForm(PageForm):
    """The days to close."""

    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))


class BankFileForm(PageForm):
    """A file of the bank, and what it may not state itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, or ISO 20022 camt.053 (.xml), at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xml"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    account = forms.CharField(label=_("Bank account"), max_length=80, required=False)
    opening = AmountField(label=_("Opening balance"), required=False, allow_negative=True)
    closing = AmountField(label=_("Closing balance"), required=False, allow_negative=True)

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency: Any = self.fields["currency"]
        currency.choices = currency_choices([fund.currency])
        self.initial.setdefault("currency", fund.currency)
        self.sections = (
            (_("The file"), "", ("file",)),
            (
                _("What the file does not state"),
                _("A camt.053 file states all of this; a CSV often lacks its balances."),
                ("opening", "closing", "currency", "account"),
            ),
        )


class MatchForm(PageForm):
    """Which movements a line of the bank is."""

    movements = forms.ModelMultipleChoiceField(
        label=_("Movements"),
        queryset=Movement.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["movements"]
        chosen.queryset = choices
        chosen.label_from_instance = _described


def _described(movement: Any) -> str:
    parts = (
        formats.day(movement.date),
        movement.get_kind_display(),
        formats.money(movement.amount, movement.earmark.currency),
        movement.organisation or "",
        movement.reference,
        movement.description,
    )
    return " · ".join(str(part) for part in parts if part)
