"""Saved searches of the examples, and what they find in the published flows."""

from decimal import Decimal

from django.utils import timezone

from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, plain
from appui.intelligence.corpus import open_corpus
from appui.watch.actions import keep_search
from appui.watch.models import Search
from appui.watch.running import RunReport, run_searches


def load_watch(shelf: Shelf) -> None:
    """What the institutions watch."""
    for entry in read("watch")["search"]:
        search = Search.objects.filter(title=entry["title"]).first()
        shelf.put("searches", search, _keep_search, shelf, entry)


def look() -> None:
    """Look with each search that never ran, so that the demonstration opens with signals."""
    now = timezone.now()
    new = Search.objects.filter(ran_at=None)
    run_searches(new, RunReport(), open_corpus(), now=now, today=timezone.localdate(now))


def _keep_search(shelf: Shelf, entry: Entry) -> Search:
    return keep_search(
        by=shelf.by,
        donors=[shelf.organisations[key] for key in entry.get("donors", ())],
        locations=[shelf.places[value] for value in entry.get("locations", ())],
        sectors=shelf.codes("Sector", entry.get("sectors", ())),
        minimum=Decimal(entry["minimum"]) if "minimum" in entry else None,
        owner=shelf.organisations[entry["owner"]],
        **plain(entry, "title", "subject"),
    )
