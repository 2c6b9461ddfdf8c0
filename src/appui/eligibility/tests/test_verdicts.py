"""What is known of a project, what the rules in force say of it, and who said so."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    code,
    make_activity,
    make_donor,
    make_fund,
    make_organisation,
    make_proposal,
    make_rate,
    make_reader,
    place,
)
from tests.world import budget_line

from appui.eligibility import actions, queries, words
from appui.eligibility.facts import fact_sheets
from appui.eligibility.models import EligibilityRule, Statement
from appui.eligibility.queries import WindowSearch, search_windows, verdict, verdicts
from appui.funding.models import Fund
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid, Refused
from appui.kernel.money import Money

pytestmark = pytest.mark.django_db


def sheet(project, window, reader=SYSTEM, day=TODAY):
    return fact_sheets([project], [window], reader, day=day)[project.pk, window.pk]


def values(project, window):
    return sheet(project, window).values


def test_what_tables_say_of_a_project(owner, project, window):
    owner.organisation_type = code("OrganisationType", "10")
    owner.country = place("TT")
    owner.save()
    project.planned_start, project.planned_end = date(2026, 1, 15), date(2027, 7, 14)
    project.scope, project.aid_type = code("ActivityScope", "4"), code("AidType", "C01")
    project.status = code("ActivityStatus", "2")
    project.save()
    project.classifications.create(code=code("Sector", "15190"), percentage=100)
    project.classifications.create(code=code("PolicyMarker", "1"), significance=2)
    project.classifications.create(code=code("PolicyMarker", "2"), significance=0)

    assert values(project, window) == {
        "amount": Decimal(120_000),
        "budget": Decimal(120_000),
        "months": Decimal(18),  # 15 January 2026 to 14 July 2027, both days included
        "countries": ("KH",),
        "regional": False,
        "sectors": ("15190",),
        "markers": ("1",),
        "aid_type": "C01",
        "status": "2",
        "applicant_type": "10",
        "applicant_country": "TT",
    }


def test_what_no_table_says_is_absent(owner, window):
    empty = make_activity(owner)

    assert set(values(empty, window)) == {"status"}


def test_several_countries_or_the_scope_make_a_project_regional(owner, project, window):
    project.places.create(location=place("LA-VT"))
    assert values(project, window)["countries"] == ("KH", "LA")
    assert values(project, window)["regional"] is True

    project.scope = code("ActivityScope", "4")
    assert values(project, window)["regional"] is False


def test_an_emergency_sector_says_that_it_is_one(project, window, answer):
    answer(emergency="no")
    assert values(project, window)["emergency"] is False

    project.classifications.create(code=code("Sector", "72010"), percentage=100)
    assert values(project, window)["emergency"] is True


def test_the_ask_at_the_window_counts_before_the_budget(owner, editor, project, window):
    ask = make_proposal(owner, window.organisation, None, "90000", activity=project, fund=window)
    other = make_fund(owner, window.organisation)

    assert values(project, window)["amount"] == 90_000
    assert values(project, other)["amount"] == 120_000
    stranger = make_reader(Role.EDITOR, make_organisation("Elsewhere"))
    assert sheet(project, window, stranger).values["amount"] == 120_000
    ask.stage = "refused"
    ask.save()
    assert values(project, window)["amount"] == 120_000


def test_amounts_are_seen_in_the_currency_of_the_window(owner, project):
    make_rate("EUR", date(2026, 1, 1), "1.20")
    make_rate("EUR", date(2026, 11, 1), "1.25")
    window = make_fund(owner, make_donor("EU"), currency="EUR")

    # 120,000 USD at 1 / 1.20, the rate of the value date in January: 99,999.999960, to the cent
    known = sheet(project, window).known["amount"]
    assert known.value == Decimal("100000.00")
    assert (known.origin, known.converted[0].rate_date) == ("budget", date(2026, 1, 1))
    assert "120,000\xa0USD" in words.origin(known)

    make_proposal(owner, window.organisation, None, "120000", activity=project, fund=window)
    # the ask at the rate of the day: 120,000 / 1.25
    assert sheet(project, window).known["amount"].value == Decimal("96000.00")


def test_without_a_rate_an_amount_is_not_known_and_says_why(owner, project, rule):
    window = make_fund(owner, make_donor("AU"), currency="AUD", maximum=Decimal(10))

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert found.standing == "unknown"
    assert words.to_fix(found) == ["Amount asked: no exchange rate is known for that day."]


def test_the_latest_answer_counts_and_a_withdrawn_one_gives_way(project, window, answer):
    answer(staff_share="12,5", said_on=date(2026, 10, 1))
    (later,) = answer(staff_share="20 %", said_on=date(2026, 11, 1))
    answer(staff_share="99", said_on=date(2026, 9, 1))

    known = sheet(project, window).known["staff_share"]
    assert (known.value, known.statement) == (Decimal(20), later)
    assert words.origin(known) == "Ministry, Nov 1, 2026"

    actions.withdraw(later, by=SYSTEM)
    assert values(project, window)["staff_share"] == Decimal("12.5")


def test_a_budget_by_category_tells_the_shares_and_an_answer_only_where_it_is_silent(
    project, window, answer
):
    answer(staff_share="99")
    project.budget_lines.all().delete()
    lines = budget_line(project, "30"), budget_line(project, "70")
    assert values(project, window)["staff_share"] == Decimal(99)

    for line, category in zip(lines, ("staff", "equipment"), strict=True):
        line.category = code("BudgetCategory", category)
        line.save()

    known = sheet(project, window).known  # 30 of 100; nothing is planned for the office
    assert (known["staff_share"].value, known["office_share"].value) == (30, 0)
    assert known["staff_share"].origin == "budget"


def test_an_answer_says_who_when_and_what_the_source_is(project, editor):
    said = actions.answer(
        project,
        by=editor,
        today=TODAY,
        fact="endorsing_states",
        value=place("KH").code.lower() + ", " + place("LA").code,
        said_by="Mission in Geneva",
        said_on=TODAY,
    )

    assert (said.value, said.recorded_by_id) == ("KH LA", editor.user_id)


@pytest.mark.parametrize(
    ("fact", "value", "text"),
    [
        ("emergency", "perhaps", "“perhaps” is no answer here: write one of no, yes."),
        ("staff_share", "101", "Write a number from 0 to 100"),
        ("staff_share", "NaN", "Write a number from 0 to 100"),
        ("eligible_states", "KH ZZ", "“ZZ” is no country"),
        ("eligible_states", " ", "is no country"),
        ("fund_line", "3", "write one of 1, 2"),
        ("amount", "5", "“amount” is not answered here"),
    ],
)
def test_an_answer_that_is_none_is_refused(project, answer, fact, value, text):
    place("KH")
    with pytest.raises(Invalid, match=text):
        answer(**{fact: value})

    assert not Statement.objects.exists()


def test_none_is_an_answer_and_tomorrow_is_no_day(project, window, answer):
    answer(endorsing_states="none")
    assert values(project, window)["endorsing_states"] == ()
    with pytest.raises(Invalid, match="day to come"):
        answer(emergency="no", said_on=TODAY + timedelta(days=1))


def test_a_project_is_eligible_when_every_rule_that_excludes_holds(project, window, rule):
    rule({"at_most": ["amount", 200_000]})
    rule({"includes": ["countries", "LA"]}, "two", severity="should")

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert found.standing == "eligible"
    assert [item.rule.code for item in found.warnings] == ["two"]


def test_it_is_unknown_while_a_fact_is_missing_and_says_which(project, window, rule):
    rule({"at_most": ["amount", 200_000]})
    rule({"not": {"is": "emergency"}}, "two")
    rule({"at_most": ["months", 36]}, "three")

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert (found.standing, found.missing) == ("unknown", ("emergency", "months"))
    assert words.to_fix(found) == [
        "To be answered: It is an emergency operation.",
        "Duration in whole months is not known. State the start and the end.",
    ]


def test_one_rule_that_fails_excludes_whatever_is_missing(project, window, rule):
    rule({"at_most": ["amount", 100_000]})
    rule({"is": "emergency"}, "two")

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert found.standing == "not-eligible"
    assert words.to_fix(found)[0] == "Mend one"


def test_the_amounts_places_and_themes_of_a_window_are_rules_too(owner, project):
    window = make_fund(owner, make_donor(), minimum=Decimal(1), maximum=Decimal(100_000))
    window.locations.set([place("LA"), place("VN-01")])
    window.sectors.set([code("Sector", "15250")])
    project.classifications.create(code=code("Sector", "15190"), percentage=100)

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert [(item.rule.code, item.truth, item.rule.severity) for item in found.rules] == [
        ("window-amounts", False, "must"),
        ("window-places", False, "must"),
        ("window-sectors", False, "should"),
    ]
    assert found.rules[0].rule.message == "The window gives from 1\xa0USD to 100,000\xa0USD."


def test_a_window_without_rules_leaves_everything_open(project, window):
    found = verdict(project, window, SYSTEM, day=TODAY)

    assert (found.standing, found.has_rules, words.standing(found)) == (
        "unknown",
        False,
        "No rule recorded",
    )


def test_verdicts_take_the_same_queries_however_many(
    owner, project, window, rule, answer, django_assert_num_queries
):
    make_rate("EUR", date(2026, 1, 1), "1.20")
    for number in range(8):
        more = make_activity(owner)
        more.places.create(location=place("KH"))
        budget_line(more, "10")
        make_proposal(owner, window.organisation, None, activity=more, fund=window)
        fund = make_fund(owner, make_donor(f"D{number}"), currency="EUR", maximum=Decimal(5))
        rule({"is": "emergency"}, fund=fund)
        answer(more, emergency="no")
    projects, funds = list(type(project).objects.all()), list(Fund.objects.all())
    for some, at in ((projects[:1], funds[-1:]), (projects, funds)):
        with django_assert_num_queries(12):
            assert len(verdicts(some, at, SYSTEM, day=TODAY)) == len(some) * len(at)
        for fund in funds:
            fund._prefetched_objects_cache = {}


def test_a_rule_counts_from_its_day_to_its_day_and_its_latest_edition_stands(
    project, window, rule, manager
):
    first = rule({"at_most": ["amount", 100_000]}, valid_from=date(2022, 1, 1))
    second = actions.replace_rule(
        first,
        by=manager,
        expression='{"at_most": ["amount", 150000]}',
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )

    def standing(day):
        return verdict(project, window, SYSTEM, day=day).standing

    assert (second.edition, second.severity, second.citation) == (2, "must", first.citation)
    assert standing(date(2021, 12, 31)) == "unknown"  # no rule yet
    assert standing(date(2025, 12, 31)) == "not-eligible"
    assert standing(date(2026, 1, 1)) == "eligible"
    assert standing(date(2026, 12, 31)) == "eligible"
    assert standing(date(2027, 1, 1)) == "unknown"  # the first edition does not come back
    assert EligibilityRule.objects.get(pk=first.pk).expression == '{"at_most": ["amount", 100000]}'


def test_a_rule_that_applies_is_replaced_and_one_to_come_is_changed(rule, manager):
    applies, coming = rule({"is": "emergency"}), rule({"is": "emergency"}, "two", valid_from=TODAY)
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(Refused, match="replace it by a new edition"):
        actions.change_rule(applies, by=manager, today=TODAY, citation="Other.")
    with pytest.raises(Refused):
        actions.remove_rule(coming, by=manager, today=TODAY)
    changed = actions.change_rule(coming, by=manager, today=yesterday, citation="Other.")
    assert changed.citation == "Other."
    actions.remove_rule(coming, by=manager, today=yesterday)
    assert not EligibilityRule.objects.filter(code="two").exists()


def test_the_latest_edition_alone_is_replaced_and_not_by_an_earlier_day(rule, manager):
    first = rule({"is": "emergency"}, valid_from=date(2024, 1, 1))
    with pytest.raises(Invalid, match="cannot begin before"):
        actions.replace_rule(first, by=manager, valid_from=date(2023, 12, 31))
    actions.replace_rule(first, by=manager, valid_from=date(2024, 1, 1))

    with pytest.raises(Refused, match="later edition"):
        actions.replace_rule(first, by=manager, valid_from=TODAY)


def test_a_rule_badly_written_is_refused_with_its_place(rule):
    with pytest.raises(Invalid) as caught:
        rule({"all": [{"between": ["amont", 1, 2]}]})

    assert caught.value.fields["expression"].startswith(
        "At all › 1 › between › 1: “amont” is no fact that fits. Use one of: amount, budget"
    )
    assert not EligibilityRule.objects.exists()


def test_rules_are_written_by_managers_of_the_window_and_answers_by_editors(
    owner, window, project, editor, manager, answer
):
    reader = make_reader(Role.READER, owner)
    fields = {
        "code": "one",
        "expression": '{"is": "emergency"}',
        "message": {"en": "A"},
        "citation": "B",
        "valid_from": TODAY,
    }
    with pytest.raises(Refused):
        actions.write_rule(window, by=editor, **fields)
    assert actions.write_rule(window, by=manager, **fields).position == 10
    with pytest.raises(Invalid, match="of that short name already"):
        actions.write_rule(window, by=manager, **fields)
    with pytest.raises(Refused):
        answer(by=reader, emergency="no")


def test_windows_are_found_by_place_theme_size_and_project(owner, project, window, rule):
    make_rate("EUR", date(2026, 1, 1), "1.20")  # of the value date of the budget
    make_rate("EUR", date(2026, 11, 1), "1.25")
    here = make_fund(owner, make_donor("A"), "Here", deadline=date(2026, 12, 31))
    here.locations.set([place("KH")])
    here.sectors.set([code("Sector", "15250")])
    euros = make_fund(owner, make_donor("B"), "Euros", currency="EUR", maximum=Decimal(100_000))
    rule({"at_most": ["amount", 1]}, fund=euros)
    rows = Fund.objects.exclude(pk=window.pk).order_by("pk")

    def found(**wanted):
        return [str(f) for f in search_windows(WindowSearch(**wanted), rows, SYSTEM, day=TODAY)]

    assert found() == ["Here", "Euros"]
    assert found(place="KH") == ["Here", "Euros"]  # a window that names no place takes all
    assert found(place="ML") == ["Euros"]
    assert found(sector="15190") == ["Euros"]
    assert found(closes_by=date(2026, 12, 31)) == ["Here"]
    assert found(closes_by=date(2026, 12, 30)) == []
    assert found(size=Money(Decimal(125_000), "USD")) == ["Here", "Euros"]  # 100,000 euros
    assert found(size=Money(Decimal(125_001), "USD")) == ["Here"]
    assert found(project=project) == ["Here"]
    assert found(project=project, standings=("not-eligible",)) == ["Euros"]


def test_a_window_is_flagged_180_days_after_it_was_checked(owner):
    fund = make_fund(owner, make_donor(), verified_on=date(2026, 5, 26))

    assert fund.verification(date(2026, 11, 22)) == "fresh"  # 180 days later
    assert fund.verification(date(2026, 11, 23)) == "old"
    assert make_fund(owner, make_donor("B")).verification(TODAY) == "never"


def test_the_rules_of_windows_that_one_may_not_see_are_not_there(rule):
    rule({"is": "emergency"})
    stranger = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    assert not queries.rules(stranger).exists()
