"""For whom a brief can be written."""

import unicodedata

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from appui.funding.queries import agreements, proposals
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.needs.models import Need
from appui.registry.models import Organisation


def donors_for(need: Need, reader: Reader) -> QuerySet[Organisation]:
    """Those followed as donors and those met over this need, which have ``is_met``."""
    asked = proposals(reader).filter(need=need, donor=OuterRef("pk"))
    signed = agreements(reader).filter(allocations__need=need, donor=OuterRef("pk"))
    rows = Organisation.objects.standing().annotate(is_met=Exists(asked) | Exists(signed))
    return rows.filter(Q(is_donor=True) | Q(is_met=True))


def donors_by_name(need: Need, reader: Reader) -> list[Organisation]:
    """The same, those met over the need first, then by name in the active language; one query."""
    rows = donors_for(need, reader)
    return sorted(rows, key=lambda row: (not getattr(row, "is_met", False), _folded(str(row))))


def _folded(name: str) -> str:
    """Without case and accents, so that É stands with E."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


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
