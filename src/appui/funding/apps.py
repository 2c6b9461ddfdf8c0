"""Funding as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation


class FundingConfig(AppConfig):
    name = "appui.funding"
    label = "funding"

    def ready(self) -> None:
        for section, label, url_name, order in (
            ("raise", _("Donors"), "funding:donor_list", 20),
            ("raise", _("Windows and calls"), "funding:fund_list", 22),
            ("raise", _("Proposals"), "funding:proposal_list", 24),
            ("raise", _("Agreements"), "funding:agreement_list", 26),
            ("follow", _("Exchanges"), "funding:interaction_list", 10),
            ("follow", _("Ledger"), "funding:transaction_list", 12),
            ("follow", _("Targets"), "funding:target_list", 14),
        ):
            navigation.register(navigation.NavItem(section, label, url_name, order))
