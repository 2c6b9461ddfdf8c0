"""Activities and what hangs on them: who may, what is written, what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from appui.evidence.models import Source
from appui.evidence.tests.conftest import code
from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.needs.models import Need
from appui.portfolio import actions, queries, rules
from appui.portfolio.models import Activity
from appui.registry.models import ExchangeRate, Organisation
from appui.registry.rates import rate_table

D = Decimal


def shares_of(activity, codelist="Sector"):
    rows = activity.classifications.filter(code__codelist__slug=codelist)
    return {item.code.code: item.percentage for item in rows}


def test_an_editor_describes_an_activity_and_the_trail_says_so(editor, lists, authority):
    made = actions.describe_activity(
        by=editor,
        reference="P1",
        title={"en": "Clearance"},
        status=code("ActivityStatus", "2"),
        owner=authority,
    )

    line = audit.history(made).get()
    assert (line.user_name, line.verb, line.changes["reference"]) == (
        "Editor",
        "described",
        [None, "P1"],
    )


def test_only_editors_of_the_owner_change_an_activity(editor, member, outsider, describe):
    activity = describe()

    assert [bool(rules.may_change(activity, who)) for who in (editor, member, outsider)] == [
        True,
        False,
        False,
    ]
    with pytest.raises(Refused):
        actions.set_shares(activity, "Sector", {"15250": D(100)}, by=member)
    assert shares_of(activity) == {}


def test_a_stale_version_is_a_conflict(editor, describe):
    activity = describe()
    actions.change_activity(activity, by=editor, version=1, kind="programme")

    with pytest.raises(Conflict):
        actions.change_activity(activity, by=editor, version=1, kind="initiative")
    with pytest.raises(Conflict):
        actions.set_shares(activity, "Sector", {"15250": D(100)}, by=editor, version=1)


@pytest.mark.parametrize("identifier", ["XM 1", "XM/1", "XM&1", "XM|1", "XM?1", "XM1\n"])
def test_an_iati_identifier_has_no_forbidden_letter(describe, identifier):
    with pytest.raises(Invalid) as refusal:
        describe(iati_identifier=identifier)

    assert list(refusal.value.fields) == ["iati_identifier"]
    assert Activity.objects.count() == 0


def test_two_activities_cannot_share_an_iati_identifier(describe):
    describe("P1", iati_identifier="XM-DAC-1-P1")

    with pytest.raises(Invalid) as refusal:
        describe("P2", iati_identifier="XM-DAC-1-P1")
    assert str(refusal.value) == "Another activity already has this IATI identifier."


def test_an_end_before_the_start_is_refused(describe):
    with pytest.raises(Invalid) as refusal:
        describe(planned_start=date(2024, 1, 1), planned_end=date(2022, 1, 1))

    assert str(refusal.value) == "The planned end is before the planned start."


def test_parts_never_close_a_circle(editor, describe):
    programme, project = describe("P1"), describe("P2")
    actions.change_activity(project, by=editor, parent=programme)

    with pytest.raises(Invalid) as refusal:
        actions.change_activity(programme, by=editor, parent=project)
    assert str(refusal.value) == "“Project P2” is itself a part of “Project P1”."
    with pytest.raises(Invalid):
        actions.change_activity(programme, by=editor, parent=programme)


def test_shares_that_make_100_are_kept_and_replace_what_stood_there(editor, describe):
    activity = describe()
    actions.set_shares(activity, "Sector", {"15250": D(60), "15190": D(40)}, by=editor)
    actions.set_shares(
        activity,
        "Sector",
        {"15250": D("66.667"), "12220": D("33.333")},
        by=editor,
        reasons={"12220": "Prostheses"},
    )

    assert shares_of(activity) == {"15250": D("66.667"), "12220": D("33.333")}
    assert activity.classifications.get(code__code="12220").reason == "Prostheses"
    assert audit.history(activity).first().changes == {
        "Sector": ["15190 40 %; 15250 60 %", "12220 33.333 %; 15250 66.667 %"]
    }


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        (
            {"15250": D(60), "15190": D(30)},
            "“Sector”: the shares make 90 %, they must make 100 %.",
        ),
        (
            {"15250": D("33.333"), "15190": D("33.333"), "12220": D("33.333")},
            "“Sector”: the shares make 99.999 %, they must make 100 %.",
        ),
        (
            {"15250": D(100), "15190": None},
            "“Sector”: state the share of every code, or of none.",
        ),
        ({"15250": D(100), "15190": D(0)}, "“Sector”: a share is above 0 %."),
        ({"15250": D(150), "15190": D(-50)}, "“Sector”: a share is above 0 %."),
        ({"99999": D(100)}, "“Sector” has no code 99999."),
    ],
)
def test_shares_that_do_not_make_100_are_refused_with_the_sum(editor, describe, shares, sentence):
    activity = describe()
    actions.set_shares(activity, "Sector", {"15250": None}, by=editor)

    with pytest.raises(Invalid) as refusal:
        actions.set_shares(activity, "Sector", shares, by=editor)

    assert str(refusal.value) == sentence
    assert shares_of(activity) == {"15250": None}


def test_shares_of_one_vocabulary_leave_the_others_alone(editor, describe):
    activity = describe()
    actions.set_shares(activity, "UNSDG-Goals", {"16": D(70), "3": D(30)}, by=editor)
    actions.set_shares(activity, "Sector", {"15250": None, "12220": None}, by=editor)
    actions.set_shares(activity, "Sector", {}, by=editor)

    assert shares_of(activity) == {}
    assert shares_of(activity, "UNSDG-Goals") == {"16": D(70), "3": D(30)}


def test_setting_the_same_shares_again_writes_nothing(editor, describe):
    activity = describe()
    actions.set_shares(activity, "Sector", {"15250": D(100)}, by=editor)
    trail = audit.history(activity).count()
    actions.set_shares(activity, "Sector", {"15250": D(100)}, by=editor)

    assert audit.history(activity).count() == trail


def test_an_unknown_vocabulary_and_shares_of_markers_are_refused(editor, describe):
    activity = describe()

    with pytest.raises(Invalid) as refusal:
        actions.set_shares(activity, "Nothing", {}, by=editor)
    assert str(refusal.value) == "There is no code list “Nothing”."
    with pytest.raises(Invalid):
        actions.set_shares(activity, "PolicyMarker", {"1": D(100)}, by=editor)


def test_places_have_all_shares_or_none(editor, describe, cambodia, mali):
    activity = describe()
    actions.set_places(activity, {"KH": None, "ML": None}, by=editor)
    actions.set_places(activity, {"KH": D(25), "ML": D(75)}, by=editor)

    with pytest.raises(Invalid) as refusal:
        actions.set_places(activity, {"KH": D(25), "ML": D(70)}, by=editor)
    assert str(refusal.value) == "“Places”: the shares make 95 %, they must make 100 %."
    with pytest.raises(Invalid):
        actions.set_places(activity, {"XX": None}, by=editor)
    assert {row.location.code: row.percentage for row in activity.places.all()} == {
        "KH": D(25),
        "ML": D(75),
    }


def test_markers_keep_a_significance_of_zero(editor, describe):
    activity = describe()
    actions.set_markers(
        activity,
        {"1": actions.Marked(2, "Half of the deminers are women"), "11": actions.Marked(0, "None")},
        by=editor,
    )

    rows = activity.classifications.all()
    assert {row.code.code: row.significance for row in rows} == {"1": 2, "11": 0}
    with pytest.raises(Invalid):
        actions.set_markers(activity, {"1": actions.Marked(5, "Why")}, by=editor)


def test_an_organisation_takes_part_once_in_a_role(editor, describe):
    activity = describe()
    donor = Organisation.objects.create(name={"en": "A donor"})
    role = code("OrganisationRole", "1")
    part = actions.add_participation(activity, by=editor, organisation=donor, role=role)

    with pytest.raises(Invalid) as refusal:
        actions.add_participation(activity, by=editor, organisation=donor, role=role)
    assert str(refusal.value) == "This organisation already has this role here."

    actions.change_participation(part, by=editor, role=code("OrganisationRole", "4"))
    actions.remove_part(part, by=editor)
    assert activity.participations.count() == 0
    assert [line.verb for line in audit.history(activity)] == [
        "participation removed",
        "participation changed",
        "participation added",
        "described",
    ]


def test_a_revised_line_replaces_the_first_which_no_longer_counts(editor, describe, budget):
    activity = describe()
    first = budget(activity, "100000")
    revised = actions.revise_budget_line(first, by=editor, amount=D("120000.50"))

    lines = list(queries.budget_lines(SYSTEM).filter(activity=activity))
    total = queries.budget_total(lines, "USD", rate_table({"USD"}))
    assert (revised.budget_type.code, revised.replaces) == ("2", first)
    assert (total.money.amount, total.counted, total.replaced) == (D("120000.50"), 1, 1)
    with pytest.raises(Refused) as refusal:
        actions.revise_budget_line(lines[0], by=editor, amount=D(1))
    assert str(refusal.value) == "Another line replaces this one: revise that one."


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "-1"},
        {"amount": "1", "currency": "XYZ"},
        {"amount": "1", "period_end": date(2021, 1, 1)},
        {"amount": "99999999999999"},
    ],
)
def test_an_impossible_budget_line_is_refused(describe, budget, fields):
    activity = describe()

    with pytest.raises(Invalid):
        budget(activity, fields.pop("amount"), **fields)
    assert activity.budget_lines.count() == 0


@pytest.mark.parametrize(
    ("start", "end", "longer"),
    [
        (date(2022, 1, 1), date(2022, 12, 31), False),
        (date(2022, 1, 1), date(2023, 1, 1), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
    ],
)
def test_a_period_longer_than_twelve_months_is_kept_and_marked(
    describe, budget, start, end, longer
):
    line = budget(describe(), "1", period_start=start, period_end=end)

    assert line.exceeds_a_year is longer


def test_a_total_converts_each_line_at_its_value_date_and_names_what_it_cannot(describe, budget):
    for month, rate in ((date(2022, 1, 1), "1.10"), (date(2023, 1, 1), "1.05")):
        ExchangeRate.objects.create(currency="EUR", month=month, usd_per_unit=D(rate), source="ECB")
    activity = describe()
    budget(activity, "1000", "EUR", 2022)
    budget(activity, "1000", "EUR", 2023)
    budget(activity, "50", "USD", 2023)
    lost = budget(activity, "7", "CHF", 2023)

    lines = queries.budget_lines(SYSTEM).filter(activity=activity)
    total = queries.budget_total(lines, "USD", rate_table({"EUR", "CHF"}))

    # 1000 × 1.10 + 1000 × 1.05 + 50 = 2200
    assert total.money.amount == D("2200.00")
    assert total.unconverted == (lost,)
    assert [item.rate for item in total.converted] == [D("1.1"), D("1.05"), D(1)]


def test_no_line_is_no_total(describe):
    assert queries.budget_total([], "USD", rate_table(())) is None


def test_what_an_editor_cannot_see_stays_when_they_save(editor, describe, stranger_org):
    hidden = Need.objects.create(
        reference="N1", title={"en": "Hidden"}, sector=describe_sector(), owner=stranger_org
    )
    programme = describe("P1", owner=stranger_org)
    project = describe("P2", parent=programme, needs=[hidden])

    actions.change_activity(project, by=editor, parent=None, needs=[], kind="initiative")

    project = Activity.objects.get(pk=project.pk)
    assert (project.parent, list(project.needs.all()), project.kind) == (
        programme,
        [hidden],
        "initiative",
    )
    actions.change_activity(project, by=SYSTEM, parent=None, needs=[])
    assert (project.parent, project.needs.count()) == (None, 0)


def test_the_source_of_a_budget_line_is_named_only_to_its_readers(
    editor, outsider, describe, budget
):
    activity = describe(visibility="public")
    line = budget(activity, "100")
    source = Source.objects.create(owner=activity.owner, publisher="Monitor", title="Report")
    type(line).objects.filter(pk=line.pk).update(source=source)

    def seen(reader):
        return [item.source for item in queries.budget_lines(reader).filter(activity=activity)]

    assert (seen(editor), seen(outsider)) == ([source], [None])


def describe_sector():
    return code("Sector", "15250")
