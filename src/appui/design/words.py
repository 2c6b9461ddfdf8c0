"""What the test of a theory of change found, as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from appui.design import queries
from appui.design.models import Node, Theory
from appui.design.theory import MOST_NODES, Finding, Problem

SENTENCES: dict[Problem, Promise] = {
    "cycle": _("These lead round in a circle: %(nodes)s."),
    "nothing_leads_to": _("Nothing leads to %(nodes)s."),
    "leads_nowhere": _("%(nodes)s leads nowhere."),
    "no_activity": _("No activity leads to the output %(nodes)s."),
    "no_indicator": _("%(nodes)s has no indicator."),
    "unattached": _("The assumption %(nodes)s is assumed of nothing."),
    "no_evidence": _("The assumption %(nodes)s has no evidence."),
    "too_many": _("The graph has more than %(most)d nodes: few people will read it."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as a sentence, with the nodes it is about."""

    finding: Finding
    sentence: str
    nodes: Sequence[Node]


def findings(theory: Theory) -> list[Said]:
    """What the test finds, in words; no query when the graph was fetched."""
    nodes = {node.pk: node for node in theory.nodes.all()}
    return [
        Said(found, sentence(found, nodes), [nodes[key] for key in found.nodes])
        for found in queries.findings(theory)
    ]


def sentence(finding: Finding, nodes: dict[int, Node]) -> str:
    """One finding; a circle is named in the order of its arrows, back to where it began."""
    keys = finding.nodes + (finding.nodes[:1] if finding.problem == "cycle" else ())
    isolate = (
        "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}" if get_language_bidi() else "%s"
    )
    names = " → ".join(gettext("“%(name)s”") % {"name": isolate % nodes[key]} for key in keys)
    return str(SENTENCES[finding.problem]) % {"nodes": names, "most": MOST_NODES}
