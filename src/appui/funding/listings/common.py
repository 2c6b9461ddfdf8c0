"""Donors, and what several lists of funding need."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, Proposal
from appui.registry.listings import code_choices
from appui.ui.listing import Column, Filter, Listing


def linked(record: Any) -> str:
    """Where a record is; empty without one."""
    return record.get_absolute_url() if record is not None else ""


def donor_of(row: Any) -> str:
    """The organisation that stands for the donor of a row."""
    return str(row.donor.merged_into or row.donor)


def standing_organisation(row: Any) -> Any:
    """The organisation that stands for the one a row names."""
    return row.organisation.merged_into or row.organisation


def donor_address(row: Any) -> str:
    """The page of the donor of a row."""
    return reverse("funding:donor", args=[row.donor.standing_id])


def donor_choices(model: type[Proposal] | type[Agreement]) -> Any:
    def choices(request: HttpRequest) -> list[tuple[str, str]]:
        rows = model.objects.visible_to(request.reader).select_related(  # type: ignore[attr-defined]
            "donor__merged_into"
        )
        found = {row.donor.standing_id: donor_of(row) for row in rows.only("donor")}
        return sorted(((str(key), name) for key, name in found.items()), key=lambda item: item[1])

    return choices


def of_donor(rows: Any, value: str) -> Any:
    """Rows of one donor, those of organisations merged into it included."""
    return rows.filter(Q(donor=value) | Q(donor__merged_into=value))


DONORS = Listing(
    name="donors",
    columns=(
        Column(
            "name",
            _("Donor"),
            lambda row: row.name,
            "multilingual",
            ("name",),
            href=lambda row: reverse("funding:donor", args=[row.pk]),
        ),
        Column(
            "acronym", _("Acronym"), lambda row: row.acronym, order_by=("acronym",), phone=False
        ),
        Column(
            "type",
            _("Type"),
            lambda row: row.organisation_type,
            order_by=("organisation_type__code",),
        ),
        Column("country", _("Country"), lambda row: row.country, order_by=("country__code",)),
        Column("windows", _("Windows"), lambda row: row.windows, "number", ("windows",)),
        Column("asks", _("Open asks"), lambda row: row.asks, "number", ("asks",)),
        Column("signed", _("Agreements"), lambda row: row.signed, "number", ("signed",)),
        Column(
            "last", _("Last exchange"), lambda row: row.last_exchange, "date", ("last_exchange",)
        ),
    ),
    filters=(
        Filter(
            "type",
            _("Type"),
            code_choices("OrganisationType"),
            lambda rows, value: rows.filter(organisation_type=value),
        ),
        Filter(
            "with",
            _("With"),
            lambda _request: [("asks", _("an open ask")), ("signed", _("an agreement"))],
            lambda rows, value: rows.filter(**{f"{value}__gt": 0}),
        ),
    ),
    search=("name", "acronym"),
    order=("name",),
    empty=_("No donor is followed yet."),
    empty_hint=_("Mark an organisation as “followed as a donor”, or add one."),
)
