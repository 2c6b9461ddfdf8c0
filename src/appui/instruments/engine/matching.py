"""Matching fund: the payer adds to what others give, up to a cap; the money goes down a list.

Formulas: matchₜ = min(m × raisedₜ, cap left); leverage = raised ÷ match; earmarked gifts go to
their own priority, free money down the list of priorities. With a the share of the raised money
that would not have come without the match, the payer saves a × raised − fees against a grant, so
the break-even is a* = (fees + idle money) ÷ raised.

Source: International Trust Fund (ITF Enhancing Human Security), reports on donors: the United
States matched each dollar of others; gifts earmarked by country, activity, minefield or agency, the
rest down the priority list. On whether matched gifts are new: D. Karlan and J. List, "Does price
matter in charitable giving?", American Economic Review 97 (5), 2007.
"""

from __future__ import annotations

from decimal import Decimal

from appui.instruments.engine.cash import Cash, Figure, Party, Served, paid_out
from appui.instruments.engine.outcome import (
    Bearers,
    BreakEven,
    Condition,
    Instrument,
    Judgement,
    Risk,
    Weighed,
)
from appui.instruments.engine.parameters import Kind, Parameter, Values
from appui.instruments.engine.programme import Programme, added, minus
from appui.instruments.engine.rates import ONE, ZERO, present_value
from appui.kernel.money import cents

PARAMETERS = (
    Parameter("raised", Kind.BY_YEAR),
    Parameter("ratio", Kind.RATIO, ONE),
    Parameter("cap", Kind.AMOUNT, optional=True),
    Parameter("fee", Kind.SHARE, ZERO),
    Parameter("additional", Kind.SHARE, ONE),
    Parameter("priorities", Kind.BY_NAME, optional=True),
    Parameter("earmarks", Kind.BY_NAME, optional=True),
)


def matched(values: Values) -> dict[int, Decimal]:
    """What the payer adds by year."""
    left = values.number("cap") if values.has("cap") else None
    found = {}
    for year, raised in sorted(values.years("raised").items()):
        match = cents(raised * values.number("ratio"))
        match = match if left is None else min(match, left)
        left = None if left is None else left - match
        found[year] = match
    return found


def waterfall(values: Values, money: Decimal) -> tuple[Served, ...]:
    """Who gets what of ``money``: earmarks first, then down the list; priorities in the order
    given. Earmarks beyond the money are cut from the last."""
    earmarks, served = values.names("earmarks"), []
    left = money
    tied = {}
    for name, amount in earmarks.items():
        tied[name] = min(amount, left)
        left -= tied[name]
    priorities = values.names("priorities")
    for name, need in {**priorities, **{n: ZERO for n in tied if n not in priorities}}.items():
        own = tied.get(name, ZERO)
        used = min(own, need)
        free = min(left, need - used)
        left -= free
        served.append(Served(name, need, used, free, own - used))
    return tuple(served)


def cash(programme: Programme, values: Values, delivered: Decimal) -> Cash:
    """Others give, the payer matches, the fund takes its fee and pays out what is needed."""
    raised, match = values.years("raised"), matched(values)
    pool = added(raised, match)
    fees = {year: cents(amount * values.number("fee")) for year, amount in pool.items()}
    free = added(pool, minus(fees))
    received, held = paid_out(free, programme.need, {*pool, *programme.need})
    parties = {
        Party.PAYER: minus(match),
        Party.PARTNER: minus(raised),
        Party.FUND: held,
        Party.PROGRAMME: received,
    }
    given, others = sum(match.values(), ZERO), sum(raised.values(), ZERO)
    served = waterfall(values, sum(free.values(), ZERO))
    figures = (
        Figure("matched", "amount", given),
        Figure("raised", "amount", others),
        Figure("leverage", "ratio", others / given if given else None),
        Figure("stranded", "amount", sum((item.beyond for item in served), ZERO)),
    )
    share = ONE - values.number("additional")
    anyway = {year: amount * share for year, amount in raised.items()}
    shown = figures if served else figures[:3]
    return Cash(parties, {"fees": fees}, anyway=anyway, figures=shown, served=served)


def bearers(_values: Values) -> Bearers:
    """Money comes only as others give, so the programme waits and may get less."""
    return {
        Risk.PERFORMANCE: (Party.PAYER, Party.PARTNER),
        Risk.PRICE: (Party.PROGRAMME,),
        Risk.CURRENCY: (Party.PROGRAMME,),
        Risk.LIQUIDITY: (Party.PROGRAMME,),
        Risk.DEFAULT: (Party.PROGRAMME,),
    }


def judge(programme: Programme, values: Values, plan: Weighed) -> Judgement:
    """The share of new money at which matching costs the payer as much as a grant."""
    base, rate = programme.first_year, programme.discount
    raised = present_value(values.years("raised"), rate, base)
    even = (plan.payer + raised - plan.received) / raised if raised else None
    usable = even is not None and even <= 1
    now = values.number("additional")
    ratio, fee = values.number("ratio"), values.number("fee")
    whole = (ONE + ratio) * (ONE - fee)
    wanted = programme.total / whole if whole else None
    others = sum(values.years("raised").values(), ZERO)
    got = sum(plan.cash.of(Party.PROGRAMME).values(), ZERO)
    asked = sum((cents(r * ratio) for r in values.years("raised").values()), ZERO)
    given = sum(matched(values).values(), ZERO)
    stranded = sum((item.beyond for item in plan.cash.served), ZERO)
    worse = (
        Condition(
            "matching_not_new",
            (Figure("share", "percent", even),),
            even is not None and now < even,
        ),
        Condition(
            "matching_short",
            (Figure("wanted", "amount", wanted), Figure("raised", "amount", others)),
            got < programme.total,
        ),
        Condition(
            "matching_cap",
            (
                Figure("cap", "amount", values.number("cap")),
                Figure("lost", "amount", asked - given),
            ),
            asked > given,
        ),
        Condition("matching_stranded", (Figure("stranded", "amount", stranded),), stranded > 0),
    )
    kept = tuple(item for item in worse if _speaks(item.code, values))
    break_even = BreakEven(
        "additional", "percent", even if usable else None, now, "below", "" if usable else "dearer"
    )
    return Judgement(break_even, kept)


def _speaks(code: str, values: Values) -> bool:
    """Whether a condition makes sense with what was given."""
    if code == "matching_cap":
        return values.has("cap")
    return code != "matching_stranded" or values.has("earmarks")


MATCHING = Instrument("matching", PARAMETERS, cash, bearers, judge)
