"""The test of a theory of change: worked cases, and 200 random graphs beside brute force."""

from itertools import permutations
from random import Random

import pytest

from appui.design.theory import CHAIN, Finding, Node, cycles, examine, reachable, successors


def chain(*kinds, start=1, **fields):
    """Nodes of these kinds, numbered; results have an indicator unless told otherwise."""
    fields = {"indicator": True, "evidence": True, "attached": True} | fields
    return [Node(key, kind, **fields) for key, kind in enumerate(kinds, start)]


WHOLE = chain("input", "activity", "output", "outcome", "impact")
STRAIGHT = [(1, 2), (2, 3), (3, 4), (4, 5)]


def found(nodes, edges, **options):
    return [(item.problem, item.nodes) for item in examine(nodes, edges, **options)]


def test_a_whole_chain_has_no_problem():
    assert found(WHOLE, STRAIGHT) == []


def test_orphan_cycle_and_missing_indicator_cases_found():
    """Row 3.8 of the comparison: drawn and tested."""
    orphan = Node(6, "outcome", indicator=True)
    bare = Node(7, "output")
    edges = [*STRAIGHT, (4, 3), (2, 7), (7, 5)]

    assert found([*WHOLE, orphan, bare], edges) == [
        ("cycle", (3, 4)),
        ("nothing_leads_to", (6,)),
        ("leads_nowhere", (6,)),
        ("no_indicator", (7,)),
    ]


def test_a_circle_is_named_in_the_order_of_its_arrows_from_its_least_node():
    nodes = chain("activity", "output", "outcome", "outcome", "impact")

    assert found(nodes, [(1, 3), (3, 2), (2, 4), (4, 3), (4, 5)]) == [("cycle", (2, 4, 3))]


def test_a_node_that_leads_to_itself_is_a_circle_of_one():
    assert cycles(successors([1, 2], [(1, 1), (1, 2)])) == [(1,)]


def test_inputs_start_the_chain_and_where_none_is_drawn_activities_do():
    without_inputs = chain("activity", "output", "impact")

    assert found(without_inputs, [(1, 2), (2, 3)]) == []
    assert found([*without_inputs, Node(4, "input")], [(1, 2), (2, 3), (4, 2)]) == [
        ("nothing_leads_to", (1,))
    ]


def test_an_output_that_only_inputs_lead_to_lacks_an_activity():
    nodes = chain("input", "output", "impact", "activity")

    assert found(nodes, [(1, 2), (2, 3), (1, 4), (4, 3)]) == [("no_activity", (2,))]


@pytest.mark.parametrize(
    ("assumption", "problems"),
    [
        (Node(6, "assumption", evidence=True, attached=True), []),
        (Node(6, "assumption", evidence=False, attached=True), ["no_evidence"]),
        (Node(6, "assumption", evidence=True, attached=False), ["unattached"]),
    ],
)
def test_an_assumption_hangs_on_something_and_has_evidence(assumption, problems):
    assert [name for name, _nodes in found([*WHOLE, assumption], STRAIGHT)] == problems


def test_more_nodes_than_the_limit_are_too_many():
    assert found(WHOLE, STRAIGHT, most=4) == [("too_many", (1, 2, 3, 4, 5))]
    assert found(WHOLE, STRAIGHT, most=5) == []


def test_nothing_is_wrong_with_nothing():
    assert examine([], []) == []


# Brute force beside it: every order of every set of nodes, and every node by its definition.


def every_cycle(keys, edges):
    """All circles without a node twice, each from its least node."""
    return {
        order
        for size in range(1, len(keys) + 1)
        for order in permutations(keys, size)
        if order[0] == min(order)
        and all(pair in edges for pair in zip(order, (*order[1:], order[0]), strict=True))
    }


def arrows_of(rings):
    return {pair for ring in rings for pair in zip(ring, (*ring[1:], ring[0]), strict=True)}


def random_graph(seed):
    random = Random(seed)
    count = random.randint(1, 6)
    nodes = [Node(key, random.choice(CHAIN), indicator=True) for key in range(1, count + 1)]
    pairs = [(one, other) for one in range(1, count + 1) for other in range(1, count + 1)]
    return nodes, set(random.sample(pairs, random.randint(0, min(len(pairs), 2 * count))))


@pytest.mark.slow
def test_two_hundred_random_graphs_have_the_circles_and_orphans_that_brute_force_finds():
    circled = 0
    for seed in range(200):
        nodes, edges = random_graph(seed)
        keys = [node.key for node in nodes]
        results = examine(nodes, edges)
        named = {item.nodes for item in results if item.problem == "cycle"}
        expected = every_cycle(keys, edges)
        start = "input" if any(node.kind == "input" for node in nodes) else "activity"
        heads, tails = {head for _tail, head in edges}, {tail for tail, _head in edges}

        assert named <= expected, seed
        assert arrows_of(named) == arrows_of(expected), seed
        assert {item.nodes for item in results if item.problem == "nothing_leads_to"} == {
            (node.key,) for node in nodes if node.key not in heads and node.kind != start
        }, seed
        assert {item.nodes for item in results if item.problem == "leads_nowhere"} == {
            (node.key,) for node in nodes if node.key not in tails and node.kind != "impact"
        }, seed
        circled += bool(expected)
    assert 50 < circled < 200


def test_what_can_be_reached_is_what_steps_lead_to():
    after = successors([1, 2, 3, 4], [(1, 2), (2, 3), (3, 1), (9, 4)])

    assert (reachable(after, [1]), reachable(after, [4])) == ({1, 2, 3}, {4})


def test_a_finding_tells_its_problem_and_its_nodes():
    assert examine([Node(1, "impact")], []) == [
        Finding("nothing_leads_to", (1,)),
        Finding("no_indicator", (1,)),
    ]
