"""References that nobody typed."""

import re

from django.db import models
from django.utils.text import slugify

from appui.registry.models import Organisation

LONGEST_ACRONYM = 12


def proposed_reference(model: type[models.Model], owner: Organisation, year: int) -> str:
    """A reference of ``model`` that no record has: CMAA-NEE-2026-001; one query."""
    acronym = slugify(owner.acronym)[:LONGEST_ACRONYM].strip("-").upper() or f"ORG{owner.pk}"
    start = f"{acronym}-{model.__name__[:3].upper()}-{year}-"
    taken = model._default_manager.filter(reference__istartswith=start)
    ends = (text[len(start) :] for text in taken.values_list("reference", flat=True))
    number = max((int(end) for end in ends if re.fullmatch("[0-9]{1,6}", end)), default=0) + 1
    return f"{start}{number:03}"
