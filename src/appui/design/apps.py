"""Design as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.access import Reader, Role
from appui.kernel.navigation import NavItem, register


class DesignConfig(AppConfig):
    name = "appui.design"
    label = "design"

    def ready(self) -> None:
        from appui.design import panels as shown  # noqa: PLC0415 - models are ready only now

        for item in (
            NavItem("choose", _("Projects by stage"), "design:project_list", 15),
            NavItem("choose", _("Papers"), "design:paper_list", 16),
            NavItem("administer", _("Stages of projects"), "design:stage_list", 62, _works),
            NavItem("administer", _("Templates of papers"), "design:template_list", 63, _works),
        ):
            register(item)
        panels.register("portfolio.activity", 10, shown.way_of)
        panels.register("portfolio.activity", 20, shown.papers_of)
        panels.register("questionnaires.consultation", 30, shown.moves_resting_on)


def _works(reader: Reader) -> bool:
    """Whether the reader writes anywhere."""
    return reader.has_anywhere(Role.EDITOR)
