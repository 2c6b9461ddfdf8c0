"""Sources, figures and their vintages: who may, what is kept, what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from appui.evidence import actions, queries
from appui.evidence.models import Figure, Source
from appui.evidence.rules import may_revise
from appui.evidence.tests.conftest import code
from appui.kernel import audit
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.registry.queries import reader_of

END_2022 = date(2022, 12, 31)


def test_an_editor_cites_and_the_trail_says_who(editor, authority):
    source = actions.cite(by=editor, owner=authority, publisher="Monitor", title="Report")

    line = audit.history(source).get()
    assert (line.user_name, line.verb, line.changes["publisher"]) == (
        "Editor",
        "cited",
        [None, "Monitor"],
    )
    assert source.label == f"S{source.pk}"


def test_a_reader_of_the_organisation_may_not_cite(member, authority):
    with pytest.raises(Refused) as refusal:
        actions.cite(by=member, owner=authority, publisher="Monitor", title="Report")

    assert str(refusal.value) == ("This takes the role “Editor” in the organisation it belongs to.")


def test_an_outsider_may_not_record_for_another_organisation(outsider, cite, authority):
    with pytest.raises(Refused):
        actions.record_figure(
            by=outsider,
            owner=authority,
            source=cite(),
            measure=code("Measure", "mined_area_ap"),
            unit=code("Unit", "km2"),
            value=Decimal(1),
            as_of=END_2022,
        )

    assert Figure.objects.count() == 0


def test_a_stale_version_of_a_source_is_a_conflict(editor, cite):
    source = cite()
    actions.change_source(source, by=editor, version=1, title="Report, second edition")

    with pytest.raises(Conflict):
        actions.change_source(source, by=editor, version=1, title="Report, third edition")

    source.refresh_from_db()
    assert (source.title, source.version) == ("Report, second edition", 2)


def test_a_revision_is_a_new_figure_and_the_earlier_one_stays(editor, record):
    first = record("28225531", END_2022, unit="USD")
    later = actions.revise_figure(first, by=editor, value=Decimal(27282471), note="Audited.")

    first.refresh_from_db()
    assert (first.value, first.is_superseded) == (Decimal(28225531), True)
    assert (later.value, later.as_of, later.supersedes, later.note) == (
        Decimal(27282471),
        END_2022,
        first,
        "Audited.",
    )
    assert list(Figure.objects.current()) == [later]
    assert queries.vintages(first, editor) == [later, first]
    assert audit.history(first).first().changes == {"value": ["28225531", "27282471"]}


def test_a_superseded_figure_cannot_be_revised_again(editor, record):
    first = record("10", END_2022)
    actions.revise_figure(first, by=editor, value=Decimal(11))

    with pytest.raises(Refused) as refusal:
        actions.revise_figure(Figure.objects.get(pk=first.pk), by=editor, value=Decimal(12))

    assert str(refusal.value) == "A later vintage replaces this figure: revise that one."
    assert Figure.objects.count() == 2


def test_two_people_revising_the_same_version_is_a_conflict(editor, record):
    first = record("10", END_2022)
    actions.annotate_figure(first, by=editor, version=1, note="Seen.")

    with pytest.raises(Conflict):
        actions.revise_figure(first, by=editor, version=1, value=Decimal(11))

    assert Figure.objects.count() == 1


def test_what_a_figure_says_never_changes(editor, record):
    figure = record("10", END_2022)

    with pytest.raises(Invalid) as refusal:
        audit.update(figure, by=editor, value=Decimal(11))

    assert str(refusal.value) == (
        "What a figure says never changes: record a revision of it instead."
    )
    assert Figure.objects.get().value == 10


def test_a_figure_is_never_deleted(editor, record):
    figure = record("10", END_2022)

    with pytest.raises(Invalid):
        audit.delete(figure, by=editor)
    with pytest.raises(Invalid):
        Figure.objects.all().delete()

    assert Figure.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value": "-3", "unit": "person"}, "A value in “person” cannot be below zero."),
        ({"value": "1234567890.123456"}, "A value has at most 15 digits."),
        ({"when": (END_2022, date(2022, 1, 1))}, "The period ends before it begins."),
        ({"when": None}, "Give either a date or both ends of a period."),
    ],
)
def test_an_impossible_figure_is_refused_in_a_sentence(record, fields, sentence):
    when = fields.pop("when", END_2022)
    days = (None, None) if when is None else when

    with pytest.raises(Invalid) as refusal:
        record(fields.pop("value", "1"), days, **fields)

    assert str(refusal.value) == sentence


def test_money_may_be_below_zero(record):
    assert record("-3.5", END_2022, unit="USD").value == Decimal("-3.5")


def test_a_figure_is_not_seen_by_more_people_than_its_source(editor, record, cite):
    with pytest.raises(Invalid) as refusal:
        record("1", END_2022, visibility="public")
    assert list(refusal.value.fields) == ["visibility"]

    source = cite(visibility="public")
    record("1", END_2022, source=source, visibility="public")
    with pytest.raises(Invalid) as refusal:
        actions.change_source(source, by=editor, visibility="private")
    assert str(refusal.value) == (
        "Figures taken from this source are seen by more people: narrow those first."
    )


def test_only_an_editor_of_the_owner_may_revise(editor, member, outsider, record):
    figure = record("1", END_2022)

    assert [bool(may_revise(figure, reader)) for reader in (editor, member, outsider)] == [
        True,
        False,
        False,
    ]
    assert str(Role.EDITOR.label) in may_revise(figure, member).reason


def test_another_organisation_sees_public_figures_only(outsider_user, record, cite):
    record("1", END_2022)
    public = record("2", END_2022, source=cite(visibility="public"), visibility="public")

    assert list(queries.figures(reader_of(outsider_user))) == [public]


def test_the_count_of_a_source_holds_only_figures_the_reader_sees(outsider, editor, record, cite):
    source = cite(visibility="public")
    record("1", END_2022, source=source)
    record("2", date(2023, 12, 31), source=source, visibility="public")

    assert queries.sources(editor).get().figure_count == 2
    assert queries.sources(outsider).get().figure_count == 1
    assert Source.objects.count() == 1
