"""The rows of the corpus: one class a table, its columns typed for Parquet.

Names follow IATI 2.03. ``activity_key`` is the file's number times 2**32 plus the activity's
place in that file; ``transaction_no`` and ``budget_no`` count within the activity. The readers
append the most frequent rows as plain tuples in the order of their class: building the named
tuple took a tenth of an ingest.

A class in the place of a column is a group: columns that come together, of an object that many
rows share (where the money goes, at which rate, from whom). ``Annotated[Group, "name"]`` puts a
name before those of its columns.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

import pyarrow as pa

Flag = Annotated[bool, pa.bool_()]
Small = Annotated[int, pa.int16()]
Whole = Annotated[int, pa.int32()]
Key = Annotated[int, pa.int64()]
Text = Annotated[str, pa.string()]
Day = Annotated[date, pa.date32()]
Moment = Annotated[datetime, pa.timestamp("ms", tz="UTC")]
Units = Annotated[int, pa.decimal128(18, 4)]  # an amount, in whole ten-thousandths
Cents = Annotated[int, pa.decimal128(18, 2)]  # dollars, in whole cents
Share = Annotated[int, pa.decimal128(18, 6)]  # a part of one, in whole millionths
Rate = Annotated[Decimal, pa.decimal128(24, 12)]
Attributes = Annotated[list[tuple[str, str]], pa.map_(pa.string(), pa.string())]
Degrees = Annotated[Decimal, pa.decimal128(14, 9)]

ONE_SHARE = 1_000_000
FILE_BITS = 32


class Cell(NamedTuple):
    """What describes one split of an amount."""

    year: Small | None
    sector_vocabulary: Text | None
    sector: Text | None
    sector_share: Share
    sector_basis: Text
    country: Text | None
    region: Text | None
    place_share: Share
    place_basis: Text
    year_basis: Text


class Pricing(NamedTuple):
    """The currency of an amount and the rate at which it is in dollars."""

    currency: Text | None
    currency_basis: Text
    conversion: Text
    rate: Rate | None
    rate_month: Day | None
    rate_date_basis: Text
    rate_source: Text | None


class Kind(NamedTuple):
    transaction_type: Small | None
    flow_type: Text


class Donor(NamedTuple):
    donor_key: Text
    donor_name: Text
    donor_ref: Text | None
    donor_basis: Text
    donor_country: Text | None


class Written(NamedTuple):
    """An organisation as the file writes it."""

    name: Text | None
    ref: Text | None
    type: Text | None


class Classification(NamedTuple):
    aid_flow_type: Text | None
    finance_type: Text | None
    aid_type: Text | None
    tied_status: Text | None
    disbursement_channel: Text | None


class Participation(NamedTuple):
    role: Text | None
    organisation_key: Text | None
    name: Text | None
    ref: Text | None
    type: Text | None
    activity_id: Text | None
    crs_channel_code: Text | None


class Marker(NamedTuple):
    vocabulary: Text
    code: Text
    significance: Small | None


class Item(NamedTuple):
    """One sector, country or region as reported; a country has no vocabulary (``""``)."""

    vocabulary: Text
    code: Text
    share: Share | None


class ActivityRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    line: Whole
    source: Text  # iati, crs, fts or appui
    identifier: Text
    reporter_key: Text
    reporter_name: Text
    reporter_ref: Text | None
    reporter_type: Text | None
    secondary_reporter: Flag
    last_updated: Moment | None
    generated: Moment | None
    version: Text | None
    hierarchy: Small
    title: Text | None
    language: Text | None
    default_currency: Text | None
    humanitarian: Flag | None
    activity_status: Text | None
    activity_scope: Text | None
    collaboration_type: Text | None
    default_flow_type: Text | None
    default_finance_type: Text | None
    default_aid_type: Text | None
    default_tied_status: Text | None
    planned_start: Day | None
    actual_start: Day | None
    planned_end: Day | None
    actual_end: Day | None
    donor_key: Text
    donor_name: Text
    donor_basis: Text
    sector_vocabulary: Text | None
    sector_basis: Text
    place_basis: Text
    unallocated_share: Share
    capital_spend: Text | None
    transactions: Whole
    results: Whole
    indicators: Whole
    documents: Whole
    url: Text | None


class NarrativeRow(NamedTuple):
    """Every text of the titles, descriptions and reporters, and of other elements those in
    several languages or one that is named. ``ordinal`` counts the elements of that name, and is
    the transaction's number for those of a transaction.
    """

    file_no: Whole
    activity_key: Key
    element: Text
    ordinal: Whole
    language: Text | None  # its own, else the activity's
    own_language: Flag
    text: Text


class ElementRow(NamedTuple):
    """What no other table has a column for, as it stands in the file.

    ``path`` is the names of the elements from the activity down; ``ordinal`` as in the
    narratives. ``whole`` is false when the element itself is in another table, which lacks this
    text or these attributes. ``parent_no`` is the ``element_no`` of the element around it.
    """

    file_no: Whole
    activity_key: Key
    ordinal: Whole
    element_no: Whole
    parent_no: Whole
    path: Text
    whole: Flag
    text: Text | None
    attributes: Attributes


class ParticipatingOrgRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    ordinal: Whole
    participation: Participation


class TransactionRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole
    line: Whole
    reference: Text | None
    kind: Kind
    transaction_date: Day | None
    date_basis: Text
    amount: Units
    value_date: Day | None
    usd: Cents | None
    pricing: Pricing
    donor: Donor
    provider: Annotated[Written, "provider"]
    provider_activity_id: Text | None
    receiver: Annotated[Written, "receiver"]
    receiver_activity_id: Text | None
    description: Text | None
    humanitarian: Flag | None
    classification: Classification
    new_money: Flag | None
    page: Text | None


class SplitRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole
    split_no: Whole
    cell: Cell
    amount: Units
    usd: Cents | None


class BudgetRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    budget_no: Whole
    line: Whole
    budget_type: Text
    budget_status: Text | None
    period_start: Day | None
    period_end: Day | None
    period_problem: Text | None
    superseded: Flag
    amount: Units
    value_date: Day | None
    usd: Cents | None
    pricing: Pricing


class BudgetSplitRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    budget_no: Whole
    split_no: Whole
    cell: Cell
    amount: Units
    usd: Cents | None


class PlannedDisbursementRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    ordinal: Whole
    line: Whole
    type: Text | None
    period_start: Day | None
    period_end: Day | None
    amount: Units
    value_date: Day | None
    usd: Cents | None
    pricing: Pricing
    provider: Annotated[Written, "provider"]
    receiver: Annotated[Written, "receiver"]


class SectorRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole  # 0 for the activity's own
    item: Item
    text: Text | None


class CountryRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole
    code: Text
    share: Share | None
    text: Text | None


class RegionRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole
    item: Item
    text: Text | None


class MarkerRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    marker: Marker
    text: Text | None


class TagRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    vocabulary: Text
    code: Text
    text: Text | None


class LocationRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    ordinal: Whole
    ref: Text | None
    name: Text | None
    latitude: Degrees | None
    longitude: Degrees | None
    reference_system: Text | None
    vocabulary: Text | None
    code: Text | None
    exactness: Text | None
    reach: Text | None
    location_class: Text | None
    feature_designation: Text | None


class RelatedActivityRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    type: Text | None
    identifier: Text


class IdentifierRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    type: Text | None
    identifier: Text
    owner_ref: Text | None
    owner_name: Text | None


class DocumentRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    ordinal: Whole
    url: Text
    format: Text | None
    title: Text | None
    category: Text | None
    language: Text | None
    document_date: Day | None


class ConstantAmountRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    transaction_no: Whole
    usd: Cents  # in constant prices: never added to dollars of the year
    prices: Text


class SourceLineRow(NamedTuple):
    file_no: Whole
    activity_key: Key
    line: Whole
    cells: Text  # a JSON object: every column that is not empty, as published


class AggregateRow(NamedTuple):
    file_no: Whole
    line: Whole
    donor: Text
    donor_country: Text | None
    recipient: Text
    country: Text | None
    region: Text | None
    year: Small
    measure: Text
    prices: Text
    usd: Cents  # a sum over flows that other files tell one by one: never added to them


class OrganisationRow(NamedTuple):
    """One organisation of an organisation file.

    Its texts, documents and other elements stand in their tables, ``organisation_key`` being
    their ``activity_key``.
    """

    file_no: Whole
    organisation_key: Key
    line: Whole
    identifier: Text
    name: Text | None
    reporter: Annotated[Written, "reporter"]
    secondary_reporter: Flag | None
    last_updated: Moment | None
    version: Text | None
    language: Text | None
    default_currency: Text | None


class OrganisationBudgetRow(NamedTuple):
    """Money an organisation announces, or says it spent; ``kind`` is the element's name.

    ``line_no`` is 0 for the whole budget, else the place of the line within it: lines are parts
    of the whole and are never added to it.
    """

    file_no: Whole
    organisation_key: Key
    kind: Text
    budget_no: Whole
    line_no: Whole
    line: Whole
    status: Text | None
    reference: Text | None
    text: Text | None
    recipient: Annotated[Written, "recipient"]
    country: Text | None
    region: Text | None
    period_start: Day | None
    period_end: Day | None
    period_problem: Text | None
    amount: Units
    value_date: Day | None
    usd: Cents | None
    pricing: Pricing


class IssueRow(NamedTuple):
    file_no: Whole
    severity: Text
    code: Text
    line: Key
    subject: Text
    field: Text
    value: Text
    why: Text
    remedy: Text


TABLES: dict[str, type[tuple[object, ...]]] = {
    "activities": ActivityRow,
    "narratives": NarrativeRow,
    "elements": ElementRow,
    "participating_orgs": ParticipatingOrgRow,
    "transactions": TransactionRow,
    "transaction_splits": SplitRow,
    "budgets": BudgetRow,
    "budget_splits": BudgetSplitRow,
    "planned_disbursements": PlannedDisbursementRow,
    "sectors": SectorRow,
    "countries": CountryRow,
    "regions": RegionRow,
    "markers": MarkerRow,
    "tags": TagRow,
    "locations": LocationRow,
    "related_activities": RelatedActivityRow,
    "identifiers": IdentifierRow,
    "documents": DocumentRow,
    "constant_amounts": ConstantAmountRow,
    "source_lines": SourceLineRow,
    "aggregates": AggregateRow,
    "iati_organisations": OrganisationRow,
    "organisation_budgets": OrganisationBudgetRow,
    "issues": IssueRow,
}
