"""What the pages below show of the outlook."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding.models import Target
from appui.funding.queries import target_books
from appui.intelligence.figures.concentration import concentration
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.outlook.queries.ledger import names_of
from appui.outlook.views.gap import concentration_facts


def target_givers(target: Target, reader: Reader) -> RenderedPanel | None:
    """On whom the committed money of a target hangs, with the way to the outlook."""
    (book,) = target_books(
        [target],
        reader,
        today=timezone.localdate(),
        figures=["committed"],
        by=["other"],
        with_asks=False,
    )
    counted = book.counted("committed")
    names = names_of(item.other for item, _amount in counted)
    sums: dict[str, Decimal] = {}
    for item, amount in counted:
        name = names.get(item.other or 0, "")
        sums[name] = sums.get(name, Decimal(0)) + (amount or 0)
    found = concentration(sorted(sums.items(), key=lambda pair: -pair[1]))
    if found is None:
        return None
    links = []
    if reader.workspace_id == target.owner_id:
        links = [
            (_("Who gives"), reverse("outlook:ledger_map")),
            (_("Volume and rates"), reverse("outlook:effects")),
            (_("What if"), reverse("outlook:what_if")),
        ]
    return RenderedPanel(
        "givers",
        _("Who the committed money hangs on"),
        "outlook/_givers_panel.html",
        {"facts": concentration_facts(found), "links": links},
        region="aside",
    )
