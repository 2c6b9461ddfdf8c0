"""IATI files of our own making, one per pitfall, against what a person reads in them."""

from datetime import date
from decimal import Decimal

from appui.kernel.ecb import monthly_means


def mean(currency: str, month: date) -> Decimal:
    return next(
        r.usd_per_unit for r in monthly_means() if (r.currency, r.month) == (currency, month)
    )


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def test_version_1_words_and_version_2_numbers_mean_the_same(take, ask):
    take("iati/version_1.xml")

    assert ask("select transaction_type, flow_type, amount from transactions order by 1") == [
        (2, "commitment", Decimal("1000.0000")),
        (3, "spend", Decimal("400.0000")),
        (4, "spend", Decimal("-25.5000")),
    ]
    assert ask(
        "select country, sector, sector_vocabulary from transaction_splits group by all"
    ) == [("ML", "14030", "1")]
    assert ask("select role, organisation_key from participating_orgs") == [("1", "GB-99")]
    assert ask("select actual_start, hierarchy from activities") == [(date(2010, 1, 1), 1)]


def test_money_is_converted_at_the_month_of_its_value_date(take, ask):
    take("iati/version_1.xml")

    rate = mean("GBP", date(2010, 3, 1))
    assert ask(
        "select usd, rate, rate_month, conversion, currency, currency_basis, rate_date_basis "
        "from transactions where transaction_type = 2"
    ) == [
        (
            cents(Decimal(1000) * rate),
            rate,
            date(2010, 3, 1),
            "month-of-value-date",
            "GBP",
            "activity-default",
            "value-date",
        )
    ]


def test_texts_keep_their_language_or_that_of_the_activity(take, ask):
    take("iati/version_1.xml", "iati/inherited.xml")

    assert ask("select language, text from narratives where element = 'title' order by 2") == [
        ("fr", "Déminage"),
        ("en", "Mine clearance"),
        ("fr", "Puits villageois"),
        ("en", "Village wells"),
    ]


def test_a_transaction_inherits_what_it_does_not_say(take, ask):
    take("iati/inherited.xml")

    assert ask(
        "select reference, currency, humanitarian, aid_flow_type, finance_type, aid_type, "
        "tied_status from transactions order by 1"
    ) == [
        ("A", "EUR", True, "10", "110", "C01", "5"),
        ("B", "USD", False, "20", "410", "B03", "3"),
        ("C", "EUR", True, "10", "110", "C01", "5"),
    ]


def test_the_donor_is_the_provider_of_incoming_money_else_the_funder_else_the_reporter(take, ask):
    take("iati/inherited.xml", "iati/hierarchy.xml")

    assert ask(
        "select identifier, flow_type, t.donor_key, t.donor_basis, t.donor_country "
        "from transactions t join activities a using (activity_key) "
        "order by identifier, transaction_no"
    ) == [
        ("DE-1-5", "spend", "DE-1", "reporting-org", "DE"),
        ("FR-1-INHERIT", "commitment", "FR-1", "reporting-org", "FR"),
        ("FR-1-INHERIT", "spend", "FR-1", "reporting-org", "FR"),
        ("FR-1-INHERIT", "incoming", "DE-1", "provider-org", "DE"),
        ("XX-CHILD", "incoming", "DE-1", "provider-org", "DE"),
        ("XX-CHILD", "spend", "DE-1", "funding-org", "DE"),
        ("XX-PARENT", "spend", "DE-1", "funding-org", "DE"),
    ]


def test_dates_fall_back_in_an_order_that_is_recorded(take, ask):
    report = take("iati/dates_and_currencies.xml")

    march = date(2020, 3, 10)
    assert ask(
        "select reference, transaction_date, date_basis, rate_date_basis from transactions "
        "where reference in ('no-such-day', 'number', 'no-value-date', 'no-date', 'none') "
        "order by line"
    ) == [
        ("no-such-day", march, "value-date", "value-date"),
        ("number", march, "value-date", "value-date"),
        ("no-value-date", march, "transaction-date", "transaction-date"),
        ("no-date", march, "value-date", "value-date"),
        ("none", None, "none", "none"),
    ]
    issue = next(i for i in report.files[0].issues if i.code == "date-invalid")
    assert (issue.severity, issue.line, issue.subject, issue.field, issue.value) == (
        "error",
        6,
        "XX-DATES",
        "transaction/transaction-date/@iso-date",
        "2020-02-31",
    )


def test_an_amount_that_cannot_be_converted_says_why(take, ask):
    take("iati/dates_and_currencies.xml")

    assert ask(
        "select reference, usd, conversion from transactions where usd is null order by reference"
    ) == [
        ("no-currency", None, "no-currency"),
        ("no-rate", None, "no-rate"),
        ("none", None, "no-date"),
        ("unknown-currency", None, "unknown-currency"),
    ]


def test_a_currency_with_a_fixed_parity_goes_through_the_euro(take, ask):
    take("iati/dates_and_currencies.xml")

    euro = mean("EUR", date(2020, 3, 1))
    assert ask("select usd from transactions where reference = 'parity'") == [
        (cents(Decimal(1000) * euro),)
    ]


def test_an_unknown_transaction_type_stays_out_of_every_total(take, ask):
    report = take("iati/dates_and_currencies.xml")

    assert ask("select flow_type from transactions where reference = 'type-unknown'") == [
        ("unknown",)
    ]
    assert report.files[0].issue_counts["type-unknown"] == 1


def test_a_split_uses_one_vocabulary_rescaled_and_flagged(take, ask):
    take("iati/splits.xml")

    assert ask(
        "select sector, s.sector_vocabulary, sector_share, s.sector_basis, sum(amount) "
        "from transaction_splits s join activities using (activity_key) "
        "where identifier = 'XX-THIRDS' and transaction_no = 1 group by all order by 3 desc, 1 desc"
    ) == [
        ("15250", "1", Decimal("0.333334"), "rescaled", Decimal("33.3500")),
        ("15220", "1", Decimal("0.333333"), "rescaled", Decimal("33.3300")),
        ("12220", "1", Decimal("0.333333"), "rescaled", Decimal("33.3300")),
    ]


def test_regions_take_what_countries_leave_and_the_rest_is_shown_unallocated(take, ask):
    take("iati/splits.xml")

    assert ask(
        "select country, region, place_share, s.place_basis, sum(amount) "
        "from transaction_splits s join activities using (activity_key) "
        "where identifier = 'XX-THIRDS' and transaction_no = 1 group by all order by 3 desc, 2"
    ) == [
        ("ML", None, Decimal("0.500000"), "unallocated-part", Decimal("50.0100")),
        ("NE", None, Decimal("0.300000"), "unallocated-part", Decimal("30.0000")),
        (None, "298", Decimal("0.100000"), "unallocated-part", Decimal("10.0000")),
        (None, None, Decimal("0.100000"), "unallocated-part", Decimal("10.0000")),
    ]


def test_sector_and_country_of_the_transaction_stand_before_those_of_the_activity(take, ask):
    take("iati/splits.xml")

    assert ask(
        "select sector, country, amount from transaction_splits where transaction_no = 2"
    ) == [("11220", "BF", Decimal("-10.0000"))]


def test_missing_percentages_share_what_is_left(take, ask):
    report = take("iati/splits.xml")

    assert ask(
        "select country, sector, s.sector_vocabulary, amount from transaction_splits s "
        "join activities using (activity_key) where identifier = 'XX-MISSING-SHARES' order by 1, 2"
    ) == [
        ("BF", "OURS-1", "99", Decimal("1.5000")),
        ("BF", "OURS-2", "99", Decimal("1.5000")),
        ("ML", "OURS-1", "99", Decimal("2.0000")),
        ("ML", "OURS-2", "99", Decimal("2.0000")),
        ("NE", "OURS-1", "99", Decimal("1.5000")),
        ("NE", "OURS-2", "99", Decimal("1.5000")),
    ]
    assert report.files[0].issue_counts["share-invalid"] == 1


def test_amounts_are_kept_as_written_or_refused_with_the_reason(take, ask):
    report = take("iati/amounts.xml")

    assert ask("select reference, amount, usd from transactions order by line") == [
        ("thousands", Decimal("1234567.5000"), Decimal("1234567.50")),
        ("negative", Decimal("-12.3450"), Decimal("-12.34")),
        ("zero", Decimal("0.0000"), Decimal("0.00")),
        ("absurd", Decimal("200000000000.0000"), Decimal("200000000000.00")),
    ]
    assert dict(report.files[0].issue_counts) == {
        "amount-cleaned": 1,
        "amount-not-a-number": 2,
        "amount-absurd": 1,
        "amount-missing": 1,
        "value-missing": 1,
    }
    assert (report.files[0].transactions_read, report.files[0].transactions_kept) == (9, 4)


def test_budgets_keep_their_revisions_and_the_faults_of_their_periods(take, ask):
    take("iati/furniture.xml")

    assert ask("select amount, superseded, period_problem from budgets order by budget_no") == [
        (Decimal("100.0000"), True, None),
        (Decimal("120.0000"), False, None),
        (Decimal("300.0000"), False, "period-long"),
        (Decimal("1.0000"), False, "period-reversed"),
    ]


def test_every_other_element_has_its_row(take, ask):
    take("iati/furniture.xml")

    assert ask("select identifier, type, owner_ref, owner_name from identifiers") == [
        ("LOCAL-1", "A1", "XX-6", "Keeper")
    ]
    assert ask("select name, latitude, longitude from locations order by ordinal") == [
        ("Battambang", Decimal("13.100000000"), Decimal("103.200000000")),
        (None, None, None),
    ]
    assert ask("select vocabulary, code from tags") == [("2", "16")]
    assert ask("select vocabulary, code, significance from markers") == [("1", "1", 2)]
    assert ask("select amount from planned_disbursements") == [(Decimal("55.0000"),)]
    assert ask("select url, title, category from documents") == [
        ("https://example.org/a.pdf", "Plan", "A01")
    ]
    assert ask("select results, indicators, documents, secondary_reporter from activities") == [
        (2, 3, 1, True)
    ]
    assert ask("select organisation_key, name, ref from participating_orgs") == [
        ("NAME:local hands", "Local hands", "22000")
    ]
    assert ask(
        "select path, whole, text, attributes from elements where path like 'contact-info%' "
        "order by element_no"
    ) == [
        ("contact-info", True, None, {"type": "1"}),
        ("contact-info/email", True, "nobody@example.org", {}),
    ]
