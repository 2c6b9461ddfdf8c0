"""Writes of obligations: fulfil, waive, take back, name who does it; rules and treaties."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.accounts.models import User
from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader, Role
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.obligations import rules
from appui.obligations.computing import Computed, compute_duty, compute_organisation
from appui.obligations.models import Obligation, ObligationRule, StoredDocument, TreatyDuty
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_write_for

LARGEST_FILE = 5_000_000  # bytes
VERBS = (
    gettext_noop("fulfilled"),
    gettext_noop("waived"),
    gettext_noop("taken back"),
    gettext_noop("assigned"),
)


@transaction.atomic
def fulfil(
    obligation: Obligation,
    *,
    by: Reader,
    done_on: date,
    today: date,
    document: Source | None = None,
    document_url: str = "",
    file: tuple[str, bytes] | None = None,
    note: str = "",
    version: int | None = None,
) -> Obligation:
    """Say that it is done, by a source, the address of a document or a file (name, content).

    Raises ``Invalid`` without any of them, for a day in the future and for a file over 5 MB.
    """
    audit.hold(obligation)
    require(rules.may_fulfil(obligation, by))
    if done_on > today:
        text = _("This day is in the future: it is done once it is done.")
        raise Invalid(text, {"done_on": text})
    if document is None and not document_url.strip() and file is None:
        text = _("Name the document that fulfils it, or its address.")
        raise Invalid(text, {"document": text})
    if file is not None:
        _keep_file(obligation, file)
    return audit.update(
        obligation,
        by=by,
        version=version,
        verb="fulfilled",
        done_on=done_on,
        document=document,
        document_url=document_url.strip(),
        file_name=file[0][:200] if file else "",
        note=note.strip(),
        settled_by=by.name[:200],
    )


def _keep_file(obligation: Obligation, file: tuple[str, bytes]) -> None:
    if not file[1]:
        text = _("The file is empty.")
        raise Invalid(text, {"file": text})
    if len(file[1]) > LARGEST_FILE:
        text = _("The file is larger than 5 MB: give its address instead.")
        raise Invalid(text, {"file": text})
    StoredDocument.objects.update_or_create(obligation=obligation, defaults={"content": file[1]})


@transaction.atomic
def waive(
    obligation: Obligation,
    *,
    by: Reader,
    reason: str,
    today: date,
    version: int | None = None,
) -> Obligation:
    """Say that it need not be done, and why; the row and its day stay."""
    audit.hold(obligation)
    require(rules.may_waive(obligation, by))
    if not reason.strip():
        text = _("Say why it need not be done.")
        raise Invalid(text, {"reason": text})
    fields = {"waived_on": today, "waived_reason": reason.strip(), "settled_by": by.name[:200]}
    return audit.update(obligation, by=by, version=version, verb="waived", **fields)


@transaction.atomic
def take_back(obligation: Obligation, *, by: Reader, version: int | None = None) -> Obligation:
    """Open again what was done or waived; the trail keeps the document or the reason."""
    audit.hold(obligation)
    require(rules.may_reopen(obligation, by))
    StoredDocument.objects.filter(obligation=obligation).delete()
    return audit.update(
        obligation,
        by=by,
        version=version,
        verb="taken back",
        done_on=None,
        document=None,
        document_url="",
        file_name="",
        waived_on=None,
        waived_reason="",
        settled_by="",
    )


@transaction.atomic
def assign(
    obligation: Obligation,
    *,
    by: Reader,
    responsible: User | None,
    note: str = "",
    version: int | None = None,
) -> Obligation:
    """Say who does it, and what they should know."""
    audit.hold(obligation)
    require(rules.may_assign(obligation, by))
    fields: dict[str, Any] = {"responsible": responsible, "note": note.strip()}
    keep_hidden(obligation, by, fields)
    return audit.update(obligation, by=by, version=version, verb="assigned", **fields)


def compute(owner: Organisation, *, by: Reader, today: date) -> Computed:
    """Reckon what is due in one organisation; a second time changes nothing."""
    require(rules.may_compute(owner.pk, by))
    return compute_organisation(owner, by=by, today=today)


@transaction.atomic
def add_rule(*, by: Reader, today: date, **fields: Any) -> ObligationRule:
    """Write a rule of an organisation, and reckon what it asks."""
    rule = ObligationRule(**fields)
    if rule.owner is None:
        text = _("Say whose rule it is.")
        raise Invalid(text, {"owner": text})
    require(may_write_for(rule.owner_id, by, Role.MANAGER))
    audit.create(rule, by=by)
    compute_organisation(rule.owner, by=by, today=today)
    return rule


@transaction.atomic
def change_rule(
    rule: ObligationRule, *, by: Reader, today: date, version: int | None = None, **fields: Any
) -> ObligationRule:
    """Change a rule of an organisation: what is not done moves, and keeps its earlier day."""
    audit.hold(rule)
    require(rules.may_change_rule(rule, by))
    fields.pop("owner", None)  # a rule stays with its organisation
    keep_hidden(rule, by, fields)
    audit.update(rule, by=by, version=version, **fields)
    if rule.owner is not None:
        compute_organisation(rule.owner, by=by, today=today)
    return rule


@transaction.atomic
def follow_treaty(*, by: Reader, today: date, **fields: Any) -> TreatyDuty:
    """Say that an organisation reports under a treaty, from a day on."""
    shared_with = list(fields.pop("shared_with", ()))
    duty = TreatyDuty(**fields)
    require(rules.may_change_duty(duty, by))
    audit.create(duty, by=by, shared_with=shared_with)
    compute_duty(duty, by=by, today=today)
    return duty


@transaction.atomic
def change_duty(
    duty: TreatyDuty, *, by: Reader, today: date, version: int | None = None, **fields: Any
) -> TreatyDuty:
    """Change since when a treaty is followed, or by whom."""
    audit.hold(duty)
    require(rules.may_change_duty(duty, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by, Role.MANAGER))
    keep_hidden(duty, by, fields)
    audit.update(duty, by=by, version=version, **fields)
    compute_duty(duty, by=by, today=today)
    return duty
