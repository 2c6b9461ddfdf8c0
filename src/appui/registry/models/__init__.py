"""Tables of the registry, one file a noun-family."""

from appui.registry.models.codes import Code, CodeList
from appui.registry.models.membership import Invitation, Membership
from appui.registry.models.organisation import (
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
)
from appui.registry.models.ownership import Classification, Owned, OwnedQuerySet, Visibility
from appui.registry.models.person import Person
from appui.registry.models.place import Location
from appui.registry.models.rate import ExchangeRate

__all__ = [
    "Classification",
    "Code",
    "CodeList",
    "ExchangeRate",
    "Invitation",
    "Location",
    "Membership",
    "Organisation",
    "OrganisationAlias",
    "OrganisationIdentifier",
    "Owned",
    "OwnedQuerySet",
    "Person",
    "Visibility",
]
