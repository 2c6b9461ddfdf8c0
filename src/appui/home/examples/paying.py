"""Ways to pay for one need of the examples, compared; all parameters are illustrative."""

from decimal import Decimal

from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, amounts, plain, texts
from appui.instruments import actions
from appui.instruments.models import Comparison

BASIS = "Appui : paramètre illustratif"


def load_comparisons(shelf: Shelf) -> None:
    """The comparisons with their outcomes and options."""
    for entry in read("instruments")["comparison"]:
        found = Comparison.objects.filter(reference=entry["reference"]).first()
        shelf.put("comparisons", found, _compare, shelf, entry)


def _compare(shelf: Shelf, entry: Entry) -> Comparison:
    made = actions.begin_comparison(
        by=shelf.by,
        need=shelf.needs[entry["need"]],
        cash_need=_years(entry["cash_need"]),
        discount_basis=BASIS,
        note=entry["note"]["fr"],
        **shelf.owned(entry),
        **plain(entry, "reference", "currency"),
        **amounts(entry, "discount_rate", "chance", "size"),
        **texts(entry, "title"),
    )
    for item in entry["outcome"]:
        actions.add_outcome(
            made,
            by=shelf.by,
            units=_years(item["units"]),
            **plain(item, "key", "unit", "value_basis"),
            **amounts(item, "value"),
            **texts(item, "title"),
        )
    for option in entry["option"]:
        actions.add_option(
            made,
            by=shelf.by,
            basis=BASIS,
            **plain(option, "instrument", "title", "parameters"),
        )
    return made


def _years(table: dict[str, str]) -> dict[int, Decimal]:
    return {int(year): Decimal(number) for year, number in table.items()}
