"""For whom a brief can be written."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from appui.funding.queries import agreements, proposals
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.needs.models import Need
from appui.registry.models import Organisation


def donors_for(need: Need, reader: Reader) -> QuerySet[Organisation]:
    """Those followed as donors and those already met over this need, these first."""
    asked = proposals(reader).filter(need=need, donor=OuterRef("pk"))
    signed = agreements(reader).filter(allocations__need=need, donor=OuterRef("pk"))
    rows = Organisation.objects.standing().annotate(is_met=Exists(asked) | Exists(signed))
    return (rows.filter(is_donor=True) | rows.filter(is_met=True)).order_by("-is_met", "name", "pk")


def donor_of(need: Need, reader: Reader, key: str) -> Organisation | None:
    """The donor with that key; None for an empty one. Raises ``Invalid`` for any other."""
    if not key:
        return None
    rows = donors_for(need, reader)
    found = (
        rows.filter(pk=int(key)).first()
        if key.isascii() and key.isdigit() and len(key) < 19
        else None
    )
    if found is None:
        text = _("Choose a donor of the list.")
        raise Invalid(text, {"donor": text})
    return found
