"""What a movement may never do: overdraw an earmark, pay a project beyond what is allocated."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.treasury.balances import Balances, Entry, freedom, lowest, payment, promise
from appui.treasury.models import Earmark, Grant, Movement
from appui.ui import formats

Measure = Callable[[str, Decimal], Decimal]


def refuse_overdrawing(earmark: Earmark, made: Movement) -> None:
    """Raise ``Invalid`` when the movement would leave less than nothing on its day or later."""
    later = list(
        Movement.objects.filter(earmark=earmark, date__gt=made.date).values_list(
            "date", "kind", "amount", "activity_id"
        )
    )
    of_all = [row[:3] for row in later]
    least = _least(freedom, earmark.balances, made, of_all)
    if least is not None:
        text = _("Only %(left)s of “%(earmark)s” is available on %(day)s: %(asked)s is too much.")
        _refuse(text, earmark, made, least)
    if made.activity_id is None:
        return
    grant = Grant.objects.filter(earmark=earmark, activity=made.activity_id).first()
    sums = grant.balances if grant else Balances()
    of_project = [row[:3] for row in later if row[3] == made.activity_id]
    least = _least(promise, sums, made, of_project)
    if least is not None:
        text = _(
            "Only %(left)s is allocated to this project and not yet paid on %(day)s: "
            "%(asked)s is too much."
        )
        _refuse(text, earmark, made, least)
    least = _least(payment, sums, made, of_project)
    if least is not None:
        text = _("Only %(left)s was paid to this project by %(day)s: %(asked)s is too much.")
        _refuse(text, earmark, made, least)


def _least(measure: Measure, sums: Balances, made: Movement, later: list[Entry]) -> Decimal | None:
    """What there is when the movement would take more, else None."""
    change = measure(made.kind, made.amount)
    if change >= 0:
        return None
    balances: dict[Measure, Decimal] = {
        freedom: sums.available,
        promise: sums.to_pay,
        payment: sums.paid,
    }
    now = balances[measure]
    least = lowest(now, measure, later)
    return least if least + change < 0 else None


def _refuse(text: str, earmark: Earmark, made: Movement, left: Decimal) -> None:
    said = text % {
        "left": formats.money(left, earmark.currency),
        "asked": formats.money(abs(made.amount), earmark.currency),
        "earmark": earmark,
        "day": formats.day(made.date),
    }
    raise Invalid(said, {"reason" if made.reverses_id else "amount": said})
