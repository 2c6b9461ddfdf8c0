"""Treasury as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class TreasuryConfig(AppConfig):
    name = "appui.treasury"
    label = "treasury"

    def ready(self) -> None:
        from appui.funding.actions import guard_lines  # noqa: PLC0415 - models are ready only now
        from appui.treasury import panels as shown  # noqa: PLC0415 - models are ready only now
        from appui.treasury.actions.ledger import (  # noqa: PLC0415 - models are ready only now
            refuse_beside_the_accounts,
        )

        register(NavItem("money", _("Own funds"), "treasury:account_list", 18))
        guard_lines(refuse_beside_the_accounts)
        panels.register("funding.fund", 10, shown.fund_accounts)
        panels.register("funding.transaction", 10, shown.line_of_a_fund)
        panels.register("portfolio.activity", 65, shown.project_grants)
