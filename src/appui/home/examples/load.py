"""Puts the worked examples into an installation; a second time changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from appui.home.examples.agreed import load_agreed
from appui.home.examples.asking import load_asks
from appui.home.examples.choosing import load_projects, load_selection
from appui.home.examples.designing import load_design
from appui.home.examples.eligible import load_eligibility
from appui.home.examples.facts import load_figures, load_sources
from appui.home.examples.files import CONTRIBUTIONS, NEIGHBOURS, read
from appui.home.examples.institutions import (
    load_codelists,
    load_contacts,
    load_organisations,
    load_users,
)
from appui.home.examples.intake import load_intake
from appui.home.examples.money import load_funding
from appui.home.examples.outlook import load_outlook
from appui.home.examples.paying import load_comparisons
from appui.home.examples.questionnaires import load_questionnaires
from appui.home.examples.shelf import Shelf
from appui.home.examples.steering import load_strategies
from appui.home.examples.treasury import load_treasury
from appui.home.examples.watching import load_watch, look
from appui.home.examples.work import load_activities, load_needs
from appui.intelligence.corpus import corpus_folder, open_corpus
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.report import RunReport
from appui.intelligence.ingest.run import ingest
from appui.intelligence.judging.actions import bring_up_to_date
from appui.kernel.access import SYSTEM, Reader
from appui.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Report:
    """How many records of each kind were written, how many were there already; and the flows."""

    created: Mapping[str, int]
    kept: Mapping[str, int]
    flows: RunReport


@dataclass(frozen=True, slots=True)
class SignIn:
    """One user of the demonstration; ``organisation`` and ``role`` are empty for the platform."""

    email: str
    password: str
    name: str
    organisation: str
    role: str


def sign_ins() -> list[SignIn]:
    """Who can sign in once the examples are loaded, in the order of the data file."""
    people = read("people")
    return [
        SignIn(user["email"], people["password"], user["name"], organisation, role)
        for user in people["user"]
        for organisation, role in user.get("memberships", {"": ""}).items()
    ]


def load_examples(*, by: Reader, today: date) -> Report:
    """Load the five institutions; needs the reference data (``appui init``).

    Raises ``Refused`` in production, whose people must not be able to sign in with a password
    that is printed in the documentation.
    """
    if settings.MODE == "production":
        raise Refused(
            _(
                "The worked examples bring users with a public password, so they are not loaded "
                "in production. Set APPUI_MODE to demo or development."
            )
        )
    shelf = _load_records(by, today)
    tables = [CONTRIBUTIONS, NEIGHBOURS]
    flows = ingest(tables, into=corpus_folder(), rates=default_rates())
    bring_up_to_date(open_corpus(), by=SYSTEM)
    look()
    return Report(dict(shelf.created), dict(shelf.kept), flows)


@transaction.atomic
def _load_records(by: Reader, today: date) -> Shelf:
    shelf = Shelf(by=by, today=today)
    for load in (
        load_codelists,
        load_organisations,
        load_users,
        load_contacts,
        load_sources,
        load_figures,
        load_needs,
        load_activities,
        load_projects,
        load_questionnaires,
        load_design,
        load_funding,
        load_comparisons,
        load_eligibility,
        load_asks,
        load_agreed,
        load_treasury,
        load_outlook,
        load_selection,
        load_strategies,
        load_watch,
        load_intake,
    ):
        load(shelf)
    return shelf
