"""Theories of change: drawn in the browser, tested, sent and read whole."""

import json

import pytest
from django.urls import reverse
from tests.factories import error_text, key, make_node, make_theory, make_user_with_role

from appui.design import actions, words
from appui.design.drawing import draw, wrapped
from appui.design.models import Link, Node, Theory
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def theory(activity):
    return make_theory(activity)


def arrow(tail, head):
    return tail.theory.links.create(tail=tail, head=head)


def sentences(theory):
    return [said.sentence for said in words.findings(theory)]


def test_the_page_of_a_project_begins_a_theory_once(page, activity):
    url = reverse("design:project_theory", args=[activity.pk])

    answers = [page.post(url, {"idempotency_key": key()}) for _time in range(2)]

    theory = Theory.objects.get()
    assert [answer.status_code for answer in answers] == [303, 302]
    assert {answer.url for answer in answers} == {theory.get_absolute_url()}


def test_nodes_and_arrows_are_added_changed_and_removed_in_the_browser(page, theory):
    def send(name, pk, **fields):
        return page.post(reverse(f"design:{name}", args=[pk]), {"idempotency_key": key(), **fields})

    send("node_add", theory.pk, kind="activity", text_en="Train people")
    send("node_add", theory.pk, kind="output", text_en="People are trained")
    first, second = Node.objects.all()
    assert (first.key, second.key) == ("n1", "n2")
    send("link_add", theory.pk, tail=first.pk, head=second.pk)
    link = Link.objects.get()
    send("node_add", theory.pk, kind="assumption", text_en="They come", about=f"link-{link.pk}")
    assumption = Node.objects.get(kind="assumption")
    assert assumption.about_link == link

    shown = page.get(theory.get_absolute_url()).content.decode()
    assert "“People are trained” has no indicator." in shown
    assert "The assumption “They come” has no evidence." in shown
    assert (shown.count('class="node '), shown.count('class="mark"')) == (3, 1)

    send("node_edit", second.pk, kind="output", text_en="Trained", indicator_en="How many")
    send("link_remove", link.pk)
    send("node_remove", first.pk)
    assert [str(node) for node in Node.objects.all()] == ["Trained", "They come"]
    assert Node.objects.get(kind="assumption").about_link is None


def test_an_assumption_leads_nowhere_and_only_it_is_about_something(page, theory):
    done, assumed = make_node(theory), make_node(theory, "assumption")

    drawn = page.post(
        reverse("design:link_add", args=[theory.pk]),
        {"idempotency_key": key(), "tail": assumed.pk, "head": done.pk},
    )
    about = page.post(
        reverse("design:node_add", args=[theory.pk]),
        {
            "idempotency_key": key(),
            "kind": "output",
            "text_en": "A",
            "about": f"node-{done.pk}",
        },
    )

    assert list(drawn.context["form"].errors) == ["tail"]
    assert list(about.context["form"].errors) == ["about"]
    assert error_text(about) == "Only an assumption is about a node or an arrow."


def test_an_arrow_is_drawn_once_and_never_to_itself(theory, editor):
    one, other = make_node(theory), make_node(theory)
    actions.add_link(theory, by=editor, tail=one, head=other)

    with pytest.raises(Invalid, match="drawn already"):
        actions.add_link(theory, by=editor, tail=one, head=other)
    with pytest.raises(Invalid, match="does not lead to itself"):
        actions.add_link(theory, by=editor, tail=one, head=one)


def test_a_node_with_arrows_becomes_no_assumption(theory, editor):
    one, other = make_node(theory), make_node(theory)
    actions.add_link(theory, by=editor, tail=one, head=other)

    with pytest.raises(Invalid, match="remove them first"):
        actions.change_node(one, by=editor, kind="assumption")


def test_a_circle_is_said_in_order_and_drawn_apart(theory):
    one, other = make_node(theory, text="A"), make_node(theory, text="B", indicator={"en": "x"})
    arrow(one, other)
    arrow(other, one)

    said = words.findings(theory)
    drawing = draw(theory, [item.finding for item in said], mirrored=False)

    assert sentences(theory) == [
        "These lead round in a circle: “A” → “B” → “A”.",
        "No activity leads to the output “A”.",
        "No activity leads to the output “B”.",
        "“A” has no indicator.",
    ]
    assert [item.is_wrong for item in drawing.arrows] == [True, True]


def test_the_drawing_is_mirrored_for_those_who_read_from_the_right(theory):
    arrow(make_node(theory, "input"), make_node(theory, "impact"))

    plain, mirrored = (draw(theory, [], mirrored=way) for way in (False, True))

    assert plain.boxes[0].x < plain.boxes[1].x
    assert [box.x for box in mirrored.boxes] == [
        plain.width - box.x - box.width for box in plain.boxes
    ]


def test_an_arabic_page_draws_from_the_right(client, owner, theory):
    arrow(make_node(theory, "input"), make_node(theory, "impact"))
    client.force_login(make_user_with_role(Role.READER, owner, language="ar"))

    shown = client.get(theory.get_absolute_url())

    boxes = shown.context["drawing"].boxes
    assert '<html lang="ar" dir="rtl"' in shown.content.decode()
    assert boxes[0].x > boxes[1].x


def test_long_texts_are_cut_in_lines_and_end_visibly():
    assert wrapped("Land is released to those who farm it") == [
        "Land is released to those",
        "who farm it",
    ]
    assert wrapped("word " * 80)[-1].endswith("…")
    assert len(wrapped("word " * 80)) == 7


GRAPH = {
    "nodes": [
        {"key": "train", "kind": "activity", "text": {"en": "Train"}},
        {
            "key": "trained",
            "kind": "output",
            "text": {"en": "Trained", "ar": "مدرَّبون"},
            "indicator": {"en": "How many"},
        },
        {
            "key": "safe",
            "kind": "impact",
            "text": {"en": "Safe"},
            "indicator": {"en": "Accidents"},
        },
        {
            "key": "come",
            "kind": "assumption",
            "text": {"en": "They come"},
            "evidence": {"en": "They came"},
            "about_arrow": ["train", "trained"],
        },
    ],
    "arrows": [{"tail": "train", "head": "trained"}, {"tail": "trained", "head": "safe"}],
}


def put(page, activity, graph):
    return page.put(f"/api/activities/{activity.pk}/theory", graph, "application/json")


def test_a_graph_sent_is_read_back_and_can_be_sent_again(page, activity):
    answer = put(page, activity, GRAPH)
    assert answer.status_code == 200
    read = page.get(f"/api/activities/{activity.pk}/theory").json()

    assert read == answer.json()
    assert read["findings"] == []
    assert read["arrows"] == GRAPH["arrows"]
    assert [node["key"] for node in read["nodes"]] == ["train", "trained", "safe", "come"]
    assert read["nodes"][3]["about_arrow"] == ["train", "trained"]
    keys = list(Node.objects.values_list("pk", flat=True))
    again = put(page, activity, {name: read[name] for name in ("version", "nodes", "arrows")})
    assert again.json() == read
    assert list(Node.objects.values_list("pk", flat=True)) == keys


def test_a_graph_sent_anew_changes_removes_and_adds(page, activity):
    put(page, activity, GRAPH)
    graph = json.loads(json.dumps(GRAPH))
    graph["nodes"][1]["indicator"] = {}
    graph["nodes"][3] |= {"about_arrow": None, "about": "safe"}
    graph["nodes"].append({"key": "teach", "kind": "activity", "text": {"en": "Teach"}})
    graph["nodes"].pop(0)
    graph["arrows"] = [{"tail": "teach", "head": "trained"}, {"tail": "trained", "head": "safe"}]

    read = put(page, activity, graph).json()

    assert sorted(node["key"] for node in read["nodes"]) == ["come", "safe", "teach", "trained"]
    assert [(item["problem"], item["nodes"]) for item in read["findings"]] == [
        ("no_indicator", ["trained"])
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"arrows": [{"tail": "train", "head": "gone"}]}, "needs two nodes of the chain"),
        ({"arrows": [{"tail": "train", "head": "come"}]}, "needs two nodes of the chain"),
        ({"arrows": []}, "about an arrow that is not drawn"),
        ({"nodes": GRAPH["nodes"] + GRAPH["nodes"][:1]}, "stands twice"),
    ],
)
def test_a_broken_graph_is_refused_whole(page, activity, change, sentence):
    answer = put(page, activity, GRAPH | change)

    assert (answer.status_code, sentence in answer.json()["message"]) == (422, True)
    assert (Theory.objects.count(), Node.objects.count()) == (0, 0)


def test_a_graph_that_changed_meanwhile_is_a_conflict(page, activity, editor):
    put(page, activity, GRAPH)
    theory = Theory.objects.get()
    version = theory.version
    actions.add_node(theory, by=editor, kind="input", text={"en": "Money"})

    assert put(page, activity, GRAPH | {"version": version}).status_code == 409
    with pytest.raises(Conflict):
        actions.put_graph(activity, [], [], by=editor, version=version)
    assert Node.objects.count() == 5
