"""What is due by the rules that come with Appui, and what amendments do to it."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    make_donor,
    make_draft,
    make_organisation,
    make_reader,
    make_source,
)

from appui.funding import actions as funding
from appui.funding.queries import before_closing
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused
from appui.obligations import actions, queries
from appui.obligations.models import Obligation, ObligationRule, State, TreatyDuty
from appui.obligations.shipped import load_rules

pytestmark = pytest.mark.django_db


def days(agreement):
    rows = Obligation.objects.filter(agreement=agreement).select_related("rule")
    return {row.rule.code.removeprefix("idf-"): row.due_on for row in rows.open()}


def amend(agreement, by, signed_on, **fields):
    fields = {"kind": "extension", "reason": "The rains."} | fields
    return funding.amend_agreement(agreement, by=by, today=TODAY, signed_on=signed_on, **fields)


def test_rules_are_loaded_once():
    assert load_rules() == 7
    assert load_rules() == 0
    assert ObligationRule.objects.count() == 7
    assert {rule.version for rule in ObligationRule.objects.all()} == {1}
    assert all(len(rule.title) == 4 and rule.citation for rule in ObligationRule.objects.all())


def test_a_rule_that_its_file_says_otherwise_is_changed(tmp_path):
    load_rules()
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rule]]\ncode = "idf-final-report"\nanchor = "end"\nmonths = 2\n'
        'subject = "agreement"\n[rule.title]\nen = "Final"\n'
    )

    load_rules(path)

    rule = ObligationRule.objects.get(code="idf-final-report")
    assert (rule.months, rule.version) == (2, 2)


def test_signing_with_the_fund_brings_its_duties(sign):
    # 18 months in a leap year: from 31 January 2028 to 31 July 2029
    signed = sign(date(2026, 6, 1), TODAY, starts_on=date(2028, 1, 31), ends_on=date(2029, 7, 31))

    assert days(signed) == {
        "results-framework": date(2028, 2, 29),  # a month after 31 January in a leap year
        "extension-request": date(2029, 6, 30),  # a month before 31 July
        "interim-report": date(2028, 10, 30),  # 547 days: 273 after the start
        "final-report": date(2029, 10, 31),
        "evaluation": date(2030, 7, 31),
    }


def test_under_twelve_months_there_is_no_interim_report(sign):
    signed = sign(date(2026, 1, 1), TODAY, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 30))

    assert "interim-report" not in days(signed)


def test_other_donors_do_not_have_these_duties(sign):
    assert days(sign(date(2026, 1, 1), TODAY, donor=make_donor(), ends_on=date(2027, 1, 1))) == {}


def test_a_draft_has_no_duties(owner, fund, editor):
    make_draft(owner, fund, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))

    found = actions.compute(owner, by=editor, today=TODAY)

    assert (found.added, Obligation.objects.count()) == ([], 0)


def test_computing_again_changes_nothing(sign, owner, editor):
    signed = sign(date(2026, 1, 1), TODAY, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
    before = days(signed)

    found = actions.compute(owner, by=editor, today=TODAY)

    assert (found.added, found.moved, found.lapsed) == ([], [], [])
    assert days(signed) == before
    assert len(before) == 5


def test_an_extension_moves_what_is_not_done_and_says_why(sign, manager):
    signed = sign(date(2026, 1, 1), TODAY, starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 30))
    framework = Obligation.objects.get(rule__code="idf-results-framework")
    actions.fulfil(
        framework,
        by=manager,
        done_on=date(2026, 1, 20),
        today=TODAY,
        document_url="https://example.org/framework.pdf",
    )
    assert "interim-report" not in days(signed)

    amendment = amend(signed, manager, date(2026, 10, 15), ends_on=date(2027, 2, 28))

    assert days(signed) == {
        "extension-request": date(2027, 1, 28),  # was 30 October 2026
        "final-report": date(2027, 5, 28),  # was 28 February 2027
        "evaluation": date(2028, 2, 28),
        "interim-report": date(2026, 7, 31),  # 14 months now: 423 days, 211 after 1 January
    }
    framework.refresh_from_db()
    assert framework.done_on == date(2026, 1, 20)
    moved = Obligation.objects.get(rule__code="idf-extension-request")
    (shift,) = moved.shifts.all()
    assert (shift.before, shift.after, shift.amendment) == (
        date(2026, 10, 30),
        date(2027, 1, 28),
        amendment,
    )


def test_an_end_that_comes_earlier_takes_the_interim_report_away(sign, manager):
    signed = sign(date(2026, 1, 1), TODAY, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30))
    interim = Obligation.objects.get(rule__code="idf-interim-report")

    amend(signed, manager, date(2026, 9, 1), kind="other", ends_on=date(2026, 12, 30))
    interim.refresh_from_db()
    assert interim.state(TODAY) == State.LAPSED
    assert "interim-report" not in days(signed)

    amend(signed, manager, date(2026, 10, 1), ends_on=date(2027, 6, 30))
    interim.refresh_from_db()

    assert interim.state(TODAY) == State.LATE
    # 545 days: 272 after 1 January 2026 is 30 September
    assert list(interim.shifts.values_list("before", "after")) == [
        (date(2026, 9, 30), None),
        (None, date(2026, 9, 30)),
    ]


def test_treaty_reports_are_due_each_30_april(owner, manager):
    load_rules()

    duty = actions.follow_treaty(
        by=manager, today=TODAY, owner=owner, treaty="apmbc", starts_on=date(2025, 1, 1)
    )

    rows = Obligation.objects.filter(duty=duty)
    assert [(row.occurrence, row.due_on) for row in rows] == [
        (2025, date(2025, 4, 30)),
        (2026, date(2026, 4, 30)),
        (2027, date(2027, 4, 30)),
    ]
    assert [row.state(TODAY) for row in rows] == [State.LATE, State.LATE, State.DUE]
    assert queries.about(rows[0]).endswith("report on 2024")


def test_the_next_year_of_a_treaty_comes_with_time(owner, manager):
    load_rules()
    actions.follow_treaty(
        by=manager, today=TODAY, owner=owner, treaty="ccm", starts_on=date(2026, 11, 1)
    )

    found = actions.compute(owner, by=manager, today=date(2027, 5, 1))

    assert [row.due_on for row in found.added] == [date(2028, 4, 30)]


def test_a_rule_of_ones_own_reminds_of_each_tranche(owner, manager):
    donor = make_donor()
    actions.add_rule(
        by=manager,
        today=TODAY,
        owner=owner,
        code="call",
        title={"en": "Call for funds"},
        donor=donor,
        anchor="tranche",
        days=-30,
    )
    draft = make_draft(owner, donor, "100")
    for amount, day in (("40", date(2026, 12, 31)), ("60", date(2027, 3, 31))):
        funding.add_tranche(draft, by=manager, amount=Decimal(amount), due_on=day)
    funding.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)

    rows = Obligation.objects.filter(agreement=draft)

    assert [(row.occurrence, row.due_on) for row in rows] == [
        (1, date(2026, 12, 1)),
        (2, date(2027, 3, 1)),
    ]


def test_a_changed_rule_moves_what_is_not_done(owner, manager):
    donor = make_donor()
    rule = actions.add_rule(
        by=manager, today=TODAY, owner=owner, code="r", title={"en": "Report"}, anchor="end"
    )
    draft = make_draft(owner, donor, ends_on=date(2027, 1, 31))
    funding.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)

    actions.change_rule(rule, by=manager, today=TODAY, months=1, version=1)

    row = Obligation.objects.get(agreement=draft)
    assert row.due_on == date(2027, 2, 28)
    assert [(s.before, s.after, s.amendment) for s in row.shifts.all()] == [
        (date(2027, 1, 31), date(2027, 2, 28), None)
    ]


def test_a_rule_of_one_organisation_does_not_bind_another(owner, manager):
    elsewhere = make_organisation("Elsewhere")
    their = make_reader(Role.MANAGER, elsewhere)
    actions.add_rule(
        by=their, today=TODAY, owner=elsewhere, code="r", title={"en": "Report"}, anchor="signature"
    )
    draft = make_draft(owner, make_donor())

    funding.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)

    assert Obligation.objects.count() == 0
    assert ObligationRule.objects.visible_to(manager).count() == 0


# Settling


@pytest.fixture
def due(sign):
    sign(date(2026, 10, 1), TODAY, starts_on=date(2026, 10, 1), ends_on=date(2027, 6, 30))
    return Obligation.objects.get(rule__code="idf-results-framework")


def refusal(act, error=Invalid):
    with pytest.raises(error) as refused:
        act()
    return str(refused.value)


def test_done_takes_a_document_and_a_day_that_has_come(due, editor, owner):
    tomorrow = date(2026, 11, 23)
    assert refusal(lambda: actions.fulfil(due, by=editor, done_on=TODAY, today=TODAY)) == (
        "Name the document that fulfils it, or its address."
    )
    assert "in the future" in refusal(
        lambda: actions.fulfil(
            due, by=editor, done_on=tomorrow, today=TODAY, document=make_source(owner)
        )
    )
    assert due.state(TODAY) == State.LATE

    actions.fulfil(due, by=editor, done_on=TODAY, today=TODAY, document=make_source(owner))

    assert (due.state(TODAY), due.settled_by) == (State.DONE, editor.name)
    assert refusal(lambda: actions.fulfil(due, by=editor, done_on=TODAY, today=TODAY), Refused) == (
        "It is done already."
    )


def test_only_a_manager_waives_and_says_why(due, editor, manager):
    assert "takes the role “Manager”" in refusal(
        lambda: actions.waive(due, by=editor, reason="Agreed by letter.", today=TODAY), Refused
    )
    assert refusal(lambda: actions.waive(due, by=manager, reason="  ", today=TODAY)) == (
        "Say why it need not be done."
    )

    actions.waive(due, by=manager, reason="Agreed by letter.", today=TODAY)

    assert due.state(TODAY) == State.WAIVED
    refusal(lambda: actions.take_back(due, by=editor), Refused)
    actions.take_back(due, by=manager)
    assert due.state(TODAY) == State.LATE


def test_a_file_is_kept_and_one_too_large_is_refused(due, editor):
    large = ("report.pdf", b"x" * 5_000_001)
    assert "larger than 5 MB" in refusal(
        lambda: actions.fulfil(due, by=editor, done_on=TODAY, today=TODAY, file=large)
    )

    actions.fulfil(due, by=editor, done_on=TODAY, today=TODAY, file=("report.pdf", b"%PDF"))

    assert (due.file_name, bytes(due.stored_document.content)) == ("report.pdf", b"%PDF")


def test_a_stale_version_is_a_conflict(due, editor, manager):
    actions.assign(due, by=editor, responsible=None, note="Soon")

    refusal(lambda: actions.waive(due, by=manager, reason="No", today=TODAY, version=1), Conflict)


def test_a_rule_of_appui_is_not_changed_by_anyone(fund, manager):
    rule = ObligationRule.objects.first()

    assert refusal(
        lambda: actions.change_rule(rule, by=manager, today=TODAY, months=2), Refused
    ) == ("This rule comes with Appui: write one of your own beside it.")


def test_closing_an_agreement_speaks_of_what_is_not_done(due, manager):
    texts = before_closing(due.agreement, manager, today=TODAY)

    assert texts == ["4 obligations are not done; the first is due on Nov 1, 2026."]


def test_what_is_due_belongs_to_the_organisation_alone(due, owner):
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    assert not queries.obligations(outsider).exists()
    assert not TreatyDuty.objects.visible_to(outsider).exists()
    assert queries.obligations(SYSTEM).count() == 4
