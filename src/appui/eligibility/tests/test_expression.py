"""What an expression is worth: three-valued logic, what is missing, and what is badly written."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.eligibility.expression import (
    Outcome,
    Problem,
    Unreadable,
    evaluate,
    facts_of,
    problems,
    read,
    write,
)

WORDS = {
    "amount": "amount",
    "months": "number",
    "regional": "yes-no",
    "urgent": "yes-no",
    "ready": "yes-no",
    "countries": "list",
    "letters": "list",
    "line": "text",
}
FACTS = {
    "amount": Decimal(120_000),
    "months": Decimal(12),
    "regional": True,
    "countries": ("KH", "LA", "VN"),
    "letters": ("KH", "LA"),
    "line": "2",
}


def truth(text, **facts):
    return evaluate(read(text), FACTS | facts).truth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"between": ["amount", 120000, 300000]}', True),  # bounds count
        ('{"between": ["amount", 120000.01, 300000]}', False),
        ('{"at_least": ["amount", 120000]}', True),
        ('{"above": ["amount", 120000]}', False),
        ('{"below": ["months", 12.5]}', True),
        ('{"at_most": ["months", 11]}', False),
        ('{"equal": ["months", 12.0]}', True),
        ('{"is": "regional"}', True),
        ('{"not": {"is": "regional"}}', False),
        ('{"at_least": [{"count": "letters"}, 2]}', True),
        ('{"one_of": ["line", ["1", "3"]]}', False),
        ('{"includes": ["countries", "VN"]}', True),
        ('{"includes_any": ["countries", ["ML", "LA"]]}', True),
        ('{"only": ["countries", ["KH", "LA"]]}', False),
        # 2 letters of 3 countries are 66.67 per cent: a majority
        ('{"above": [{"share": [{"count": "letters"}, {"count": "countries"}]}, 50]}', True),
        ('{"equal": [{"sum": ["months", {"count": "letters"}, 1]}, 15]}', True),  # 12 + 2 + 1
        ('{"if": [{"is": "regional"}, {"at_least": ["amount", 200000]}]}', False),
        ('{"if": [{"not": {"is": "regional"}}, {"at_least": ["amount", 200000]}]}', True),
    ],
)
def test_each_word_of_the_language(text, expected):
    assert truth(text) is expected
    assert problems(read(text), WORDS) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"all": [{"is": "urgent"}, {"at_most": ["months", 1]}]}', False),  # false whatever it is
        ('{"all": [{"is": "urgent"}, {"is": "regional"}]}', None),
        ('{"any": [{"is": "urgent"}, {"is": "regional"}]}', True),
        ('{"any": [{"is": "urgent"}, {"at_most": ["months", 1]}]}', None),
        ('{"not": {"is": "urgent"}}', None),
        ('{"if": [{"is": "urgent"}, {"is": "regional"}]}', True),
        ('{"if": [{"is": "urgent"}, {"at_most": ["months", 1]}]}', None),
    ],
)
def test_a_missing_fact_makes_unknown_only_what_hangs_on_it(text, expected):
    found = evaluate(read(text), FACTS)

    assert found.truth is expected
    assert found.missing == (("urgent",) if expected is None else ())


def test_what_is_missing_is_what_could_settle_it():
    tree = read('{"all": [{"is": "urgent"}, {"is": "ready"}, {"is": "regional"}]}')

    assert evaluate(tree, FACTS) == Outcome(
        None, ("urgent", "ready", "regional"), ("urgent", "ready")
    )


def test_a_known_bound_is_enough_to_refuse_an_amount():
    tree = read('{"between": ["amount", 200000, "months"]}')

    assert evaluate(tree, {"amount": Decimal(1)}).truth is False


def test_a_share_of_nothing_is_unknown():
    tree = read('{"at_most": [{"share": ["months", "amount"]}, 30]}')

    assert evaluate(tree, FACTS | {"amount": Decimal(0)}).missing == ("months", "amount")


NAMES = ["regional", "urgent", "ready"]
tests = st.recursive(
    st.one_of(
        st.sampled_from(NAMES).map(lambda name: {"is": name}),
        st.tuples(
            st.sampled_from(["at_least", "at_most", "above", "below"]), st.integers(0, 3)
        ).map(lambda pair: {pair[0]: ["months", Decimal(pair[1])]}),
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some}),
        st.tuples(inner, inner).map(lambda two: {"if": list(two)}),
    ),
    max_leaves=8,
)
facts = st.fixed_dictionaries(
    {},
    optional={name: st.booleans() for name in NAMES} | {"months": st.integers(0, 3).map(Decimal)},
)


@settings(max_examples=150, deadline=None)
@given(tests, facts, facts)
def test_learning_a_fact_never_changes_what_was_known(tree, known, more):
    first = evaluate(tree, known)
    then = evaluate(tree, more | known)

    if first.truth is not None:
        assert then.truth is first.truth
    assert (first.truth is None) == bool(first.missing)
    assert set(first.missing) <= set(first.used) - set(known)


@settings(max_examples=100, deadline=None)
@given(tests, tests, facts)
def test_the_laws_of_de_morgan_hold_with_facts_missing(one, other, known):
    def value(tree):
        return evaluate(tree, known).truth

    assert value({"not": {"all": [one, other]}}) is value({"any": [{"not": one}, {"not": other}]})
    assert value({"not": {"not": one}}) is value(one)
    assert value({"if": [one, other]}) is value({"any": [{"not": one}, other]})


@settings(max_examples=100, deadline=None)
@given(tests, st.permutations(NAMES).map(tuple), st.booleans())
def test_unknown_means_that_it_could_still_be_true_or_false_in_the_plain_sense(tree, names, said):
    """With every fact known there is no third value."""
    whole = dict.fromkeys(names, said) | {"months": Decimal(2)}

    assert evaluate(tree, whole).truth is not None


@settings(max_examples=100, deadline=None)
@given(tests)
def test_what_is_written_reads_back_the_same(tree):
    assert read(write(tree)) == tree
    assert problems(tree, WORDS) == []
    assert set(facts_of(tree)) <= set(WORDS)


def test_numbers_keep_their_digits():
    assert write(read('{"at_most": ["amount", 0.10]}')) == '{"at_most": ["amount", 0.10]}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", Problem((), "wants-object", "[]")),
        ('{"al": []}', Problem((), "unknown-word", "al")),
        ('{"all": []}', Problem(("all",), "wants-tests")),
        ('{"all": [{"is": "regionl"}]}', Problem(("all", "1", "is"), "unknown-fact", "regionl")),
        ('{"is": "amount"}', Problem(("is",), "wrong-kind", "amount")),
        ('{"between": ["amount", 1]}', Problem(("between",), "wants-count", '["amount", 1]', "3")),
        ('{"at_least": ["countries", 2]}', Problem(("at_least", "1"), "wrong-kind", "countries")),
        ('{"at_least": ["amount", true]}', Problem(("at_least", "2"), "wants-object", "true")),
        ('{"one_of": ["line", "1"]}', Problem(("one_of", "2"), "wants-texts", "1")),
        ('{"includes": ["countries", 3]}', Problem(("includes", "2"), "wants-text", "3")),
        ('{"at_most": [{"sum": []}, 3]}', Problem(("at_most", "1", "sum"), "wants-values")),
        ('{"at_most": ["amount", 1e30]}', Problem(("at_most", "2"), "too-great")),
    ],
)
def test_what_is_badly_written_is_said_with_its_place(text, expected):
    (found,) = problems(read(text), WORDS)

    assert (found.place, found.code) == (expected.place, expected.code)
    assert expected.given in ("", found.given)
    assert expected.wanted in ("", found.wanted)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"is": NaN}', '{"is": "a", "is": "b"}', "[" * 5_000, '{"a": "' + "b" * 9_000 + '"}'],
)
def test_what_is_no_json_cannot_be_read(text):
    with pytest.raises(Unreadable):
        read(text)


def test_an_expression_too_deep_or_too_long_is_refused():
    deep = {"is": "regional"}
    for _level in range(25):
        deep = {"not": deep}
    long = {"all": [{"is": "regional"}] * 300}

    assert [item.code for item in problems(deep, WORDS)] == ["too-large"]
    assert [item.code for item in problems(long, WORDS)] == ["too-large"]
