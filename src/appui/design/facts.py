"""The facts of a project that a stage may ask for: a fixed list, each looked up, none ticked."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import LANGUAGES

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class FactAsked:
    """``where`` is the address on which it is filled in, ``extra`` what follows the project."""

    label: Promise
    where: str
    extra: tuple[str, ...] = ()


EDIT = "portfolio:activity_edit"
SHARES = "portfolio:shares"
FACTS: dict[str, FactAsked] = {
    "second_language": FactAsked(_("The title in a second language"), EDIT),
    "description": FactAsked(_("A description"), EDIT),
    "planned_dates": FactAsked(_("The planned start and end"), EDIT),
    "need": FactAsked(_("The need it answers"), EDIT),
    "source": FactAsked(_("Its source"), EDIT),
    "aid_type": FactAsked(_("The type of aid"), EDIT),
    "places": FactAsked(_("Its places"), "portfolio:places"),
    "place_shares": FactAsked(_("The share of each place"), "portfolio:places"),
    "sectors": FactAsked(_("Its sectors"), SHARES, ("Sector",)),
    "goals": FactAsked(_("The goals it serves"), SHARES, ("UNSDG-Goals",)),
    "markers": FactAsked(_("Its policy markers"), "portfolio:markers"),
    "budget": FactAsked(_("A budget"), "portfolio:budget_add"),
    "partner": FactAsked(_("A partner"), "portfolio:participation_add"),
    "funder": FactAsked(_("Who funds it"), "portfolio:participation_add"),
    "implementer": FactAsked(_("Who carries it out"), "portfolio:participation_add"),
    "theory": FactAsked(_("A theory of change that passes its test"), "design:project_theory"),
}


def choices() -> list[tuple[str, Promise]]:
    """The facts to choose from in a form."""
    return [(slug, fact.label) for slug, fact in FACTS.items()]


def spoken(text: Promise) -> Words:
    """A text of the program in every language, as something a record can keep."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = str(text)
    return words
