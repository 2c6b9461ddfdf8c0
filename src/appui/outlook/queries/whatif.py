"""The needs of an organisation as the what-if takes them, and shocks as addresses write them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.funding.gap import Kind
from appui.funding.queries import NeedGap
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.outlook.queries.gap import Counted, counted_rows, open_gaps
from appui.outlook.whatif import Delay, Earmark, Exit, Gift, Line, Need, Outcome, Shock, apply
from appui.registry.models import Code, Location, Organisation

MOST = 4


@dataclass(frozen=True, slots=True)
class Question:
    """A shock with the words for it; ``text`` is how an address writes it."""

    text: str
    label: str
    shock: Shock


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The open needs of an organisation, and what each shock does to them."""

    organisation: Organisation
    currency: str
    needs: tuple[Need, ...]
    gaps: tuple[NeedGap, ...]
    donors: tuple[tuple[int, str], ...]
    outcomes: tuple[tuple[Question, Outcome], ...]
    unconverted: int

    @property
    def titles(self) -> dict[str, str]:
        """The title of each need by its key."""
        return {str(gap.need.pk): str(gap.need) for gap in self.gaps}


def what_if(
    organisation: Organisation, texts: Sequence[str], reader: Reader, *, today: date
) -> WhatIf:
    """Each of the asked shocks applied to the open needs; nothing is written.

    ``texts`` as ``exit:12``, ``exit:12:2027``, ``delay:12:18`` (months), ``earmark:12:place:KH``
    or ``earmark:12:pillar:clearance``, 12 being the key of the donor. Raises ``Invalid``.
    """
    gaps = open_gaps(organisation, reader, today=today)
    rows, unknown = counted_rows(gaps, organisation.currency, today=today)
    needs = _needs(gaps, rows)
    donors = _donors(rows)
    asked = [question(text, donors) for text in texts[:MOST]]
    return WhatIf(
        organisation,
        organisation.currency,
        needs,
        tuple(gaps),
        tuple(sorted(donors.items(), key=lambda pair: pair[1])),
        tuple((item, apply(needs, item.shock)) for item in asked),
        unknown,
    )


def question(text: str, donors: dict[int, str]) -> Question:
    """One shock as an address writes it; raises ``Invalid`` with what is wrong."""
    kind, _colon, rest = text.partition(":")
    parts = rest.split(":")
    key = int(parts[0]) if parts[0].isdecimal() and len(parts[0]) < 19 else 0
    if key not in donors:
        raise _unknown(_("No donor with this key has money in these needs."))
    donor, name = str(key), donors[key]
    if kind == "exit" and len(parts) <= 2:
        year = _number(parts[1], 1990, 2100) if parts[1:] and parts[1] else None
        label = (
            _("%(donor)s leaves from %(year)d") % {"donor": name, "year": year}
            if year
            else _("%(donor)s leaves") % {"donor": name}
        )
        return Question(text, label, Exit(donor, year))
    if kind == "delay" and len(parts) == 2:
        months = _number(parts[1], 1, 120)
        label = _("%(donor)s pays %(months)d months later") % {"donor": name, "months": months}
        return Question(text, label, Delay(donor, months))
    if kind == "earmark" and len(parts) == 3 and parts[1] in ("pillar", "place"):
        return _earmark(text, donor, name, parts[1], parts[2])
    raise _unknown(_("Write exit, delay or earmark, as in exit:12, delay:12:18."))


def _earmark(text: str, donor: str, name: str, tie: str, code: str) -> Question:
    clean = code.replace("\x00", "")
    if tie == "pillar":
        found: Code | Location | None = Code.objects.of("Pillar").filter(code=clean).first()
        shock = Earmark(donor, "pillar", clean)
    else:
        found = Location.objects.filter(code=clean.upper()).first()
        shock = Earmark(donor, "place", clean.upper())
    if found is None:
        raise _unknown(_("There is no pillar or place “%(code)s”.") % {"code": clean[:40]})
    label = _("%(donor)s pays only %(where)s") % {"donor": name, "where": found}
    return Question(text, label, shock)


def _unknown(text: str) -> Invalid:
    return Invalid(text, {"s": text})


def _number(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or len(text) > 6 or not least <= int(text) <= most:
        raise _unknown(
            _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        )
    return int(text)


def _needs(gaps: Iterable[NeedGap], rows: Sequence[Counted]) -> tuple[Need, ...]:
    found = []
    for gap in gaps:
        own = [item for item in rows if item.need.pk == gap.need.pk]
        lines = [item for item in own if item.row.kind == Kind.NEED]
        if not lines:
            continue
        spans = [item.row.years for item in lines if item.row.years]
        found.append(
            Need(
                key=str(gap.need.pk),
                years=(min(first for first, _last in spans), max(last for _first, last in spans)),
                lines=tuple(Line(i.amount, i.row.pillar, i.row.place) for i in lines),
                gifts=tuple(_gift(item) for item in own if item.row.kind == Kind.SECURED),
                people=gap.need.beneficiaries,
            )
        )
    return tuple(found)


def _gift(item: Counted) -> Gift:
    row = item.row
    year = row.years[0] if row.years and row.years[0] == row.years[1] and row.donor_id else None
    donor = str(row.donor_id) if row.donor_id else ""
    return Gift(donor, item.amount, row.pillar, row.place, year)


def _donors(rows: Iterable[Counted]) -> dict[int, str]:
    return {
        item.row.donor_id: item.row.donor
        for item in rows
        if item.row.kind == Kind.SECURED and item.row.donor_id
    }


def money(value: Decimal | None) -> str | None:
    """A decimal as the command line and scripts write it."""
    return None if value is None else f"{value:.2f}"
