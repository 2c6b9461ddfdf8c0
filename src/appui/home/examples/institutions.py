"""Code lists, organisations, users and contacts of the examples."""

from appui.accounts.actions import create_account
from appui.accounts.models import User
from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, plain, texts
from appui.kernel import audit
from appui.registry import actions
from appui.registry.models import Code, CodeList, Membership, Organisation, Person, Visibility

GOVERNMENT = "10"  # IATI organisation type
AFTER_THE_STANDARD_CODES = 1000


def load_codelists(shelf: Shelf) -> None:
    """The two lists of the IOM Development Fund and the codes that only the examples use."""
    for entry in read("codelists")["list"]:
        codelist = CodeList.objects.filter(slug=entry["slug"]).first() or CodeList.objects.create(
            **plain(entry, "slug", "name", "source")
        )
        for position, item in enumerate(entry["code"], AFTER_THE_STANDARD_CODES):
            found = Code.objects.filter(codelist=codelist, code=item["code"]).first()
            shelf.put("codes", found, _code, codelist, item, position)


def _code(codelist: CodeList, item: Entry, position: int) -> Code:
    return Code.objects.create(codelist=codelist, position=position, **plain(item, "code", "label"))


def load_organisations(shelf: Shelf) -> None:
    """The institutions and partners by their key, States by their ISO code."""
    entries = read("organisations")
    for entry in entries["organisation"]:
        shelf.organisations[entry["key"]] = _organisation(shelf, entry)
    for entry in entries["state"]:
        shelf.organisations[entry["country"]] = _state(shelf, entry)


def _organisation(shelf: Shelf, entry: Entry) -> Organisation:
    name = entry["name"]
    found = Organisation.objects.standing().filter(name__en=name["en"]).first()
    return shelf.put("organisations", found, _add_organisation, shelf, entry)


def _add_organisation(shelf: Shelf, entry: Entry) -> Organisation:
    organisation = actions.add_organisation(
        by=shelf.by,
        organisation_type=shelf.code("OrganisationType", entry["type"]),
        country=shelf.places.get(entry.get("country", "")),
        is_workspace=entry.get("workspace", False),
        is_donor=entry.get("donor", False),
        **plain(entry, "acronym", "website"),
        **texts(entry, "name", "description"),
    )
    _add_names(shelf, organisation, entry, entry.get("identifiers", {}))
    return organisation


def _add_names(
    shelf: Shelf, organisation: Organisation, entry: Entry, identifiers: dict[str, str]
) -> None:
    for alias in entry.get("aliases", []):
        actions.add_alias(organisation, by=shelf.by, name=alias)
    for scheme, code in identifiers.items():
        actions.add_identifier(organisation, by=shelf.by, scheme=scheme, code=code)


def _state(shelf: Shelf, entry: Entry) -> Organisation:
    """A State bears the name of its place; one with a DAC code is followed as a donor."""
    place = shelf.places[entry["country"]]
    governments = Organisation.objects.standing().filter(
        country=place, organisation_type__code=GOVERNMENT
    )
    found = next((item for item in governments if item.name == place.name), None)
    return shelf.put("organisations", found, _add_state, shelf, entry)


def _add_state(shelf: Shelf, entry: Entry) -> Organisation:
    place = shelf.places[entry["country"]]
    organisation = actions.add_organisation(
        by=shelf.by,
        name=place.name,
        organisation_type=shelf.code("OrganisationType", GOVERNMENT),
        country=place,
        is_donor="dac" in entry,
    )
    codes = {"crs-donor": entry["dac"]} if "dac" in entry else {}
    _add_names(shelf, organisation, entry, codes)
    return organisation


def load_users(shelf: Shelf) -> None:
    """The sign-ins of the demonstration, all with the same printed password."""
    people = read("people")
    for entry in people["user"]:
        found = User.objects.filter(email__iexact=entry["email"]).first()
        shelf.put("users", found, _add_user, shelf, entry, people["password"])


def _add_user(shelf: Shelf, entry: Entry, password: str) -> User:
    user = create_account(
        by=shelf.by,
        password=password,
        display_name=entry["name"],
        is_superuser=entry.get("superuser", False),
        **plain(entry, "email", "language"),
    )
    for key, role in entry.get("memberships", {}).items():
        organisation = shelf.organisations[key]
        membership = Membership(user=user, organisation=organisation, role=role)
        audit.create(membership, by=shelf.by, verb="joined")
    return user


def load_contacts(shelf: Shelf) -> None:
    """Fictitious roles, seen by their own institution only."""
    for entry in read("people")["person"]:
        owned = shelf.owned(entry, Visibility.PRIVATE)
        found = Person.objects.filter(owner=owned["owner"], email=entry["email"]).first()
        shelf.put("contacts", found, _add_contact, shelf, entry, owned)


def _add_contact(shelf: Shelf, entry: Entry, owned: Entry) -> Person:
    return actions.add_person(
        by=shelf.by,
        organisation=shelf.organisations[entry["organisation"]],
        **owned,
        **plain(entry, "name", "job_title", "email", "language"),
    )
