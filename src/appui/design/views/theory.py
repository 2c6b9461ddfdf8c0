"""Pages of theories of change: the drawing, its test, and the forms that change it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from appui.design import actions, forms, queries, rules, words
from appui.design.drawing import draw
from appui.design.models import Link, Node, NodeKind, Theory
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version


def project_theory(request: PageRequest, pk: int) -> HttpResponse:
    """The theory of change of a project, or the offer to begin one."""
    activity = fetch(Activity.objects.visible_to(request.reader).select_related("owner"), pk=pk)
    known = queries.theories(request.reader).filter(activity=activity).first()
    if known is not None:
        return HttpResponseRedirect(known.get_absolute_url())
    require(may_edit(activity, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.begin_theory(activity, by=request.reader),
        title=_("Begin the theory of change"),
        question=_(
            "Draw how inputs, activities and outputs lead to outcomes and impact, and what you "
            "assume. Appui tests the drawing as it grows."
        ),
        submit=_("Begin"),
        cancel=activity.get_absolute_url(),
        about=activity,
    )


def theory(request: PageRequest, pk: int) -> HttpResponse:
    """The drawing, what its test finds, and the same as a list."""
    obj = fetch(queries.theories(request.reader), pk=pk)
    change = rules.may_change(obj, request.reader)
    found = words.findings(obj)
    activity = shown(obj.activity, request.reader)
    return sheet_page(
        request,
        obj,
        template="design/theory.html",
        title=_("Theory of change"),
        crumbs=[(str(activity), activity.get_absolute_url())] if activity else [],
        buttons=[
            Button(_("Who sees it"), reverse("design:theory_edit", args=[pk]), False, change),
            Button(_("Add an arrow"), reverse("design:link_add", args=[pk]), False, change),
            Button(_("Add a node"), reverse("design:node_add", args=[pk]), True, change),
        ],
        facts=_facts(obj, activity),
        drawing=draw(obj, [said.finding for said in found], mirrored=get_language_bidi()),
        findings=found,
        outline=outline(obj),
        may_change=change,
    )


def _facts(obj: Theory, activity: Activity | None) -> list[Fact]:
    return [
        Fact(_("Project"), activity, href=activity.get_absolute_url() if activity else None),
        Fact(_("Nodes"), len(obj.nodes.all()), "number"),
        Fact(_("Arrows"), len(obj.links.all()), "number"),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in the list: its arrows and what is assumed of it, by number."""

    node: Node
    links: list[Link]
    assumed: list[tuple[int, Node]]
    number: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The nodes of one kind."""

    label: str
    entries: list[Entry]


def outline(obj: Theory) -> list[Group]:
    """The whole graph as a nested list, kind by kind; no query when it was fetched."""
    nodes = list(obj.nodes.all())
    links = list(obj.links.all())
    assumptions = [node for node in nodes if node.kind == NodeKind.ASSUMPTION]
    numbered = list(enumerate(assumptions, 1))
    numbers = {node.pk: number for number, node in numbered}
    groups = []
    for kind in NodeKind:
        entries = [
            Entry(
                node,
                [link for link in links if link.tail_id == node.pk],
                [pair for pair in numbered if pair[1].about_node_id == node.pk],
                numbers.get(node.pk),
            )
            for node in nodes
            if node.kind == kind
        ]
        if entries:
            groups.append(Group(str(kind.label), entries))
    return groups


def theory_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Who sees the theory of change."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.TheoryForm,
        act=lambda data: actions.change_theory(obj, by=request.reader, **data),
        title=_("Who sees the theory of change"),
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def node_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a node to the graph."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.NodeForm,
        act=lambda data: actions.add_node(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add a node"),
        about=obj,
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, **_graph(obj)},
    )


def node_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a node."""
    node = fetch(queries.nodes(request.reader), pk=pk)
    obj = _changeable(request, node.theory_id)
    return form_page(
        request,
        forms.NodeForm,
        act=lambda data: actions.change_node(node, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=_("Change “%(name)s”") % {"name": node},
        about=obj,
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": node, **_graph(obj)},
        template="ui/part_form.html",
        remove_url=reverse("design:node_remove", args=[pk]),
    )


def node_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a node with its arrows."""
    node = fetch(queries.nodes(request.reader), pk=pk)
    obj = _changeable(request, node.theory_id)
    return confirm_page(
        request,
        act=lambda _data: actions.remove_node(node, by=request.reader),
        then=obj.get_absolute_url(),
        title=_("Remove “%(name)s”") % {"name": node},
        question=_("Its arrows go with it. The history keeps what it was."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def link_add(request: PageRequest, pk: int) -> HttpResponse:
    """Draw an arrow from one node to another."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.LinkForm,
        act=lambda data: actions.add_link(obj, by=request.reader, **without_version(data)),
        then=obj.get_absolute_url(),
        title=_("Add an arrow"),
        about=obj,
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        kwargs={"nodes": list(obj.nodes.all())},
        initial={"tail": request.GET.get("tail", "")},
    )


def link_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove an arrow."""
    link = fetch(queries.links(request.reader), pk=pk)
    obj = _changeable(request, link.theory_id)
    return confirm_page(
        request,
        act=lambda _data: actions.remove_link(link, by=request.reader),
        then=obj.get_absolute_url(),
        title=_("Remove an arrow"),
        question=str(link),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def _graph(obj: Theory) -> dict[str, list[Any]]:
    return {"nodes": list(obj.nodes.all()), "links": list(obj.links.all())}


def _changeable(request: PageRequest, pk: int) -> Theory:
    obj = fetch(queries.theories(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return obj
