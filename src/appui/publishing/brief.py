"""A need as a brief for a donor: which figures, in which words, resting on which sources."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from appui.evidence.models import Figure, Source
from appui.funding.gap import Kind
from appui.funding.models import Proposal
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.multilingual import LANGUAGES
from appui.needs.models import Need
from appui.publishing import tables
from appui.publishing.content import Brief, BriefFigure, ChartData, Section, Text, Words, plain
from appui.publishing.drawings import chart_of, map_of
from appui.publishing.material import (
    Material,
    cofunders,
    gather,
    problem_figures,
    result_figures,
    rivals,
    shares_by_pillar,
    shares_by_years,
    signed_by,
)
from appui.publishing.notes import Notes
from appui.publishing.pen import Pen
from appui.registry.models import Organisation

VISIBILITY_PILLAR = "communication"
STRENGTHS_SHOWN = 6  # a brief has two pages


def assemble_brief(
    need: Need, *, reader: Reader, language: str, donor: Organisation | None, today: date
) -> Brief:
    """The brief of ``need`` as ``reader`` may see it; raises ``Invalid`` for another language."""
    if language not in LANGUAGES:
        raise Invalid(
            _("A brief is written in one of these languages: %(languages)s.")
            % {"languages": ", ".join(LANGUAGES)},
            {"language": _("Choose one of the languages of the list.")},
        )
    with override(language):
        material = gather(need, reader=reader, donor=donor, today=today)
        notes = Notes(language=language, today=today, readable=material.readable)
        return _Writer(Pen(material.need, language, notes), material, donor, today).brief()


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts in reading order, so that sources are numbered as they are met."""

    pen: Pen
    material: Material
    donor: Organisation | None
    today: date

    def brief(self) -> Brief:
        """All parts; the order of the calls is the order of the sources."""
        pen, dated = self.pen, _("Figures as of %(day)s") % {"day": self.pen.day(self.today)}
        title = self._title()
        opening = (self.ask(), self.problem())
        drawn_map = map_of(pen, self.material, dated)
        middle = (self.results(), self.plan(), self.gap())
        chart = self._chart(dated)
        closing = (self.cofunders(), *self.strengths(), self.visibility(), self.contact())
        return Brief(
            reference=plain(pen.need.reference),
            language=pen.language,
            direction=pen.direction,
            title=title,
            owner=pen.owner,
            donor=plain(self.donor) if self.donor else "",
            as_of=self.today,
            as_of_text=dated,
            words=Words(
                kicker=_("Donor brief"),
                to=plain(_("For: %(donor)s") % {"donor": self.donor}) if self.donor else "",
                sources=_("Sources"),
            ),
            sections=opening + middle + closing,
            sources=pen.notes.notes,
            chart=chart,
            map=drawn_map,
        )

    def ask(self) -> Section:
        """The open asks to the donor; without one, what is missing."""
        pen, need = self.pen, self.pen.need
        texts = [self._asked(ask) for ask in self.material.asks]
        if not texts and self.material.gap.total.need > 0:
            texts.append(self._open_amount())
        if need.needed_by is not None and texts:
            by = _("The money is needed by %(day)s.") % {"day": pen.day(need.needed_by)}
            texts.append(pen.text(by, *pen.cited(None)))
        return pen.section("ask", _("What we ask"), texts=texts)

    def problem(self) -> Section:
        """The summary, at most three figures, and what other publishers say of them."""
        pen = self.pen
        summary = self._summary()
        shown = problem_figures(self.material)
        figures = [pen.figure(figure) for figure in shown]
        return pen.section(
            "problem",
            _problem_title(len(shown)),
            texts=summary,
            figures=figures,
            remarks=self._rivals(shown),
            picture="map",
        )

    def results(self) -> Section:
        """What was done here, and what this donor is known to have given."""
        pen = self.pen
        shown = result_figures(self.material)
        return pen.section(
            "results",
            _("Results so far"),
            texts=self._signed_with_donor(),
            figures=[pen.figure(figure) for figure in shown],
            remarks=self._rivals(shown),
            table=tables.giving_table(pen, self.donor, self.material.giving),
        )

    def plan(self) -> Section:
        """The lines of the need, and who benefits."""
        pen, count = self.pen, self.pen.need.beneficiaries
        texts = []
        if count is not None:
            said = ngettext("%(people)s person benefits.", "%(people)s people benefit.", count)
            people = {"people": pen.number(count)}
            texts.append(pen.text(said % people, *pen.cited(None)))
        table = tables.plan_table(pen, self.material.lines)
        return pen.section("plan", _("Plan and cost"), texts=texts, table=table)

    def gap(self) -> Section:
        """Needed, secured, asked and missing, with what the sums count."""
        pen, gap, title = self.pen, self.material.gap, _("What is missing")
        if gap.total.need <= 0:
            return pen.section("gap", title)
        basis = self._basis()
        needed, secured = self._sources_of(Kind.NEED), self._sources_of(Kind.SECURED)
        figures = [
            BriefFigure(label, pen.amount(value), gap.currency, numbers, tone=tone)
            for label, value, numbers, tone in (
                (_("Needed"), gap.total.need, needed, ""),
                (_("Secured"), gap.total.secured, secured, ""),
                (_("Asked, not yet signed"), gap.total.asked, (pen.record(),), ""),
                (_("Missing"), gap.total.missing, self._gap_sources(), "gap"),
            )
        ]
        return pen.section(
            "gap",
            title,
            texts=basis,
            figures=figures,
            table=tables.shares_table(pen, _("Pillar"), shares_by_pillar(gap))
            or tables.shares_table(pen, _("Years"), shares_by_years(gap)),
            picture="chart",
        )

    def _basis(self) -> list[Text]:
        """What the sums count, and at which rates when any amount was converted."""
        pen, gap = self.pen, self.material.gap
        said = [gap.boundary]
        if any(row.original.currency != gap.currency for row in gap.rows):
            said.append(gap.rate_rule)
        left_out = len(gap.unconverted)
        if left_out:
            said.append(
                ngettext(
                    "%(count)d amount has no exchange rate and is in no figure.",
                    "%(count)d amounts have no exchange rate and are in no figure.",
                    left_out,
                )
                % {"count": left_out}
            )
        return [pen.text(" ".join(said), pen.record())]

    def _sources_of(self, kind: Kind) -> tuple[int, ...]:
        """The publications behind a sum, then the record that holds its rows."""
        pen = self.pen
        found = [
            number
            for row in self.material.gap.rows
            if row.kind == kind and (row.source is None or isinstance(row.source, Source))
            for number in pen.cited(row.source)
        ]
        return tuple(dict.fromkeys([*found, pen.record()]))

    def _gap_sources(self) -> tuple[int, ...]:
        both = self._sources_of(Kind.NEED) + self._sources_of(Kind.SECURED)
        return tuple(dict.fromkeys(both))

    def cofunders(self) -> Section:
        """Who has signed for this need, with how much of it."""
        table = tables.cofunders_table(self.pen, cofunders(self.material.gap))
        return self.pen.section("cofunders", _("Who already pays"), table=table)

    def strengths(self) -> tuple[Section, ...]:
        """What the institution offers, each with its source; left out when nothing is usable."""
        pen = self.pen
        texts = [
            replace(pen.local(entry.text), source_numbers=pen.notes.publication(entry.said_by))
            for entry in self.material.strengths[:STRENGTHS_SHOWN]
        ]
        return (pen.section("strengths", _("What we bring"), texts=texts),) if texts else ()

    def visibility(self) -> Section:
        """What the plan sets aside for communication and visibility."""
        said = _("%(amount)s is planned for communication and visibility, %(years)s.")
        texts = [
            self.pen.text(
                said % {"amount": self.pen.money(line.cost), "years": line.years},
                *self.pen.cited(line.source),
            )
            for line in self.material.lines
            if line.pillar.code == VISIBILITY_PILLAR
        ]
        return self.pen.section("visibility", _("Visibility for the donor"), texts=texts)

    def contact(self) -> Section:
        """The institution, and those of its people whose address is public."""
        pen, owner = self.pen, self.pen.need.owner
        lines: list[tuple[object, ...]] = [(owner, owner.website)]
        lines += [
            (person.name, person.job_title, person.email, person.phone)
            for person in self.material.contacts
        ]
        texts = [pen.text(" · ".join(plain(part) for part in line if part)) for line in lines]
        if not owner.website and not self.material.contacts:
            texts.append(pen.text(_("Address: not stated")))
        return pen.section("contact", _("Contact"), texts=texts)

    def _chart(self, caption: str) -> ChartData | None:
        """The four amounts as bars; None while the need has no cost."""
        if self.material.gap.total.need <= 0:
            return None
        return chart_of(self.pen, self.material.gap, caption, self._gap_sources())

    def _title(self) -> Text:
        """The title; when it holds a figure, with what the need rests on."""
        found = self.pen.local(self.pen.need.title)
        has_figure = any(character.isdigit() for character in found.text)
        return replace(found, source_numbers=self.pen.cited(None)) if has_figure else found

    def _summary(self) -> list[Text]:
        """What the need is, in the words of its owner; nothing when it has none."""
        found = self.pen.local(self.pen.need.summary)
        return [replace(found, source_numbers=self.pen.cited(None))] if found.text else []

    def _asked(self, ask: Proposal) -> Text:
        pen = self.pen
        record = pen.notes.record(
            publisher=pen.owner,
            title=_("Proposal %(reference)s, as recorded in Appui") % {"reference": ask.reference},
            href=ask.get_absolute_url(),
        )
        return pen.text(
            _("We ask %(donor)s for %(amount)s.")
            % {"donor": self.donor, "amount": pen.money(ask.amount, ask.currency)},
            record,
        )

    def _open_amount(self) -> Text:
        pen, gap = self.pen, self.material.gap
        if gap.total.missing <= 0:
            said = _("What is secured covers the whole need.")
            return pen.text(said, *self._gap_sources())
        said = (
            _("%(amount)s is missing. The amount asked of %(donor)s is not stated.")
            if self.donor
            else _("%(amount)s is missing. We ask our partners to help find it.")
        )
        words = said % {"amount": pen.money(gap.total.missing), "donor": self.donor}
        return pen.text(words, *self._gap_sources())

    def _signed_with_donor(self) -> list[Text]:
        if self.donor is None:
            return []
        pen = self.pen
        return [
            pen.text(
                _("%(donor)s signed for %(amount)s on %(day)s.")
                % {
                    "donor": item.name,
                    "amount": pen.money(item.money.amount, item.money.currency),
                    "day": pen.day(item.signed_on or self.today),
                },
                *tables.cofunder_sources(pen, item),
            )
            for item in signed_by(self.material.gap, self.donor)
        ]

    def _rivals(self, shown: list[Figure]) -> list[Text]:
        """What other publishers say of the figures shown."""
        return [
            self.pen.rival(other) for figure in shown for other in rivals(self.material, figure)
        ]


def _problem_title(count: int) -> str:
    if count < 2:
        return _("The problem")
    return ngettext(
        "The problem in %(count)d figure", "The problem in %(count)d figures", count
    ) % {"count": count}
