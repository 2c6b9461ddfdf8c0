"""What if a donor leaves, pays later, or ties its money: side by side, nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.outlook.queries.whatif import MOST, Question, WhatIf, what_if
from appui.outlook.views.report import Ask, Part, Report, answer, on_page, workspace
from appui.outlook.whatif import Loss, Outcome
from appui.registry.models import Code, Location
from appui.registry.pages import PageRequest
from appui.ui import formats
from appui.ui.listing import Column
from appui.ui.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One case beside the others; the first is how things stand. ``years`` is empty where no
    cover is left."""

    label: str
    gap: Decimal
    change: Decimal | None
    needs: int | None
    years: str
    people: int | None
    idle: Decimal | None
    remove: str


@dataclass(frozen=True, slots=True)
class LossRow:
    """One need that loses cover in one case."""

    case: str
    title: str
    key: str
    loss: Loss

    @property
    def url(self) -> str:
        """The page of the need."""
        return reverse("needs:need", args=[int(self.key)])


def page(request: PageRequest) -> HttpResponse:
    """``?s=exit:12&s=delay:12:18`` compares cases; ``add=`` with its parts adds one."""
    organisation = workspace(request)
    today = timezone.localdate()
    notes: list[str] = []
    texts = list(dict.fromkeys(request.GET.getlist("s")))
    added = _added(request, notes)
    if added:
        texts = list(dict.fromkeys([*texts, added]))
    if len(texts) > MOST:
        notes.append(_("At most %(count)d cases are compared: the last ones.") % {"count": MOST})
        texts = texts[-MOST:]
    good = _good(request, texts, notes)
    found = what_if(organisation, good, request.reader, today=today)
    lines = _lines(found)
    losses = loss_rows(found)
    loss_columns = _loss_columns(found)
    report = Report(
        title=_("What if"),
        lead=_(
            "What happens to the open needs of “%(name)s” if a donor leaves, pays later or ties "
            "its money. The address holds the question: share it. Nothing is written."
        )
        % {"name": organisation},
        current="outlook:what_if",
        asks=_asks(request, found),
        notes=notes,
        basis=formulas(),
        file=("what-if", loss_columns, losses),
        submit=_("Add this case"),
    )
    if not found.donors:
        report.asks = ()
    report.parts = [
        Part(
            _("Side by side"),
            "cases",
            table=Table(on_page(_line_columns(found, good)), lines) if found.donors else None,
            note=found.currency,
            none=_("No signed agreement is allocated to an open need, so nobody can leave."),
            hint=_("Sign an agreement and give its money to a need."),
            hint_url=reverse("funding:agreement_list"),
            hint_label=_("Agreements"),
        )
    ]
    if good:
        report.parts.append(
            Part(
                _("Needs that lose cover"),
                "needs",
                table=Table(on_page(loss_columns), losses),
                note=found.currency,
                none=_("No need loses cover in these cases."),
            )
        )
    return answer(request, report, "outlook/what_if.html", kept=good)


def formulas() -> str:
    """How the figures of a what-if are made, in sentences."""
    return _(
        "Gap: Σ max(cost − cover, 0) over the open needs. Years: S ÷ (B ÷ c), with S·c the cost of "
        "the work and B the cover a year, that is cost ÷ (secured ÷ years of the need); added "
        "years are after less before, over the needs that lose cover. People: those of the need × "
        "what its gap grows by ÷ its cost. Leaving takes the money of that year and later, and "
        "money without a year; a delay moves twelfths of each year’s money, and what falls after "
        "the last year of a need is lost to it; tied money goes to the matching lines, by what "
        "they lack."
    )


def _added(request: PageRequest, notes: list[str]) -> str:
    """The case that the form adds, as an address writes it; empty, with a note of what is missing,
    where it is not whole."""
    donor, kind = request.GET.get("donor", ""), request.GET.get("kind", "")
    if not donor or kind not in ("exit", "delay", "earmark"):
        return ""
    year, months = (request.GET.get(name, "").strip() for name in ("year", "months"))
    where = request.GET.get("where", "")
    if kind == "exit" and year and not year.isdecimal():
        notes.append(_("Write the year in which it leaves as a number, or leave it empty."))
    elif kind == "exit":
        return f"exit:{donor}:{year}" if year else f"exit:{donor}"
    elif kind == "delay" and not months.isdecimal():
        notes.append(_("Write by how many months it pays later."))
    elif kind == "delay":
        return f"delay:{donor}:{months}"
    elif not where:
        notes.append(_("Choose what it ties its money to."))
    else:
        return f"earmark:{donor}:{where}"
    return ""


def _good(request: PageRequest, texts: Sequence[str], notes: list[str]) -> list[str]:
    """The cases that can be told; each other is named with what is wrong."""
    good = []
    for text in texts:
        try:
            what_if(workspace(request), [text], request.reader, today=timezone.localdate())
        except Invalid as error:
            notes.append(f"“{text[:60]}”: {error}")
        else:
            good.append(text)
    return good


def _asks(request: PageRequest, found: WhatIf) -> list[Ask]:
    kinds = [
        ("exit", _("leaves")),
        ("delay", _("pays later")),
        ("earmark", _("ties its money")),
    ]
    wheres = [("", _("nothing"))]
    pillars = {line.pillar for need in found.needs for line in need.lines if line.pillar}
    places = {line.place for need in found.needs for line in need.lines if line.place}
    wheres += [(f"pillar:{c.code}", str(c)) for c in Code.objects.of("Pillar") if c.code in pillars]
    wheres += [(f"place:{p.code}", str(p)) for p in Location.objects.filter(code__in=places)]
    donors = [(str(key), name) for key, name in found.donors]
    return [
        Ask("donor", _("Donor"), request.GET.get("donor", ""), donors),
        Ask("kind", _("What it does"), request.GET.get("kind", "exit"), kinds),
        Ask("year", _("Leaves from year"), "", kind="number"),
        Ask("months", _("Months later"), "", kind="number"),
        Ask("where", _("Ties it to"), "", wheres),
    ]


def _lines(found: WhatIf) -> list[Line]:
    gap = sum((need.gap for need in found.needs), Decimal(0))
    good = [question.text for question, _outcome in found.outcomes]
    return [
        Line(_("As it stands"), gap, None, None, "", None, None, ""),
        *(_line(question, outcome, good) for question, outcome in found.outcomes),
    ]


def _line(question: Question, outcome: Outcome, texts: Sequence[str]) -> Line:
    left = [text for text in texts if text != question.text]
    return Line(
        question.label,
        outcome.gap_after,
        outcome.gap_after - outcome.gap_before,
        len(outcome.losing),
        years(outcome.added_years),
        outcome.people,
        outcome.idle or None,
        f"?{urlencode({'s': left}, doseq=True)}",
    )


def years(value: Decimal | None) -> str:
    """Added years in words; without cover the work does not end."""
    if value is None:
        return _("no cover is left")
    return f"+{formats.number(value)}" if value > 0 else formats.number(value)


def _line_columns(found: WhatIf, texts: Sequence[str]) -> list[Column]:
    def money(key: str, label: str, value: object) -> Column:
        return Column(key, label, value, "money", currency=lambda _row: found.currency)  # type: ignore[arg-type]

    columns = [
        Column("case", _("Case"), lambda row: row.label),
        money("gap", _("Gap"), lambda row: row.gap),
    ]
    if texts:
        columns += [
            money("change", _("Difference"), lambda row: row.change),
            Column("needs", _("Needs that lose cover"), lambda row: row.needs, "number"),
            Column("years", _("Added years"), lambda row: row.years),
            Column("people", _("People without cover"), lambda row: row.people, "number"),
            money("idle", _("Covers nothing"), lambda row: row.idle),
            Column(
                "remove",
                _("Remove"),
                lambda row: _("Remove") if row.remove else "",
                href=lambda row: row.remove,
            ),
        ]
    return columns


def loss_rows(found: WhatIf) -> list[LossRow]:
    """The needs that lose cover, case by case."""
    titles = found.titles
    return [
        LossRow(question.label, titles[loss.before.key], loss.before.key, loss)
        for question, outcome in found.outcomes
        for loss in outcome.losing
    ]


def _loss_columns(found: WhatIf) -> list[Column]:
    currency = found.currency
    return [
        Column("need", _("Need"), lambda row: row.title, href=lambda row: row.url),
        Column("case", _("Case"), lambda row: row.case),
        Column(
            "before",
            _("Gap before"),
            lambda row: row.loss.before.gap,
            "money",
            currency=lambda _row: currency,
        ),
        Column(
            "after",
            _("Gap after"),
            lambda row: row.loss.after.gap,
            "money",
            currency=lambda _row: currency,
        ),
        Column(
            "change",
            _("Cover lost"),
            lambda row: row.loss.gap_change,
            "money",
            currency=lambda _row: currency,
        ),
        Column("years", _("Added years"), lambda row: years(row.loss.added_years)),
        Column("people", _("People without cover"), lambda row: row.loss.people, "number"),
    ]
