"""Funding as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register
from appui.ui.listing import add_column


class FundingConfig(AppConfig):
    name = "appui.funding"
    label = "funding"

    def ready(self) -> None:
        for item in (
            NavItem("raise", _("Donors"), "funding:donor_list", 20),
            NavItem("raise", _("Windows and calls"), "funding:fund_list", 22),
            NavItem("raise", _("Proposals"), "funding:proposal_list", 24),
            NavItem("money", _("Agreements"), "funding:agreement_list", 10),
            NavItem("follow", _("Exchanges"), "funding:interaction_list", 10),
            NavItem("money", _("Ledger"), "funding:transaction_list", 20),
            NavItem("money", _("Targets"), "funding:target_list", 40),
        ):
            register(item)
        self._register_panels()

    def _register_panels(self) -> None:
        from appui.funding import panels as shown  # noqa: PLC0415 - models are ready only now

        add_column("needs", shown.NEED_MISSING)
        add_column("donors", shown.DONOR_PUBLISHED)
        panels.register("needs.need", 10, shown.gap_head)
        panels.register("needs.need", 20, shown.gap_tables)
        panels.register("needs.need", 40, shown.need_proposals)
        panels.register("needs.need", 30, shown.need_suggestions)
        panels.register("needs.need", 50, shown.need_agreements)
        panels.register("portfolio.activity", 40, shown.activity_proposals)
        panels.register("portfolio.activity", 50, shown.activity_agreements)
        panels.register("portfolio.activity", 60, shown.activity_transactions)
        panels.register("funding.fund", 20, shown.fund_proposals)
        panels.register("registry.organisation", 10, shown.organisation_as_donor)
        panels.register("intelligence.donor", 10, shown.donor_sheet)
        panels.register("intelligence.donor", 20, shown.donor_asks)
        panels.register("intelligence.donor", 30, shown.donor_agreements)
