"""The facts of a project that a rule may name, and what to do when one is missing.

Where tables hold a fact, they alone tell it. What they leave open is answered by people as a
``Statement``, for the facts that ``is_stated`` marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.eligibility.expression import Kind, Value
from appui.kernel.errors import Invalid
from appui.registry.models import Location

Text = str | Promise
PER_CENT = ("staff_share", "office_share", "own_share")


@dataclass(frozen=True, slots=True)
class FactKind:
    """A fact: ``label`` names it, ``remedy`` says where it is recorded, ``question`` asks people
    for it (empty when tables alone hold it); ``choices`` are the answers of a text."""

    name: str
    kind: Kind
    label: Text
    remedy: Text = ""
    question: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether people answer it where the tables are silent."""
        return bool(self.question)


IN_PROJECT = _("Record it on the page of the project.")
ANSWER = _("Answer it on the page of the project and its windows.")
NONE = "none"
YES = frozenset({"yes", "no"})
FACTS: tuple[FactKind, ...] = (
    FactKind(
        "amount",
        "amount",
        _("Amount asked"),
        _("Record an ask at this window, or the budget of the project."),
    ),
    FactKind("budget", "amount", _("Whole budget"), _("Add the lines of the budget.")),
    FactKind("months", "number", _("Duration in whole months"), _("State the start and the end.")),
    FactKind("countries", "list", _("Countries"), _("Set the places of the project.")),
    FactKind(
        "regional",
        "yes-no",
        _("Covers several countries"),
        _("Set the scope or the places of the project."),
        _("Does the project cover several countries?"),
    ),
    FactKind("sectors", "list", _("Sectors"), _("Give the project its sectors.")),
    FactKind("markers", "list", _("Policy markers it pursues"), _("Score the policy markers.")),
    FactKind("aid_type", "text", _("Type of aid"), IN_PROJECT),
    FactKind("status", "text", _("Status"), IN_PROJECT),
    FactKind(
        "applicant_type",
        "text",
        _("Type of the applying organisation"),
        _("State the type of the organisation that owns the project."),
    ),
    FactKind(
        "applicant_country",
        "text",
        _("Country of the applying organisation"),
        _("State the country of the organisation that owns the project."),
    ),
    FactKind(
        "staff_share",
        "number",
        _("Staff, % of the budget"),
        ANSWER,
        _("What part of the budget pays staff, in per cent?"),
    ),
    FactKind(
        "office_share",
        "number",
        _("Office, % of the budget"),
        ANSWER,
        _("What part of the budget pays offices, in per cent?"),
    ),
    FactKind(
        "own_share",
        "number",
        _("Own contribution, % of the budget"),
        ANSWER,
        _("What part of the budget do the applicant and its partners pay, in per cent?"),
    ),
    FactKind(
        "eligible_states",
        "list",
        _("Beneficiary States on the list of the fund"),
        ANSWER,
        _("Which beneficiary States are eligible members of the fund?"),
    ),
    FactKind(
        "endorsing_states",
        "list",
        _("Eligible States that endorsed it in writing"),
        ANSWER,
        _("Which eligible and benefiting States endorsed the project in writing?"),
    ),
    FactKind(
        "article_4",
        "yes-no",
        _("A beneficiary State is subject to Article 4 of the IOM Constitution"),
        ANSWER,
        _("Is a beneficiary State subject to Article 4 of the IOM Constitution?"),
    ),
    FactKind(
        "fund_line",
        "text",
        _("Line of the fund it asks"),
        ANSWER,
        _("Which line of the fund does the project ask?"),
        (("1", _("Line 1")), ("2", _("Line 2"))),
    ),
    FactKind(
        "emergency",
        "yes-no",
        _("It is an emergency operation"),
        ANSWER,
        _("Is it an emergency operation?"),
    ),
    FactKind(
        "return_scheme",
        "yes-no",
        _("It is a scheme to return migrants"),
        ANSWER,
        _("Is it a scheme to return migrants?"),
    ),
    FactKind(
        "oda_eligible",
        "yes-no",
        _("All its countries may receive official development assistance"),
        ANSWER,
        _("Are all its countries on the DAC list of ODA recipients?"),
    ),
)


@cache
def by_name() -> Mapping[str, FactKind]:
    """The facts by their names."""
    return {fact.name: fact for fact in FACTS}


def kinds() -> Mapping[str, Kind]:
    """The names that an expression may use, with their kinds."""
    return {fact.name: fact.kind for fact in FACTS}


@cache
def stated_facts() -> Mapping[str, FactKind]:
    """The facts that people may answer."""
    return {fact.name: fact for fact in FACTS if fact.is_stated}


def parsed(fact: FactKind, text: str) -> Value | None:
    """The value that a stored answer stands for; None when it stands for none."""
    if fact.kind == "yes-no":
        return text == "yes" if text in YES else None
    if fact.kind == "list":
        return () if text == NONE else tuple(text.split())
    if fact.kind == "text":
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def checked(fact: FactKind, text: str) -> str:
    """An answer as it is stored; raises ``Invalid`` at ``value``, one query for countries."""
    given = " ".join(text.replace("\x00", "").split())
    if fact.kind == "yes-no":
        return _among(given.lower(), {word: word for word in YES})
    if fact.kind == "text":
        return _among(given, dict(fact.choices)) if fact.choices else given
    if fact.kind == "list":
        return _countries(given)
    return _number(fact, given)


def _among(given: str, known: Mapping[str, object]) -> str:
    if given in known:
        return given
    text = gettext("“%(value)s” is no answer here: write one of %(known)s.") % {
        "value": given[:60],
        "known": ", ".join(sorted(known)),
    }
    raise Invalid(text, {"value": text})


def _countries(given: str) -> str:
    """Codes of countries, each once; “none” says that there is none."""
    codes = list(dict.fromkeys(given.upper().replace(",", " ").replace(";", " ").split()))
    if codes == [NONE.upper()]:
        return NONE
    known = set(
        Location.objects.filter(kind="country", code__in=codes).values_list("code", flat=True)
    )
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        text = gettext(
            "“%(value)s” is no country: write codes of two letters such as KH LA, or “none”."
        ) % {"value": (unknown or [given])[0][:60]}
        raise Invalid(text, {"value": text})
    return " ".join(codes)


def _number(fact: FactKind, given: str) -> str:
    try:
        value = Decimal(given.replace(",", ".").replace("%", "").strip())
    except InvalidOperation:
        value = Decimal(-1)
    highest = 100 if fact.name in PER_CENT else 10**9
    if not value.is_finite() or not 0 <= value <= highest:
        text = gettext("Write a number from 0 to %(most)d, for example 12.5.") % {"most": highest}
        raise Invalid(text, {"value": text})
    return format(value.normalize(), "f")
