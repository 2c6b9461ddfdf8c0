"""How windows and calls look in lists."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.funding.listings.common import standing_organisation
from appui.funding.models import FundKind
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui.listing import Column, Filter, Listing

FUNDS = Listing(
    name="windows-and-calls",
    columns=(
        Column(
            "title",
            _("Window or call"),
            lambda row: row.title,
            "multilingual",
            ("title",),
            href=address,
        ),
        Column("donor", _("Donor"), standing_organisation),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "opens", _("Opens on"), lambda row: row.opens_on, "date", ("opens_on",), phone=False
        ),
        Column("deadline", _("Deadline"), lambda row: row.deadline, "date", ("deadline",)),
        Column(
            "minimum",
            _("Smallest grant"),
            lambda row: row.minimum,
            "money",
            ("minimum",),
            currency=lambda row: row.currency,
            phone=False,
        ),
        Column(
            "maximum",
            _("Largest grant"),
            lambda row: row.maximum,
            "money",
            ("maximum",),
            currency=lambda row: row.currency,
        ),
        Column(
            "state",
            _("State"),
            lambda row: open_word(row),
            "tag",
            tone=lambda row: "" if row.is_open(timezone.localdate()) else "plain",
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: FundKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            _("State"),
            lambda _request: [("open", _("open today"))],
            lambda rows, _value: rows.filter(
                Q(opens_on=None) | Q(opens_on__lte=timezone.localdate()),
                Q(deadline=None) | Q(deadline__gte=timezone.localdate()),
            ),
        ),
        OWNER_FILTER,
    ),
    search=("title", "organisation__name", "conditions"),
    order=("deadline",),
    empty=_("No window or call is recorded yet."),
    empty_hint=_("Record where money can be asked for, until when, and how much."),
)


def open_word(row: Any) -> str:
    """Whether a window takes asks today."""
    return str(_("open") if row.is_open(timezone.localdate()) else _("closed"))
