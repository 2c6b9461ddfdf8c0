"""Pages of the quarantine: amounts far from their reporter's others, for a person to judge."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence.judging import actions, forms, queries, rules
from appui.intelligence.judging.queries import Held
from appui.intelligence.judging.words import OUTLIERS, STANDINGS
from appui.intelligence.models import AmountJudgement
from appui.intelligence.published import published
from appui.intelligence.words import FLOW_TYPES, SOURCES
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, fetch
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version

HISTORY = 100
TONES = {"waiting": "wait", "kept-out": "plain", "released": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One amount as shown; ``acts`` are what may be done with it, each with its address."""

    amount: Held
    why: str
    kind: str
    source: str
    place: str
    standing: str
    tone: str
    judged: AmountJudgement | None
    acts: list[tuple[str, str]]


def quarantine(request: PageRequest) -> HttpResponse:
    """What waits, what was judged, and how much money each is."""
    corpus = published()
    held = queries.held(corpus)
    standing = {
        item.mark: item for item in AmountJudgement.objects.visible_to(request.reader).standing()
    }
    verdicts = ("waiting", "kept-out", "released")
    sums = {
        key: sum((abs(item.usd) for item in held if item.verdict == key), Decimal(0))
        for key in verdicts
    }
    counts = {key: sum(item.verdict == key for item in held) for key in verdicts}
    context = {
        "held": [_shown(item, standing.get(item.mark)) for item in held],
        "totals": [(STANDINGS[key], counts[key], sums[key]) for key in verdicts],
        "is_empty": corpus.is_empty,
        "is_behind": queries.is_behind(corpus),
        "may_judge": rules.may_judge(request.reader),
        "history": AmountJudgement.objects.visible_to(request.reader)[:HISTORY],
    }
    return render(request, "intelligence/quarantine.html", context)


def _shown(held: Held, judged: AmountJudgement | None) -> Row:
    address = reverse("intelligence:quarantine_judge", args=[held.mark])
    offered = {
        "released": (_("Count it"), f"{address}?verdict=released"),
        "kept-out": (_("Keep it out"), f"{address}?verdict=kept-out"),
    }
    acts = [act for verdict, act in offered.items() if verdict != held.verdict]
    if judged is not None:
        acts.append((_("Undo"), reverse("intelligence:quarantine_undo", args=[judged.pk])))
    return Row(
        amount=held,
        why=why(held),
        kind=str(FLOW_TYPES.get(held.flow_type, held.flow_type)),
        source=str(SOURCES.get(held.source, held.source)),
        place=_place(held),
        standing=str(STANDINGS[held.verdict]),
        tone=TONES[held.verdict],
        judged=judged,
        acts=acts,
    )


def _place(held: Held) -> str:
    return f"{held.file.rsplit('/', 1)[-1]}:{held.line}"


def why(held: Held) -> str:
    """Why the amount was held, in words with its numbers."""
    if held.usual is None or held.reason != "outlier":
        return str(OUTLIERS[held.reason])
    return str(OUTLIERS[held.reason]) % {
        "times": formats.number(held.times or 0),
        "usual": formats.money(held.usual, "USD", short=True),
    }


def quarantine_judge(request: PageRequest, mark: str) -> HttpResponse:
    """Count an amount, or keep it out, and say why; the totals follow at once."""
    require(rules.may_judge(request.reader))
    corpus = published()
    held = queries.held_amount(corpus, mark)
    if held is None:
        raise Missing(_("No amount of the quarantine is at this address any more."))
    back = reverse("intelligence:quarantine")

    def act(data: dict[str, Any]) -> str:
        actions.judge_amount(held, by=request.reader, **without_version(data))
        actions.bring_up_to_date(corpus, by=request.reader)
        return back

    return form_page(
        request,
        forms.AmountForm,
        act=act,
        title=_("Judge an amount"),
        lead=f"{formats.money(held.usd, 'USD')} · {held.reporter}",
        submit=_("Save"),
        cancel=back,
        initial={"verdict": request.GET.get("verdict", "")},
        success=_("Judged: totals say so now."),
        template="intelligence/quarantine_judge.html",
        facts=_facts(held),
    )


def _facts(held: Held) -> list[Fact]:
    return [
        Fact(_("Why it waits"), why(held)),
        Fact(_("As published"), formats.money(held.amount, held.currency or "")),
        Fact(_("Kind of flow"), FLOW_TYPES.get(held.flow_type, held.flow_type)),
        Fact(_("Date"), held.day, "date"),
        Fact(_("Donor"), held.donor),
        Fact(_("Said by"), held.reporter),
        Fact(_("Activity"), held.title or held.identifier),
        Fact(_("File and line"), _place(held)),
    ]


def quarantine_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Take a judgement back: the amount waits again, the totals follow at once."""
    require(rules.may_judge(request.reader))
    judged = fetch(AmountJudgement.objects.visible_to(request.reader), pk=pk)
    back = reverse("intelligence:quarantine")

    def act(data: dict[str, Any]) -> str:
        actions.undo_amount(judged, by=request.reader, **without_version(data))
        actions.bring_up_to_date(published(), by=request.reader)
        return back

    return form_page(
        request,
        forms.UndoForm,
        act=act,
        title=_("Undo a judgement"),
        lead=str(judged),
        submit=_("Undo"),
        cancel=back,
        success=_("Undone: the amount waits again."),
    )
