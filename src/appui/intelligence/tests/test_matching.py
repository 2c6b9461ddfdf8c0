"""Who is who: rules that join, references that identify nobody, pairs for a person."""

import random
from decimal import Decimal
from unittest import mock

import pytest
from bench.matching import judge, labelled_pairs, scores

from appui.intelligence.corpus import VIEWS, FlowFilter, boundary, flow_rows, sum_flows
from appui.intelligence.ingest.matching import (
    Decided,
    Mention,
    Registered,
    candidates,
    known_donors,
    settle,
    written,
)
from appui.intelligence.ingest.matching.known import known_by_key, known_by_name
from appui.intelligence.ingest.organisations import identity


def mention(name, reference=None, cents=100):
    found = identity(name, reference)
    assert found is not None
    return Mention(found.key, found.name, cents=cents)


def groups(*mentions, **more):
    """The names by the key that stands for them."""
    settled = settle(mentions, **more)
    found = {}
    for (_key, name), no in settled.of.items():
        found.setdefault(settled.organisations[no - 1].key, set()).add(name)
    return found


def test_every_name_of_a_known_donor_is_known_as_that_donor_and_no_other():
    wrong = {
        (donor.key, name): known_by_name(written(name))
        for donor in known_donors().values()
        for name in donor.names
        if known_by_name(written(name)) != donor.key
    }
    references = [ref for donor in known_donors().values() for ref in donor.references]

    assert wrong == {}
    assert len(references) == len(set(references))
    assert all(known_by_key(d.parent) for d in known_donors().values() if d.parent)


def test_the_names_under_a_channel_code_do_not_become_one_donor():
    names = [f"{word} {kind}" for word in ("Kampot", "Harbour", "Lotus") for kind in "ABCDEFGHIJ"]

    found = groups(*(mention(name, "22000") for name in names))

    assert len(found) == len(names)


def test_the_matcher_joins_nothing_wrong_by_rule_and_finds_most_of_what_is_the_same():
    pairs = labelled_pairs()
    found = scores(pairs)

    rules, shown = judge(pairs, found, 1.0), judge(pairs, found, 0.55)
    assert len(pairs) >= 100
    assert rules.precision == 1.0
    assert rules.recall >= 0.6
    assert shown.recall >= 0.9
    assert shown.precision >= 0.85

    with mock.patch("appui.intelligence.ingest.matching.rules.known_by_name", return_value=None):
        unknown = scores(pairs)
    assert judge(pairs, unknown, 1.0).precision == 1.0
    assert judge(pairs, unknown, 0.55).recall >= 0.7


def test_the_answer_does_not_depend_on_the_order_of_what_is_met():
    met = [m for pair in labelled_pairs() for m in (pair.left, pair.right)]
    one = settle(met)
    random.Random(3).shuffle(met)
    other = settle(met)

    assert one == other
    assert candidates(one.organisations) == candidates(other.organisations)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Germany, Government of", "DE"),
        ("The federal government of the United States", "US"),
        ("Government of Côte d'Ivoire", "CI"),
        ("British Government (DFID)", "GB-GOV-1"),
        ("European Commission / ECHO", "XI-IATI-EC_ECHO"),
        ("United Nations Development Program", "XM-DAC-41114"),
        ("Programme des Nations Unies pour le développement (PNUD)", "XM-DAC-41114"),
        ("AFAP/AusAID", None),
        ("Ministry of Finance", None),
        ("FAO - Italy", None),
        ("الاتحاد الأوروبي", "EU"),
    ],
)
def test_a_name_means_a_known_donor_only_when_it_plainly_does(name, key):
    assert known_by_name(written(name)) == key


def test_a_name_more_precise_than_its_reference_decides_and_a_vaguer_one_does_not():
    usaid = mention("UNITED STATES AGENCY FOR INTERNATIONAL DEVELOPMENT (USAID)", "US-USAGOV")
    berlin = mention("GOVERNMENT OF GERMANY", "DE-1")
    bank = mention("KREDITANSTALT FUR WIEDERAUFBAU", "DE-1")

    assert set(groups(usaid, berlin, bank)) == {"US-GOV-1", "DE-1", "XM-DAC-5-2"}


def test_a_number_of_somebodys_own_list_identifies_nobody():
    found = groups(mention("Lotus Trust", "122"), mention("Harbour Union", "122"))

    assert set(found) == {"NAME:lotus trust", "NAME:harbour union"}


def test_the_same_name_joins_one_reference_and_not_two():
    one, two = mention("Lotus Trust", "XX-A-1"), mention("Lotus Trust", "XX-B-2")
    bare = mention("lotus trust")

    assert groups(one, bare) == {"XX-A-1": {"Lotus Trust", "lotus trust"}}
    assert len(groups(one, two, bare)) == 3


def test_a_person_decides_over_the_rules_and_a_refusal_holds_for_the_whole_group():
    state, agency = mention("United States"), mention("USAID")
    other = mention("United States of America, Government of")
    apart = Decided("NAME:united states", "US", same=False)
    together = Decided("US", "US-GOV-1", same=True)

    assert "NAME:united states" in groups(state, agency, other, decided=[apart])
    assert len(groups(state, agency, other, decided=[together])) == 1


def test_the_register_does_not_join_two_known_donors():
    ours = Registered("appui:1", ("America", "USAID", "United States"), ("US-GOV-1",))

    found = groups(mention("USAID"), mention("United States"), registered=[ours])

    assert len(found) == 2


def test_a_branch_in_another_country_and_a_part_are_proposed_with_what_speaks_against():
    settled = settle([mention("Lotus Relief Kenya"), mention("Lotus Relief Uganda")])
    (pair,) = candidates(settled.organisations, at_least=0)

    assert pair.score < 0.55
    settled = settle([mention("Lotus Relief Kenya"), mention("Lotus Relief Uganda")])
    (pair,) = candidates(settled.organisations, at_least=pair.score)
    assert [reason.what for reason in pair.reasons] == ["shared-words", "other-country"]


def test_an_empty_or_wordless_name_is_no_trouble():
    found = groups(Mention("NAME:…", "…"), Mention("XX-1", "()"))

    assert len(found) == 2
    assert candidates(settle([Mention("NAME:…", "…")]).organisations) == []


# The files of the pitfalls (aid data, organisations, outliers, conversion, totals).


def test_a_category_given_as_reference_leaves_each_name_its_own_money(take, opened):
    take("matching/one_reference_many_names.xml")

    sums = sum_flows(opened(), FlowFilter(flow_types=("incoming",)), ("donor",))

    assert {item.labels[0].casefold(): item.usd for item in sums} == {
        "kindernothilfe": Decimal(50),
        "unilever": Decimal(20),
        "harbour trust": Decimal(9),
        "telefonica foundation": Decimal(6),
        "philoptochos ladies": Decimal(5),
        "okedongmu children": Decimal(4),
        "lions of battambang": Decimal(3),
        "rotary kampot": Decimal(1),
    }


def test_a_donor_that_reports_itself_is_not_counted_again_under_its_other_names(take, opened):
    take("matching/donor_under_many_names.xml")
    corpus = opened()

    found = {
        view: [(s.keys[0], s.usd) for s in sum_flows(corpus, FlowFilter(view=view), ("donor",))]
        for view in VIEWS
    }

    assert found == {
        "original-donors": [("US-GOV-1", Decimal(1000))],
        "all-reporters": [("US-GOV-1", Decimal(1500))],
        "new-money": [("US-GOV-1", Decimal(1500))],
    }
    assert [r.usd for r in flow_rows(corpus, FlowFilter(donors=("USAID",)))] == [Decimal(1000)]


def test_an_outlier_waits_and_its_money_and_what_has_no_rate_are_said(take, opened):
    take("matching/one_outlier.xml")
    corpus = opened()

    assert [s.usd for s in sum_flows(corpus, FlowFilter())] == [Decimal(1100)]
    for view in VIEWS:
        said = boundary(corpus, FlowFilter(view=view))
        assert (said.quarantined_lines, said.quarantined_usd) == (1, Decimal(5001))
        assert [(u.currency, u.amount, u.lines) for u in said.unconverted] == [
            ("KHR", Decimal(12345), 1),
            ("XXX", Decimal(77), 1),
        ]
        assert said.unconverted_lines == 2
