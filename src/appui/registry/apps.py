"""The registry as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Role
from appui.kernel.navigation import NavItem, register


class RegistryConfig(AppConfig):
    name = "appui.registry"
    label = "registry"

    def ready(self) -> None:
        for item in (
            NavItem("know", _("Organisations"), "registry:organisation_list", 40),
            NavItem("know", _("Contacts"), "registry:person_list", 42),
            NavItem("know", _("Places"), "registry:location_list", 44),
            NavItem("know", _("Code lists"), "registry:codelist_list", 46),
            NavItem("know", _("Exchange rates"), "registry:rate_list", 48),
            NavItem(
                "administer",
                _("Members and invitations"),
                "registry:member_list",
                60,
                shown_to=lambda reader: reader.has_anywhere(Role.ADMINISTRATOR),
            ),
        ):
            register(item)
