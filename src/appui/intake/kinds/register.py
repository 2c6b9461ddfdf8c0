"""Organisations and contacts."""

from collections.abc import Mapping, Sequence

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from appui.intake.columns import plain_word
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
from appui.kernel.access import Role
from appui.registry import actions
from appui.registry.models import Organisation, OrganisationIdentifier, Person


class Organisations(Kind):
    """The register is shared by all: whose file it was does not matter."""

    model = Organisation
    models = (OrganisationIdentifier, Organisation)
    recognised_by = _(
        "The IATI identifier, else the name, the acronym or any spelling the register knows."
    )

    def key(self, values: Values) -> Sequence[object]:
        return [plain_word(values.get("iati") or values["name"])]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        """A name that several have is none of them, nor one more."""
        if scene.lookups.find_organisation(values.get("iati", "")):
            return []
        return [Problem("several", "name")] if scene.lookups.is_several(values["name"]) else []

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        find = scene.lookups.find_organisation
        found = {key: find(values.get("iati", ""), values["name"]) for key, values in rows.items()}
        return {key: Known(str(item)) for key, item in found.items() if item is not None}

    def make(self, values: Values, scene: Scene) -> Outcome:
        made: list[Model] = []
        organisation = actions.add_organisation(
            by=scene.by,
            **texts(scene, values, "name", "description"),
            **given(values, "acronym", "organisation_type", "country", "website", "is_donor"),
        )
        made.append(organisation)
        if values.get("iati"):
            made.append(
                actions.add_identifier(
                    organisation, by=scene.by, scheme="iati", code=values["iati"]
                )
            )
        return Outcome(made)


class People(Kind):
    """Contacts are personal data: erasing them at undoing takes a manager, as on their pages."""

    model = Person
    models = (Person,)
    undo_role = Role.MANAGER
    recognised_by = _("The e-mail address, else the name together with the organisation.")

    def key(self, values: Values) -> Sequence[object]:
        if values.get("email"):
            return [values["email"].lower()]
        organisation = values.get("organisation")
        return [plain_word(values["name"]), organisation.pk if organisation else ""]

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        emails = {values["email"].lower() for values in rows.values() if values.get("email")}
        names = {values["name"] for values in rows.values()}
        mine = Person.objects.writable_by(scene.by).filter(owner=scene.batch.owner)
        found = mine.filter(Q(email__in=emails | {*_as_written(rows)}) | Q(name__in=names))
        keys = {self._key_of(person): person for person in found.select_related("organisation")}
        known = {key: keys.get(tuple(self.key(values))) for key, values in rows.items()}
        return {key: Known(str(item)) for key, item in known.items() if item is not None}

    def _key_of(self, person: Person) -> tuple[object, ...]:
        return tuple(
            self.key(
                {
                    "name": person.name,
                    "email": person.email,
                    "organisation": person.organisation,
                }
            )
        )

    def make(self, values: Values, scene: Scene) -> Outcome:
        names = ("name", "job_title", "organisation", "email", "phone", "language", "note")
        return Outcome([actions.add_person(by=scene.by, **given(values, *names), **owned(scene))])


def _as_written(rows: Mapping[str, Values]) -> list[str]:
    return [values["email"] for values in rows.values() if values.get("email")]
