"""Writes of comparisons, of what their programme gives, and of their options."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.instruments import rules, words
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.parameters import LARGEST, MOST_YEARS, read_values
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.instruments.written import raw_values, values_text, years_text
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import cents
from appui.kernel.multilingual import localise
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for

VERBS = (
    gettext_noop("outcome added"),
    gettext_noop("outcome changed"),
    gettext_noop("outcome removed"),
    gettext_noop("option added"),
    gettext_noop("option changed"),
    gettext_noop("option removed"),
    gettext_noop("copied"),
)
Years = Mapping[int, Decimal]
COPIED = (
    "need_id",
    "activity_id",
    "currency",
    "cash_need",
    "discount_rate",
    "discount_basis",
    "chance",
    "size",
    "note",
    "source_id",
    "owner_id",
)
MOST_OPTIONS = 12


def begin_comparison(
    *, by: Reader, cash_need: Years, shared_with: Iterable[Organisation] = (), **fields: Any
) -> Comparison:
    """Describe a programme that is to be paid for; ``cash_need`` is amounts by year."""
    comparison = Comparison(cash_need=_cash(cash_need), **fields)
    require(may_edit(comparison, by))
    return audit.create(comparison, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_comparison(
    comparison: Comparison, *, by: Reader, version: int | None = None, **fields: Any
) -> Comparison:
    """Change what a comparison says of its programme."""
    audit.hold(comparison)
    require(rules.may_change(comparison, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    if "cash_need" in fields:
        fields["cash_need"] = _cash(fields["cash_need"])
    keep_hidden(comparison, by, fields)
    return audit.update(comparison, by=by, version=version, **fields)


@transaction.atomic
def copy_comparison(comparison: Comparison, *, by: Reader, reference: str) -> Comparison:
    """The same comparison once more, private, to try other parameters."""
    audit.hold(comparison)
    require(rules.may_copy(comparison, by))
    fields = {name: getattr(comparison, name) for name in COPIED}
    title = {
        language: _("%(title)s (copy)") % {"title": text}
        for language, text in comparison.title.items()
    }
    made = audit.create(
        Comparison(reference=reference, title=title, **fields), by=by, verb="copied"
    )
    parts: list[PlannedOutcome | Option] = [*comparison.outcomes.all(), *comparison.options.all()]
    for part in parts:
        part.pk, part._state.adding, part.version, part.comparison = None, True, 1, made
        audit.create(part, by=by)
    return made


@transaction.atomic
def remove_comparison(comparison: Comparison, *, by: Reader) -> None:
    """Remove a comparison with its options; the trail keeps it."""
    audit.hold(comparison)
    require(rules.may_change(comparison, by))
    audit.delete(comparison, by=by)


@transaction.atomic
def add_outcome(
    comparison: Comparison, *, by: Reader, units: Years, key: str = "", **fields: Any
) -> PlannedOutcome:
    """Say what the programme delivers; a short name left empty is made from the title."""
    audit.hold(comparison)
    require(rules.may_change(comparison, by))
    name = key or slugify(localise(fields.get("title"), "en").text)[:40].strip("-") or "outcome"
    item = PlannedOutcome(comparison=comparison, key=name, units=_units(units), **fields)
    audit.create(item, by=by)
    _tell(comparison, by, "outcome added", None, str(item))
    return item


@transaction.atomic
def change_outcome(
    item: PlannedOutcome, *, by: Reader, version: int | None = None, **fields: Any
) -> PlannedOutcome:
    """Change an outcome; its short name stays, because prices are given by it."""
    audit.hold(item.comparison)
    require(rules.may_change(item.comparison, by))
    fields.pop("key", None)
    if "units" in fields:
        fields["units"] = _units(fields["units"])
    before, seen = str(item), item.version
    if audit.update(item, by=by, version=version, **fields).version != seen:
        _tell(item.comparison, by, "outcome changed", before, str(item))
    return item


@transaction.atomic
def remove_outcome(item: PlannedOutcome, *, by: Reader) -> None:
    """Remove an outcome that no option gives a price for."""
    comparison = item.comparison
    audit.hold(comparison)
    require(rules.may_change(comparison, by))
    used = [option for option in comparison.options.all() if _names(option, item.key)]
    if used:
        raise Invalid(
            _("“%(option)s” gives a price for “%(outcome)s”: change that option first.")
            % {"option": used[0], "outcome": item}
        )
    _tell(comparison, by, "outcome removed", str(item), None)
    audit.delete(item, by=by)


def _names(option: Option, key: str) -> bool:
    tables = {
        parameter.key
        for parameter in INSTRUMENTS[option.instrument].parameters
        if parameter.kind == "by_outcome"
    }
    raw = raw_values(option.parameters)
    return any(key in table for name in tables if isinstance(table := raw.get(name), dict))


@transaction.atomic
def add_option(
    comparison: Comparison,
    *,
    by: Reader,
    instrument: str,
    parameters: Mapping[str, object],
    **fields: Any,
) -> Option:
    """Weigh one more instrument; ``parameters`` are numbers, text or mappings by their keys."""
    audit.hold(comparison)
    require(rules.may_change(comparison, by))
    if comparison.options.count() >= MOST_OPTIONS:
        raise Invalid(_("One sheet compares at most %(count)d options.") % {"count": MOST_OPTIONS})
    if "position" not in fields:
        fields["position"] = comparison.options.count() + 1
    text = _parameters(comparison, instrument, parameters)
    option = Option(comparison=comparison, instrument=instrument, parameters=text, **fields)
    audit.create(option, by=by)
    _tell(comparison, by, "option added", None, str(option))
    return option


@transaction.atomic
def change_option(
    option: Option,
    *,
    by: Reader,
    version: int | None = None,
    parameters: Mapping[str, object],
    **fields: Any,
) -> Option:
    """Change the parameters of an option; it stays with its instrument."""
    audit.hold(option.comparison)
    require(rules.may_change(option.comparison, by))
    keep_hidden(option, by, fields)
    fields["parameters"] = _parameters(option.comparison, option.instrument, parameters)
    before, seen = str(option), option.version
    if audit.update(option, by=by, version=version, **fields).version != seen:
        _tell(option.comparison, by, "option changed", before, str(option))
    return option


@transaction.atomic
def remove_option(option: Option, *, by: Reader) -> None:
    """Remove an option; the trail keeps it."""
    audit.hold(option.comparison)
    require(rules.may_change(option.comparison, by))
    _tell(option.comparison, by, "option removed", str(option), None)
    audit.delete(option, by=by)


def _tell(
    comparison: Comparison, by: Reader, verb: str, before: str | None, after: str | None
) -> None:
    """One line in the trail of the comparison, whose version rises."""
    part = verb.split()[0]
    audit.record(by, verb, comparison, {part: [before, after]})
    audit.touch(comparison)


def _parameters(comparison: Comparison, key: str, given: Mapping[str, object]) -> str:
    """What is stored; raises ``Invalid`` with a sentence for each value that cannot be used."""
    instrument = INSTRUMENTS.get(key)
    if instrument is None:
        text = _("There is no instrument called “%(value)s”.") % {"value": key}
        raise Invalid(text, {"instrument": text})
    names = list(comparison.outcomes.values_list("key", flat=True))
    if instrument.needs_outcomes and not names:
        raise Invalid(_("It is paid by outcome: say first what the programme delivers."))
    values, faults = read_values(instrument.parameters, given, names)
    if faults:
        fields: dict[str, str] = {}
        for found in faults:
            name = words.label(key, found.key)
            fields.setdefault(found.key, words.fault(found, name))
        raise Invalid(" ".join(fields.values()), fields)
    return values_text(values)


def _cash(years: Years) -> str:
    _check(years, "cash_need")
    if not any(years.values()):
        text = _("Say how much cash is needed, in one year at least.")
        raise Invalid(text, {"cash_need": text})
    odd = [year for year, amount in years.items() if amount != cents(amount)]
    if odd:
        text = _("An amount has at most two decimals: look at %(year)s.") % {"year": odd[0]}
        raise Invalid(text, {"cash_need": text})
    return years_text(years)


def _units(years: Years) -> str:
    _check(years, "units")
    return years_text(years)


def _check(years: Years, field: str) -> None:
    text = ""
    if not years:
        text = _("Write one line a year, for example 2026 = 1000000.")
    elif any(not 0 <= amount <= LARGEST for amount in years.values()):
        text = _("Each year has a number from 0 to %(most)s.") % {"most": f"{LARGEST:f}"}
    elif max(years) - min(years) >= MOST_YEARS:
        text = _("The years lie at most %(count)d apart.") % {"count": MOST_YEARS}
    if text:
        raise Invalid(text, {field: text})
