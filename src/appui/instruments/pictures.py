"""Charts of a sheet."""

from decimal import Decimal

from django.utils.translation import gettext as _

from appui.instruments import words
from appui.instruments.engine.cash import Party
from appui.instruments.engine.rates import present_value
from appui.instruments.sheet import Sheet
from appui.ui import charts, formats


def who_pays(sheet: Sheet) -> str:
    """What payer, State and partners pay under each option, as present values, as SVG."""
    base, rate = sheet.programme.first_year, sheet.programme.discount
    rows = []
    for number, row in enumerate(sheet.done, 1):
        for party in (Party.PAYER, Party.STATE, Party.PARTNER):
            paid = -present_value(row.outcome.plan.cash.of(party), rate, base)
            rows.append((str(number), str(words.PARTIES[party]), max(Decimal(0), paid)))
    return charts.stacked_bars(rows, unit=sheet.currency, language=formats.language(), width=460)


def received(sheet: Sheet) -> str:
    """Cash to the programme, summed up to each year, under each option and as needed, as SVG."""
    series = [(_("Needed"), dict(sheet.programme.need))]
    series += [
        (str(number), dict(row.outcome.plan.cash.of(Party.PROGRAMME)))
        for number, row in enumerate(sheet.done, 1)
    ]
    years = sorted({year for _name, flows in series for year in flows})
    rows = []
    for name, flows in series:
        total = Decimal(0)
        for year in range(years[0], years[-1] + 1):
            total += flows.get(year, Decimal(0))
            rows.append((str(year), name, total))
    return charts.lines(rows, unit=sheet.currency, language=formats.language(), width=460)
