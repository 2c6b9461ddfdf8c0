"""Codes of published flows in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.kernel.multilingual import localise
from appui.registry.models import Code, Location
from appui.registry.queries import match_organisations

FLOW_TYPES = {
    "commitment": gettext_lazy("Commitments"),
    "spend": gettext_lazy("Disbursements and expenditure"),
    "incoming": gettext_lazy("Incoming funds"),
    "incoming-commitment": gettext_lazy("Incoming commitments"),
    "pledge": gettext_lazy("Pledges"),
    "incoming-pledge": gettext_lazy("Incoming pledges"),
    "budget": gettext_lazy("Budgets"),
    "interest": gettext_lazy("Interest payments"),
    "repayment": gettext_lazy("Loan repayments"),
    "reimbursement": gettext_lazy("Reimbursements"),
    "equity-purchase": gettext_lazy("Purchases of equity"),
    "equity-sale": gettext_lazy("Sales of equity"),
    "guarantee": gettext_lazy("Credit guarantees"),
    "unknown": gettext_lazy("Type not stated"),
}
SOURCES = {
    "iati": "IATI",
    "crs": "OECD CRS",
    "fts": "OCHA FTS",
    "appui": gettext_lazy("Published tables"),
}
VIEWS = {
    "original-donors": gettext_lazy("Original donors"),
    "all-reporters": gettext_lazy("All reporters"),
    "new-money": gettext_lazy("New money"),
}
BOUNDARIES = {
    "original-donors": gettext_lazy(
        "Money of original donors: what a donor reports itself, and what others report of it only "
        "where it does not; one level of activities per reporter."
    ),
    "all-reporters": gettext_lazy(
        "Everything every reporter says: the same money can appear once for each organisation "
        "that passed it on; one level of activities per reporter."
    ),
    "new-money": gettext_lazy(
        "What each reporter spent or committed beyond what others gave it for the same activity; "
        "one level of activities per reporter."
    ),
}
RATE_RULE = gettext_lazy(
    "Current US dollars at the mean rate of the month of the value date; as published where the "
    "source itself gives dollars."
)
GROUPS = {
    "donor": gettext_lazy("Donor"),
    "recipient": gettext_lazy("Country"),
    "sector": gettext_lazy("Sector"),
    "year": gettext_lazy("Year"),
    "channel": gettext_lazy("Through"),
    "reporter": gettext_lazy("Reported by"),
}
DIMENSIONS = GROUPS | {"sector-group": gettext_lazy("Sector group")}
LINK_REASONS = {
    "reference": gettext_lazy("same reference"),
    "same-amount": gettext_lazy("same amount"),
    "close-amount": gettext_lazy("nearly the same amount"),
    "donor": gettext_lazy("same donor"),
    "donor-country": gettext_lazy("donor of the same country"),
    "sector": gettext_lazy("same sector"),
    "sector-group": gettext_lazy("same group of sectors"),
    "receiver": gettext_lazy("same receiver"),
    "title": gettext_lazy("similar title"),
}
CONVERSIONS = {
    "unknown-currency": gettext_lazy("unknown currency: not converted"),
    "no-rate": gettext_lazy("no rate known: not converted"),
    "as-published": gettext_lazy("dollars as published"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Names of places and sectors, fetched once for a page; two queries."""

    places: dict[str, str] = field(default_factory=dict)
    sectors: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)

    def recipient(self, code: str | None) -> str:
        """A country by name; a region or nothing as it is said."""
        if not code:
            return _("not stated")
        if code.startswith("region "):
            return _("Region %(code)s") % {"code": code.removeprefix("region ")}
        return self.places.get(code, code)

    def sector(self, code: str | None) -> str:
        """“15250 · Removal of land mines”."""
        if not code:
            return _("not stated")
        label = self.sectors.get(code)
        return f"{code} · {label}" if label else code

    def of(self, group: str, key: object, label: str) -> str:
        """A group's label by what it groups by."""
        text = str(key) if key is not None else None
        if group == "recipient":
            return self.recipient(text)
        if group in ("sector", "sector-group"):
            return self.sector(text)
        if label in self.organisations:
            return self.organisations[label]
        return label or _("not stated")


def words(
    places: Iterable[object], sectors: Iterable[object], organisations: Iterable[str] = ()
) -> Words:
    """The names of those codes in the active language; organisations as the register has them."""
    names = [name for name in organisations if name]
    wanted_places = {str(code) for code in places if code}
    wanted_sectors = {str(code) for code in sectors if code}
    sector_labels = Code.objects.filter(
        codelist__slug__in=["Sector", "SectorCategory"], code__in=wanted_sectors
    ).values_list("code", "label")
    place_names = Location.objects.filter(code__in=wanted_places).values_list("code", "name")
    return Words(
        places={code: localise(name).text or code for code, name in place_names},
        sectors={code: localise(label).text or code for code, label in sector_labels},
        organisations={name: str(item) for name, item in match_organisations(names).items()}
        if names
        else {},
    )
