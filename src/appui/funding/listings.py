"""How lists and tables of funding look."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, AgreementStatus, FundKind, Proposal, Stage
from appui.funding.rules import probability_of
from appui.kernel.money import Money
from appui.registry.listings import (
    OWNER_FILTER,
    address,
    code_choices,
    visibility_column,
)
from appui.ui.listing import Column, Filter, Listing

STAGE_TONES: dict[str, str] = {
    Stage.LEAD: "plain",
    Stage.PROPOSAL: "wait",
    Stage.PLEDGED: "wait",
    Stage.SIGNED: "",
    Stage.REFUSED: "late",
    Stage.WITHDRAWN: "plain",
}
STATUS_TONES: dict[str, str] = {
    AgreementStatus.DRAFT: "wait",
    AgreementStatus.SIGNED: "",
    AgreementStatus.CLOSED: "plain",
    AgreementStatus.TERMINATED: "late",
}


def linked(record: Any) -> str:
    """Where a record is; empty without one."""
    return record.get_absolute_url() if record is not None else ""


def donor_of(row: Any) -> str:
    """The organisation that stands for the donor of a row."""
    return str(row.donor.merged_into or row.donor)


def standing_organisation(row: Any) -> Any:
    """The organisation that stands for the one a row names."""
    return row.organisation.merged_into or row.organisation


def donor_address(row: Any) -> str:
    """The page of the donor of a row."""
    return reverse("funding:donor", args=[row.donor.standing_id])


def _donor_choices(model: type[Proposal] | type[Agreement]) -> Any:
    def choices(request: HttpRequest) -> list[tuple[str, str]]:
        rows = model.objects.visible_to(request.reader).select_related(  # type: ignore[attr-defined]
            "donor__merged_into"
        )
        found = {row.donor.standing_id: donor_of(row) for row in rows.only("donor")}
        return sorted(((str(key), name) for key, name in found.items()), key=lambda item: item[1])

    return choices


def of_donor(rows: Any, value: str) -> Any:
    """Rows of one donor, those of organisations merged into it included."""
    return rows.filter(Q(donor=value) | Q(donor__merged_into=value))


DONORS = Listing(
    name="donors",
    columns=(
        Column(
            "name",
            _("Donor"),
            lambda row: row.name,
            "multilingual",
            ("name",),
            href=lambda row: reverse("funding:donor", args=[row.pk]),
        ),
        Column(
            "acronym", _("Acronym"), lambda row: row.acronym, order_by=("acronym",), phone=False
        ),
        Column(
            "type",
            _("Type"),
            lambda row: row.organisation_type,
            order_by=("organisation_type__code",),
        ),
        Column("country", _("Country"), lambda row: row.country, order_by=("country__code",)),
        Column("windows", _("Windows"), lambda row: row.windows, "number", ("windows",)),
        Column("asks", _("Open asks"), lambda row: row.asks, "number", ("asks",)),
        Column("signed", _("Agreements"), lambda row: row.signed, "number", ("signed",)),
        Column(
            "last", _("Last exchange"), lambda row: row.last_exchange, "date", ("last_exchange",)
        ),
    ),
    filters=(
        Filter(
            "type",
            _("Type"),
            code_choices("OrganisationType"),
            lambda rows, value: rows.filter(organisation_type=value),
        ),
        Filter(
            "with",
            _("With"),
            lambda _request: [("asks", _("an open ask")), ("signed", _("an agreement"))],
            lambda rows, value: rows.filter(**{f"{value}__gt": 0}),
        ),
    ),
    search=("name", "acronym"),
    order=("name",),
    empty=_("No donor is followed yet."),
    empty_hint=_("Mark an organisation as “followed as a donor”, or add one."),
)

FUNDS = Listing(
    name="windows-and-calls",
    columns=(
        Column(
            "title",
            _("Window or call"),
            lambda row: row.title,
            "multilingual",
            ("title",),
            href=address,
        ),
        Column("donor", _("Donor"), standing_organisation),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "opens", _("Opens on"), lambda row: row.opens_on, "date", ("opens_on",), phone=False
        ),
        Column("deadline", _("Deadline"), lambda row: row.deadline, "date", ("deadline",)),
        Column(
            "minimum",
            _("Smallest grant"),
            lambda row: row.minimum,
            "money",
            ("minimum",),
            currency=lambda row: row.currency,
            phone=False,
        ),
        Column(
            "maximum",
            _("Largest grant"),
            lambda row: row.maximum,
            "money",
            ("maximum",),
            currency=lambda row: row.currency,
        ),
        Column(
            "state",
            _("State"),
            lambda row: open_word(row),
            "tag",
            tone=lambda row: "" if row.is_open(timezone.localdate()) else "plain",
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: FundKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            _("State"),
            lambda _request: [("open", _("open today"))],
            lambda rows, _value: rows.filter(
                Q(opens_on=None) | Q(opens_on__lte=timezone.localdate()),
                Q(deadline=None) | Q(deadline__gte=timezone.localdate()),
            ),
        ),
        OWNER_FILTER,
    ),
    search=("title", "organisation__name", "conditions"),
    order=("deadline",),
    empty=_("No window or call is recorded yet."),
    empty_hint=_("Record where money can be asked for, until when, and how much."),
)


def open_word(row: Any) -> str:
    """Whether a window takes asks today."""
    return str(_("open") if row.is_open(timezone.localdate()) else _("closed"))


PROPOSALS = Listing(
    name="proposals",
    columns=(
        Column("title", _("Ask"), lambda row: row.title, order_by=("title",), href=address),
        Column(
            "reference",
            _("Reference"),
            lambda row: row.reference,
            order_by=("reference",),
            phone=False,
        ),
        Column("donor", _("Donor"), donor_of, href=donor_address),
        Column(
            "for",
            _("For"),
            lambda row: row.need or row.activity or _("not shared with you"),
            href=lambda row: linked(row.need or row.activity),
        ),
        Column(
            "stage",
            _("Stage"),
            lambda row: row.get_stage_display(),
            "tag",
            ("stage",),
            tone=lambda row: STAGE_TONES[row.stage],
        ),
        Column(
            "amount", _("Asked"), lambda row: Money(row.amount, row.currency), "money", ("amount",)
        ),
        Column("chance", _("Chance"), probability_of, "percent"),
        Column("next", _("Next action"), lambda row: row.next_action, phone=False),
        Column("next_on", _("By"), lambda row: row.next_action_on, "date", ("next_action_on",)),
    ),
    filters=(
        Filter(
            "stage",
            _("Stage"),
            lambda _request: Stage.choices,
            lambda rows, value: rows.filter(stage=value),
        ),
        Filter("donor", _("Donor"), _donor_choices(Proposal), of_donor),
        OWNER_FILTER,
    ),
    search=("title", "reference", "donor__name", "next_action"),
    order=("-updated_at",),
    empty=_("No ask is recorded yet."),
    empty_hint=_("Open a need: it shows which donors are likely, and one press makes the ask."),
)

AGREEMENTS = Listing(
    name="agreements",
    columns=(
        Column("title", _("Agreement"), lambda row: row.title, order_by=("title",), href=address),
        Column(
            "reference",
            _("Reference"),
            lambda row: row.reference,
            order_by=("reference",),
            phone=False,
        ),
        Column("donor", _("Donor"), donor_of, href=donor_address),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            "tag",
            ("status",),
            tone=lambda row: STATUS_TONES[row.status],
        ),
        Column(
            "amount", _("Amount"), lambda row: Money(row.amount, row.currency), "money", ("amount",)
        ),
        Column("signed_on", _("Signed on"), lambda row: row.signed_on, "date", ("signed_on",)),
        Column("ends_on", _("Ends on"), lambda row: row.ends_on, "date", ("ends_on",)),
        visibility_column(),
    ),
    filters=(
        Filter(
            "status",
            _("Status"),
            lambda _request: AgreementStatus.choices,
            lambda rows, value: rows.filter(status=value),
        ),
        Filter("donor", _("Donor"), _donor_choices(Agreement), of_donor),
        OWNER_FILTER,
    ),
    search=("title", "reference", "donor__name", "conditions"),
    order=("-signed_on",),
    empty=_("No agreement is recorded yet."),
    empty_hint=_("An ask that is agreed becomes an agreement from its own page."),
)

INTERACTIONS = Listing(
    name="exchanges",
    columns=(
        Column(
            "summary", _("Exchange"), lambda row: row.summary, order_by=("summary",), href=address
        ),
        Column("on", _("On"), lambda row: row.took_place_on, "date", ("took_place_on",)),
        Column(
            "with",
            _("With"),
            standing_organisation,
            href=lambda row: reverse("funding:donor", args=[row.organisation.standing_id]),
        ),
        Column("kind", _("Kind"), lambda row: row.kind, order_by=("kind__code",)),
        Column("follow_up", _("What follows"), lambda row: row.follow_up),
        Column("by", _("By"), lambda row: row.follow_up_on, "date", ("follow_up_on",)),
        Column(
            "done",
            _("Done"),
            lambda row: follow_up_word(row),
            "tag",
            ("followed_up",),
            tone=lambda row: "" if row.followed_up else "wait",
        ),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            code_choices("InteractionKind"),
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "open",
            _("Follow-up"),
            lambda _request: [("yes", _("still to do"))],
            lambda rows, _value: rows.filter(followed_up=False).exclude(follow_up=""),
        ),
        OWNER_FILTER,
    ),
    search=("summary", "note", "follow_up", "organisation__name"),
    order=("-took_place_on",),
    empty=_("No exchange is noted yet."),
    empty_hint=_("Note meetings and letters: what was said, by whom, and what follows."),
)


def follow_up_word(row: Any) -> str:
    """The state of what follows; empty when nothing does."""
    if not row.follow_up:
        return ""
    return str(_("done") if row.followed_up else _("to do"))


TRANSACTIONS = Listing(
    name="ledger",
    columns=(
        Column("date", _("Date"), lambda row: row.date, "date", ("date",), href=address),
        Column(
            "type",
            _("Type"),
            lambda row: row.transaction_type,
            order_by=("transaction_type__code",),
        ),
        Column("provider", _("From"), lambda row: row.provider),
        Column("receiver", _("To"), lambda row: row.receiver),
        Column(
            "of",
            _("On account of"),
            lambda row: row.agreement or row.activity or row.fund or _("not shared with you"),
            phone=False,
        ),
        Column(
            "value", _("Value"), lambda row: Money(row.value, row.currency), "money", ("value",)
        ),
        Column(
            "usd",
            _("In US dollars"),
            lambda row: Money(row.usd_value, "USD") if row.usd_value is not None else None,
            "money",
            ("usd_value",),
        ),
        Column(
            "state",
            _("State"),
            lambda row: ledger_word(row),
            "tag",
            tone=lambda row: "late" if ledger_word(row) else "",
        ),
    ),
    filters=(
        Filter(
            "type",
            _("Type"),
            code_choices("TransactionType"),
            lambda rows, value: rows.filter(transaction_type=value),
        ),
        OWNER_FILTER,
    ),
    search=("description", "provider__name", "receiver__name"),
    order=("-date",),
    empty=_("The ledger is empty."),
    empty_hint=_("Record what came in and went out; a line is never changed, only reversed."),
)


def ledger_word(row: Any) -> str:
    """Whether a line reverses another or is reversed; empty otherwise."""
    if row.reverses_id is not None:
        return str(_("reversal"))
    return str(_("reversed")) if row.is_reversed else ""


TARGETS = Listing(
    name="targets",
    columns=(
        Column(
            "title", _("Target"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("owner", _("Belongs to"), lambda row: row.owner),
        Column(
            "amount",
            _("To mobilise"),
            lambda row: Money(row.amount, row.currency),
            "money",
            ("amount",),
        ),
        Column("starts_on", _("From"), lambda row: row.starts_on, "date", ("starts_on",)),
        Column("ends_on", _("To"), lambda row: row.ends_on, "date", ("ends_on",)),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("title",),
    order=("-ends_on",),
    empty=_("No target is set."),
    empty_hint=_("Set what your organisation has decided to mobilise, and by when."),
)
