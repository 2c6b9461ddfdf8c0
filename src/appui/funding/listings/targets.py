"""How targets look in lists."""

from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui.listing import Column, Listing

TARGETS = Listing(
    name="targets",
    columns=(
        Column(
            "title", _("Target"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("owner", _("Belongs to"), lambda row: row.owner),
        Column(
            "amount",
            _("To mobilise"),
            lambda row: Money(row.amount, row.currency),
            "money",
            ("amount",),
        ),
        Column("starts_on", _("From"), lambda row: row.starts_on, "date", ("starts_on",)),
        Column("ends_on", _("To"), lambda row: row.ends_on, "date", ("ends_on",)),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("title",),
    order=("-ends_on",),
    empty=_("No target is set."),
    empty_hint=_("Set what your organisation has decided to mobilise, and by when."),
)
