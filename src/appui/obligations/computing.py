"""What is due, computed from the rules and kept as rows; undone ones move, done ones stay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from appui.funding.models import Agreement, AgreementStatus, Amendment
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.obligations.due import DueDay, Span, due_days
from appui.obligations.models import Obligation, ObligationRule, Shift, Subject, TreatyDuty
from appui.registry.models import Organisation
from appui.registry.queries import match_organisations

AHEAD = timedelta(days=400)  # a duty of each year is always there once, more than a year before
VERBS = (
    gettext_noop("became due"),
    gettext_noop("moved to another day"),
    gettext_noop("no longer due"),
    gettext_noop("due again"),
)


@dataclass(slots=True)
class Computed:
    """What a computation changed; the rows by what happened to them."""

    added: list[Obligation] = field(default_factory=list)
    moved: list[Obligation] = field(default_factory=list)
    lapsed: list[Obligation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What rules bind: an agreement or a treaty that is followed."""

    subject: Agreement | TreatyDuty
    span: Span
    responsible_id: int | None

    @property
    def link(self) -> dict[str, Any]:
        name = "agreement" if isinstance(self.subject, Agreement) else "duty"
        return {name: self.subject}


def compute_organisation(owner: Organisation, *, by: Reader, today: date) -> Computed:
    """Reckon what every signed agreement and treaty of ``owner`` asks; a second time is nothing.

    Each agreement is a transaction of its own.
    """
    report = Computed()
    _compute(owner, _Rules.of([owner.pk]), report, by, today)
    return report


def _compute(
    owner: Organisation, rules: "_Rules", report: Computed, by: Reader, today: date
) -> None:
    agreements = Agreement.objects.filter(owner=owner, status=AgreementStatus.SIGNED)
    for agreement in agreements.select_related("donor", "proposal").order_by("pk"):
        _reckon(agreement, rules, report, by, today, None)
    for duty in TreatyDuty.objects.filter(owner=owner).order_by("pk"):
        _reckon(duty, rules, report, by, today, None)


def compute_all(*, by: Reader, today: date) -> Computed:
    """Reckon what is due in every organisation that works in Appui."""
    report = Computed()
    owners = list(Organisation.objects.standing().filter(is_workspace=True).order_by("pk"))
    rules = _Rules.of([owner.pk for owner in owners])
    for owner in owners:
        _compute(owner, rules, report, by, today)
    return report


def compute_agreement(
    agreement: Agreement, amendment: Amendment | None, by: Reader, today: date
) -> None:
    """Reckon what one agreement asks, after it was signed or amended; one that ended keeps what
    is due as it was."""
    if agreement.status == AgreementStatus.SIGNED:
        rules = _Rules.of([agreement.owner_id])
        _reckon(agreement, rules, Computed(), by, today, amendment)


def compute_duty(duty: TreatyDuty, *, by: Reader, today: date) -> None:
    """Reckon what one treaty asks of an organisation."""
    _reckon(duty, _Rules.of([duty.owner_id]), Computed(), by, today, None)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of some organisations and of Appui, with the donors that their names find."""

    rows: Sequence[ObligationRule]
    donors: Mapping[str, int]

    @classmethod
    def of(cls, owners: Iterable[int]) -> "_Rules":
        rows = list(
            ObligationRule.objects.filter(Q(owner=None) | Q(owner__in=list(owners)))
            .select_related("donor")
            .order_by("pk")
        )
        names = {rule.donor_name for rule in rows if rule.donor_name}
        found = match_organisations(names) if names else {}
        return cls(rows, {name: standing.pk for name, standing in found.items()})

    def binding(self, subject: Agreement | TreatyDuty) -> list[ObligationRule]:
        """The rules that bind it."""
        mine = [rule for rule in self.rows if rule.owner_id in (None, subject.owner_id)]
        if isinstance(subject, TreatyDuty):
            return [
                rule
                for rule in mine
                if rule.subject == Subject.TREATY and rule.treaty == subject.treaty
            ]
        return [
            rule
            for rule in mine
            if rule.subject == Subject.AGREEMENT and self._binds(rule, subject)
        ]

    def _binds(self, rule: ObligationRule, agreement: Agreement) -> bool:
        donor = agreement.donor.standing_id
        fund = agreement.proposal.fund_id if agreement.proposal else None
        return (
            (rule.donor is None or rule.donor.standing_id == donor)
            and (not rule.donor_name or self.donors.get(rule.donor_name) == donor)
            and (rule.fund_id is None or rule.fund_id == fund)
            and (not rule.kind or rule.kind == agreement.kind)
        )


def _of_agreement(agreement: Agreement) -> _Bound:
    planned = agreement.tranches.exclude(due_on=None).values_list("number", "due_on")
    span = Span(
        signed_on=agreement.signed_on,
        starts_on=agreement.starts_on or agreement.signed_on,
        ends_on=agreement.ends_on,
        tranches=[(number, day) for number, day in planned if day is not None],
    )
    return _Bound(
        agreement, span, agreement.proposal.responsible_id if agreement.proposal else None
    )


def _of_duty(duty: TreatyDuty) -> _Bound:
    span = Span(signed_on=duty.starts_on, starts_on=duty.starts_on, ends_on=duty.ends_on)
    return _Bound(duty, span, duty.responsible_id)


@transaction.atomic
def _reckon(
    subject: Agreement | TreatyDuty,
    rules: _Rules,
    report: Computed,
    by: Reader,
    today: date,
    amendment: Amendment | None,
) -> None:
    """Bring the rows of one agreement or treaty to what the rules say now."""
    audit.hold(subject)
    bound = _of_agreement(subject) if isinstance(subject, Agreement) else _of_duty(subject)
    rows = {
        (row.rule_id, row.occurrence): row
        for row in Obligation.objects.filter(**bound.link).select_related("rule")
    }
    wanted: dict[tuple[int, int], tuple[ObligationRule, DueDay]] = {}
    for rule in rules.binding(subject):
        for item in due_days(rule.as_rule(), bound.span, until=today + AHEAD):
            wanted[rule.pk, item.key] = (rule, item)
    for place, (rule, item) in wanted.items():
        row = rows.get(place)
        if row is None:
            report.added.append(_add(bound, rule, item, by))
        elif row.done_on is None and row.waived_on is None:
            _move(row, rule, item, report, by, amendment)
    for place, row in rows.items():
        if place not in wanted and row.is_open:
            _change(row, None, by, amendment, verb="no longer due", lapsed_on=today)
            report.lapsed.append(row)


def _add(bound: _Bound, rule: ObligationRule, item: DueDay, by: Reader) -> Obligation:
    row = Obligation(
        owner_id=bound.subject.owner_id,
        rule=rule,
        occurrence=item.key,
        responsible_id=bound.responsible_id,
        **_days(rule, item),
        **bound.link,
    )
    return audit.create(row, by=by, verb="became due")


def _days(rule: ObligationRule, item: DueDay) -> dict[str, Any]:
    remind_on = item.on - timedelta(days=rule.remind_days)
    return {"due_on": item.on, "anchor_on": item.anchor_on, "remind_on": remind_on}


def _move(
    row: Obligation,
    rule: ObligationRule,
    item: DueDay,
    report: Computed,
    by: Reader,
    amendment: Amendment | None,
) -> None:
    days = _days(rule, item)
    if row.lapsed_on is not None:
        _change(row, item.on, by, amendment, verb="due again", lapsed_on=None, **days)
        report.added.append(row)
    elif row.due_on != item.on:
        _change(row, item.on, by, amendment, verb="moved to another day", **days)
        report.moved.append(row)
    elif row.remind_on != days["remind_on"] or row.anchor_on != item.anchor_on:
        audit.update(row, by=by, **days)


def _change(
    row: Obligation,
    after: date | None,
    by: Reader,
    amendment: Amendment | None,
    *,
    verb: str,
    **fields: Any,
) -> None:
    """Write the new day and keep the earlier one, with what moved it."""
    before = None if row.lapsed_on is not None else row.due_on
    Shift.objects.create(obligation=row, before=before, after=after, amendment=amendment)
    audit.update(row, by=by, verb=verb, **fields)
