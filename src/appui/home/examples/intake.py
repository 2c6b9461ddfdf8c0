"""An old file of the examples, checked and not brought in: what it says is known already."""

from appui.home.examples.files import DATA
from appui.home.examples.shelf import Shelf
from appui.intake import actions
from appui.intake.models import Batch, KindOfRow
from appui.registry.models import Visibility

OLD_FIGURES = DATA / "old_figures.csv"


def load_intake(shelf: Shelf) -> None:
    """The Monitor's figures on Cambodia, as an officer once typed them into a sheet."""
    known = Batch.objects.filter(file_name=OLD_FIGURES.name).first()
    shelf.put("files brought in", known, _check, shelf)


def _check(shelf: Shelf) -> Batch:
    batch = actions.upload(
        by=shelf.by,
        owner=shelf.organisations["cmaa"],
        name=OLD_FIGURES.name,
        content=OLD_FIGURES.read_bytes(),
        record_visibility=Visibility.PRIVATE,
    )
    actions.choose(batch, by=shelf.by, kind=KindOfRow.FIGURES)
    actions.confirm_columns(batch, by=shelf.by, columns_by_field=batch.columns)
    return actions.finish(batch, by=shelf.by, today=shelf.today)
