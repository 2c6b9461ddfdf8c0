"""What the pages of other nouns show of responses and consultations.

Rooms above register ``answers_about`` for their own nouns, in their ``apps.py``.
"""

from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.questionnaires import listings, queries
from appui.registry.rules import may_keep_register
from appui.ui.table import Table

MOST_SHOWN = 25


def answers_about(obj: Model, reader: Reader) -> RenderedPanel | None:
    """The forms filled in about a record and who was heard about it; where to add to them."""
    filled: Any = queries.about(queries.responses(reader), obj)
    spoken: Any = queries.about(queries.consultations(reader), obj)
    responses, consultations = list(filled), list(spoken)
    may_add = bool(may_keep_register(reader))
    if not (responses or consultations or may_add):
        return None
    reference = f"{obj._meta.label_lower}:{obj.pk}"
    return RenderedPanel(
        slug="questionnaires",
        title=_("Questionnaires and consultations"),
        template="questionnaires/_about_panel.html",
        context={
            "responses": Table(listings.ABOUT_COLUMNS, responses[:MOST_SHOWN]),
            "consultations": Table(listings.HEARD_COLUMNS, consultations[:MOST_SHOWN]),
            "left_out": max(0, len(responses) - MOST_SHOWN)
            + max(0, len(consultations) - MOST_SHOWN),
            "may_add": may_add,
            "fill_url": f"{reverse('questionnaires:response_add')}?about={reference}",
            "hear_url": f"{reverse('questionnaires:consultation_add')}?about={reference}",
        },
        count=len(responses) + len(consultations) or None,
    )
