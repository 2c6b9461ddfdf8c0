"""How agreements look in lists."""

from django.utils.translation import gettext_lazy as _

from appui.funding.listings.common import donor_address, donor_choices, donor_of, of_donor
from appui.funding.models import Agreement, AgreementStatus
from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui.listing import Column, Filter, Listing

STATUS_TONES: dict[str, str] = {
    AgreementStatus.DRAFT: "wait",
    AgreementStatus.SIGNED: "",
    AgreementStatus.CLOSED: "plain",
    AgreementStatus.TERMINATED: "late",
}


AGREEMENTS = Listing(
    name="agreements",
    columns=(
        Column("title", _("Agreement"), lambda row: row.title, order_by=("title",), href=address),
        Column(
            "reference",
            _("Reference"),
            lambda row: row.reference,
            order_by=("reference",),
            phone=False,
        ),
        Column("donor", _("Donor"), donor_of, href=donor_address),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            "tag",
            ("status",),
            tone=lambda row: STATUS_TONES[row.status],
        ),
        Column(
            "amount", _("Amount"), lambda row: Money(row.amount, row.currency), "money", ("amount",)
        ),
        Column("signed_on", _("Signed on"), lambda row: row.signed_on, "date", ("signed_on",)),
        Column("ends_on", _("Ends on"), lambda row: row.ends_on, "date", ("ends_on",)),
        visibility_column(),
    ),
    filters=(
        Filter(
            "status",
            _("Status"),
            lambda _request: AgreementStatus.choices,
            lambda rows, value: rows.filter(status=value),
        ),
        Filter("donor", _("Donor"), donor_choices(Agreement), of_donor),
        OWNER_FILTER,
    ),
    search=("title", "reference", "donor__name", "conditions"),
    order=("-signed_on",),
    empty=_("No agreement is recorded yet."),
    empty_hint=_("An ask that is agreed becomes an agreement from its own page."),
)
