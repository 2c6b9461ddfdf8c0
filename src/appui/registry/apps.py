"""The registry as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation
from appui.kernel.access import Role


class RegistryConfig(AppConfig):
    name = "appui.registry"
    label = "registry"

    def ready(self) -> None:
        for section, label, url_name, order in (
            ("know", _("Organisations"), "registry:organisation_list", 40),
            ("know", _("Contacts"), "registry:person_list", 42),
            ("know", _("Places"), "registry:location_list", 44),
            ("know", _("Code lists"), "registry:codelist_list", 46),
            ("know", _("Exchange rates"), "registry:rate_list", 48),
        ):
            navigation.register(navigation.NavItem(section, label, url_name, order))
        navigation.register(
            navigation.NavItem(
                "administer",
                _("Members and invitations"),
                "registry:member_list",
                60,
                shown_to=lambda reader: reader.has_anywhere(Role.ADMINISTRATOR),
            )
        )
