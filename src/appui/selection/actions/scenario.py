"""Writes of scenarios: money and rules to choose under."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.models import Record
from appui.kernel.verdict import require
from appui.registry.models import Code, Location, Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.selection import rules
from appui.selection.models import Balance, Envelope, EnvelopeYear, Rule, RuleKind, Scenario

P = TypeVar("P", Rule, Balance)
Years = Mapping[int, Decimal]


def draft_scenario(
    *, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any
) -> Scenario:
    """Begin a scenario about the projects of an appraisal."""
    made = Scenario(**fields)
    require(may_edit(made, by))
    require(rules.may_see_results(made.appraisal, by))
    return audit.create(made, by=by, verb="drafted", shared_with=list(shared_with))


@transaction.atomic
def change_scenario(
    scenario: Scenario, *, by: Reader, version: int | None = None, **fields: Any
) -> Scenario:
    """Change its facts; what was computed before stays as it was."""
    audit.hold(scenario)
    require(rules.may_change_scenario(scenario, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(scenario, by, fields)
    require(rules.may_see_results(fields.get("appraisal", scenario.appraisal), by))
    _check_appraisal(scenario, fields)
    return audit.update(scenario, by=by, version=version, **fields)


def _check_appraisal(scenario: Scenario, fields: Mapping[str, Any]) -> None:
    """Rules and runs speak of the projects of one appraisal."""
    other = fields.get("appraisal", scenario.appraisal) != scenario.appraisal
    if other and (scenario.rules.exists() or scenario.runs.exists()):
        text = _("It has rules or choices about the projects of its appraisal: write another one.")
        raise Invalid(text, {"appraisal": text})


@transaction.atomic
def copy_scenario(scenario: Scenario, *, by: Reader, title: Mapping[str, str]) -> Scenario:
    """Another scenario that starts with the same money and rules."""
    require(rules.may_change_scenario(scenario, by))
    names = ("owner", "visibility", "appraisal", "method", "currency", "most_funders", "certainty")
    made = Scenario(title=dict(title), **{name: getattr(scenario, name) for name in names})
    audit.create(made, by=by, verb="drafted", shared_with=list(scenario.shared_with.all()))
    for envelope in scenario.envelopes.prefetch_related("years", "locations", "sectors"):
        _copy_envelope(envelope, made, by)
    for kind in (Rule, Balance):
        for item in kind._default_manager.filter(scenario=scenario):
            own = {
                field.name: getattr(item, field.name)
                for field in kind._meta.concrete_fields
                if field.name not in ("id", "version", "created_at", "updated_at", "scenario")
            }
            audit.create(kind(scenario=made, **own), by=by)
    return made


def _copy_envelope(envelope: Envelope, scenario: Scenario, by: Reader) -> None:
    names = (
        "title",
        "organisation",
        "fund",
        "minimum",
        "maximum",
        "cofinancing",
        "certainty",
    )
    made = Envelope(scenario=scenario, **{name: getattr(envelope, name) for name in names})
    audit.create(
        made,
        by=by,
        verb="envelope added",
        locations=list(envelope.locations.all()),
        sectors=list(envelope.sectors.all()),
    )
    _set_years(made, {item.year: item.amount for item in envelope.years.all()}, by)


@transaction.atomic
def add_envelope(
    scenario: Scenario,
    *,
    by: Reader,
    years: Years,
    locations: Iterable[Location] = (),
    sectors: Iterable[Code] = (),
    **fields: Any,
) -> Envelope:
    """Add money of one funder; ``years`` are whole units of the scenario's currency."""
    _hold(scenario, by)
    _check_money(years, fields)
    made = Envelope(scenario=scenario, **fields)
    audit.create(
        made, by=by, verb="envelope added", locations=list(locations), sectors=list(sectors)
    )
    _set_years(made, years, by)
    _note(scenario, by, "envelope added", made)
    return made


@transaction.atomic
def change_envelope(
    envelope: Envelope, *, by: Reader, years: Years, version: int | None = None, **fields: Any
) -> Envelope:
    """Change its money or what it may pay."""
    _hold(envelope.scenario, by)
    _check_money(years, fields)
    keep_hidden(envelope, by, fields)
    audit.update(envelope, by=by, version=version, **fields)
    _set_years(envelope, years, by)
    _note(envelope.scenario, by, "envelope changed", envelope)
    return envelope


@transaction.atomic
def remove_envelope(envelope: Envelope, *, by: Reader) -> None:
    """Take the money out of the scenario."""
    _hold(envelope.scenario, by)
    _note(envelope.scenario, by, "envelope removed", envelope)
    audit.delete(envelope, by=by)


def _check_money(years: Years, fields: Mapping[str, Any]) -> None:
    """Whole units: the choice is made, and checked, in whole numbers."""
    if not years:
        text = _("Say how much there is, for one year at least.")
        raise Invalid(text, {"years": text})
    parts = {"minimum": fields.get("minimum"), "maximum": fields.get("maximum")}
    for name, amount in (*parts.items(), *(("years", item) for item in years.values())):
        if amount is not None and amount != amount.to_integral_value():
            text = _("Amounts of a scenario are whole units, without cents.")
            raise Invalid(text, {name: text})


def _set_years(envelope: Envelope, years: Years, by: Reader) -> None:
    stored = {item.year: item for item in envelope.years.all()}
    for year, item in stored.items():
        if year not in years:
            audit.delete(item, by=by)
    for year, amount in years.items():
        if year in stored:
            audit.update(stored[year], by=by, amount=amount)
        else:
            audit.create(EnvelopeYear(envelope=envelope, year=year, amount=amount), by=by)


OPPOSITE = {
    RuleKind.MANDATORY: RuleKind.EXCLUDED,
    RuleKind.EXCLUDED: RuleKind.MANDATORY,
}


@transaction.atomic
def add_rule(scenario: Scenario, *, by: Reader, **fields: Any) -> Rule:
    """Add a rule about one project under appraisal, or about two."""
    _hold(scenario, by)
    wanted = {item.pk for item in (fields["activity"], fields.get("other")) if item is not None}
    known = scenario.appraisal.candidates.filter(activity__in=wanted).count()
    if known < len(wanted):
        raise Invalid(_("A rule is about projects of the scenario's appraisal."))
    opposite = OPPOSITE.get(fields["kind"])
    if scenario.rules.filter(kind=opposite, activity=fields["activity"]).exists():
        text = _("A rule says the opposite of “%(name)s”: remove that one first.")
        text %= {"name": fields["activity"]}
        raise Invalid(text, {"kind": text})
    return _hang_on(Rule(scenario=scenario, **fields), by, "rule added")


@transaction.atomic
def add_balance(scenario: Scenario, *, by: Reader, **fields: Any) -> Balance:
    """Add the share that goes to a place or a sector."""
    _hold(scenario, by)
    return _hang_on(Balance(scenario=scenario, **fields), by, "balance added")


@transaction.atomic
def remove_rule(rule: Rule, *, by: Reader) -> None:
    """Drop a rule."""
    _remove(rule, by, "rule removed")


@transaction.atomic
def remove_balance(balance: Balance, *, by: Reader) -> None:
    """Drop a balance."""
    _remove(balance, by, "balance removed")


def _hang_on(part: P, by: Reader, verb: str) -> P:
    audit.create(part, by=by, verb=verb)
    _note(part.scenario, by, verb, part)
    return part


def _remove(part: Rule | Balance, by: Reader, verb: str) -> None:
    _hold(part.scenario, by)
    _note(part.scenario, by, verb, part)
    audit.delete(part, by=by)


def _hold(scenario: Scenario, by: Reader) -> None:
    audit.hold(scenario)
    require(rules.may_change_scenario(scenario, by))


def _note(scenario: Scenario, by: Reader, verb: str, part: Record) -> None:
    audit.record(by, verb, scenario, {part._meta.model_name or "": [None, str(part)]})
    audit.touch(scenario)
