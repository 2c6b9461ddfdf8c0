"""The ask that is born from a suggested donor."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from appui.funding.actions.proposals import make_proposal
from appui.funding.models import Proposal
from appui.funding.suggestions import Suggestion, Suggestions, evidence_of
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.registry.actions import add_organisation
from appui.registry.models import Organisation
from appui.registry.rules import may_edit


@transaction.atomic
def ask_suggested(
    found: Suggestions,
    item: Suggestion,
    *,
    by: Reader,
    today: date,
    donor: Organisation | None,
    **fields: Any,
) -> Proposal:
    """Record an ask of a suggested donor, with the reasons kept; without ``donor``, its name joins
    the register."""
    require(may_edit(found.need, by))
    if donor is None:
        donor = add_organisation(by=by, name={get_language(): item.name}, is_donor=True)
    evidence = evidence_of(found, item) | {"made_on": today.isoformat()}
    return make_proposal(by=by, donor=donor, evidence=evidence, **fields)
