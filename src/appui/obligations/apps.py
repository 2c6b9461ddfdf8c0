"""Obligations as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class ObligationsConfig(AppConfig):
    name = "appui.obligations"
    label = "obligations"

    def ready(self) -> None:
        from appui.funding import followers  # noqa: PLC0415 - models are ready only now
        from appui.obligations import computing, queries, shipped  # noqa: PLC0415 - the same
        from appui.obligations import panels as shown  # noqa: PLC0415 - the same
        from appui.registry import reference  # noqa: PLC0415 - the same

        register(NavItem("money", _("Obligations"), "obligations:obligation_list", 12))
        followers.follow(
            changed=computing.compute_agreement, still_open=queries.reminders_before_closing
        )
        reference.also_load(shipped.load_rules)
        panels.register("funding.agreement", 20, shown.of_agreement)
        panels.register("portfolio.activity", 55, shown.of_activity)
        panels.register("registry.organisation", 40, shown.of_organisation)
