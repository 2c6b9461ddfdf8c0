"""Projects."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.intake.kinds import connections
from appui.intake.kinds.base import (
    Kind,
    Known,
    Outcome,
    Problem,
    Scene,
    Values,
    given,
    owned,
    texts,
)
from appui.intake.mending import as_reference
from appui.kernel.errors import Invalid
from appui.kernel.multilingual import localise
from appui.portfolio import actions
from appui.portfolio.models import IATI_IDENTIFIER, Activity

ROLES = {"funder": "1", "implementer": "4"}  # IATI 2.03, OrganisationRole
TEXTS = ("title", "description")
DATES = ("planned_start", "actual_start", "planned_end", "actual_end")


class Activities(Kind):
    """A project with its places, its sector and who pays and does it."""

    model = Activity
    models = (Activity, Source)
    periods = (("planned_start", "planned_end"), ("actual_start", "actual_end"))
    recognised_by = _("The IATI identifier, else the reference.")

    def key(self, values: Values) -> Sequence[object]:
        return [(values.get("iati_identifier") or values["reference"]).lower()]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        iati = values.get("iati_identifier")
        if iati and not _is_identifier(iati):
            return [Problem("not_a_reference", "iati_identifier")]
        if not values.get("reference"):
            if not iati:
                return [Problem("missing", "reference")]
            values["reference"] = as_reference(iati)[:60]
        return []

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        references = {values["reference"].lower() for values in rows.values()}
        given_ones = (values.get("iati_identifier") for values in rows.values())
        identifiers = {text.lower() for text in given_ones if text}
        taken: dict[str, Activity] = {}
        found = (
            Activity.objects.annotate(low=Lower("reference"), low_iati=Lower("iati_identifier"))
            .filter(Q(low__in=references) | Q(low_iati__in=identifiers))
            .select_related("status")
        )
        for item in connections.with_links(found):
            taken |= {text.lower(): item for text in (item.reference, item.iati_identifier) if text}
        known = {}
        for key, values in rows.items():
            names = (values.get("iati_identifier") or "", values["reference"])
            same = next((taken[name.lower()] for name in names if name.lower() in taken), None)
            if same is not None:
                known[key] = _known(same, values, scene)
        return known

    def make(self, values: Values, scene: Scene) -> Outcome:
        by = scene.by
        activity = actions.describe_activity(
            by=by,
            **texts(scene, values, "title", "description"),
            **given(values, "reference", "iati_identifier", "kind", "status", "currency", *DATES),
            **owned(scene),
        )
        if values.get("locations"):
            actions.set_places(activity, values["locations"], by=by)
        if values.get("sector"):
            actions.set_shares(activity, "Sector", values["sector"], by=by)
        for name, role in ROLES.items():
            if values.get(name):
                actions.add_participation(
                    activity,
                    by=by,
                    organisation=values[name],
                    role=scene.lookups.code("OrganisationRole", role),
                )
        sources, changed = connections.add_links(activity, values, scene)
        changed += connections.settle_references(activity, scene)
        activity.refresh_from_db(fields=["version"])
        for other in changed:
            other.refresh_from_db(fields=["version"])
        return Outcome([*sources, activity], changed)


def _is_identifier(text: str) -> bool:
    try:
        IATI_IDENTIFIER(text)
    except ValidationError:
        return False
    return True


def _known(activity: Activity, values: Values, scene: Scene) -> Known:
    if activity.owner_id != scene.batch.owner_id:
        return Known("", gettext("a record of another organisation"))
    ours = {
        name: _said(getattr(activity, name))
        for name, theirs in theirs_of(activity, values, scene.batch.text_language).items()
        if theirs != getattr(activity, name)
    }
    ours |= {
        name: connections.said(activity, name) for name in connections.missing(activity, values)
    }
    return Known(str(activity), ours=ours)


def theirs_of(activity: Activity, values: Values, language: str) -> Values:
    """What the file says of the fields that are compared; what it does not state is left out.

    A text replaces ours in its language only.
    """
    theirs = given(values, "status", "currency", *DATES)
    for name in TEXTS:
        if values.get(name):
            theirs[name] = getattr(activity, name) | {language: values[name]}
    return theirs


def _said(value: object) -> str:
    """A value as shown in a comparison."""
    if isinstance(value, dict):
        return localise(value).text or "–"
    return str(value) if value else "–"


def standing(values: Values, owner_id: int) -> Activity | None:
    """The project of the organisation that a row speaks of: by its identifier, else by its
    reference. Raises ``Invalid`` when the two are those of different projects."""
    rows = connections.with_links(Activity.objects.filter(owner=owner_id).select_related("status"))
    by_reference = rows.filter(reference__iexact=values["reference"]).first()
    identifier = values.get("iati_identifier")
    if not identifier:
        return by_reference
    found = rows.filter(iati_identifier__iexact=identifier).first()
    if found is not None and by_reference is not None and found.pk != by_reference.pk:
        raise Invalid(
            gettext("The identifier is that of “%(one)s”, the reference that of “%(other)s”.")
            % {"one": found, "other": by_reference}
        )
    return found or by_reference
