"""Nothing that an IATI file holds is missing from the tables, as a walk of its own finds."""

from appui.intelligence.ingest.fidelity import Kept, fidelity
from appui.intelligence.ingest.iati import children
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.tests.conftest import DATA


def compared(tmp_path, *names):
    return fidelity(
        [DATA / "iati" / name for name in names], rates=default_rates(), working=tmp_path / "f"
    )


def test_every_element_and_attribute_of_the_standard_is_in_a_table(tmp_path):
    found = compared(tmp_path, "every_element.xml", "every_element_of_organisations.xml")

    assert [kept for kept in found.facts if kept.lost] == []
    held, wanted = found.share(standard=True)
    assert held == wanted > 1_500
    assert found.records == 2


def test_version_1_and_awkward_files_lose_nothing_either(tmp_path):
    found = compared(tmp_path, "version_1.xml", "furniture.xml", "dates_and_currencies.xml")

    assert [kept for kept in found.facts if kept.lost] == []


def test_what_a_reader_drops_is_counted_as_lost(tmp_path, monkeypatch):
    monkeypatch.setitem(children.HANDLERS, "tag", lambda draft, element: None)

    found = compared(tmp_path, "furniture.xml")

    assert [kept for kept in found.facts if kept.lost] == [
        Kept("tag", 1, 0),
        Kept("tag/@code", 1, 0),
        Kept("tag/@vocabulary", 1, 0),
        Kept("tag/narrative", 1, 0),
        Kept("tag/narrative/text()", 1, 0),
    ]


def test_refused_and_broken_files_are_named(tmp_path):
    found = compared(tmp_path, "truncated.xml", "web_page.xml")

    assert [path.rpartition("/")[2] for path in found.refused] == ["web_page.xml"]
    assert [path.rpartition("/")[2] for path in found.partial] == ["truncated.xml"]
