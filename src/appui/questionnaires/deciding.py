"""What a decision rests on; the rooms above that decide ask it here."""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.questionnaires.models import Consultation


def grounds(consultations: Iterable[Consultation], unheard: str) -> dict[str, Any]:
    """``consultations`` and ``unheard`` as fields of a decision, which names the consultations it
    rests on or says why nobody was consulted; raises ``Invalid`` when it does neither or both."""
    heard, why = list(consultations), unheard.strip()
    if not heard and not why:
        text = _("Name the consultations it rests on, or say why nobody was consulted.")
        raise Invalid(text, {"consultations": text})
    if heard and why:
        text = _("It rests on consultations: leave empty why nobody was consulted.")
        raise Invalid(text, {"unheard": text})
    if later := [str(one) for one in heard if one.starts_on > localdate()]:
        text = _("Still to come, so nothing can rest on it: %(names)s.")
        text %= {"names": ", ".join(later)}
        raise Invalid(text, {"consultations": text})
    return {"consultations": heard, "unheard": why}
