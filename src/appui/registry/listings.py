"""How the registry's lists look."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Role
from appui.registry.models import Code, Location, Organisation, Owned, Visibility
from appui.registry.models.place import LocationKind
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing, Text

VISIBILITY_TONES = {Visibility.PRIVATE: "plain", Visibility.PARTNERS: "wait", Visibility.PUBLIC: ""}


def _day_of_source(codelist: Any) -> date | str:
    """The day a list was taken from its source; as written where that is no whole day."""
    try:
        return date.fromisoformat(codelist.source_date)
    except ValueError:
        return str(codelist.source_date)


def address(obj: Any) -> str:
    """Where a record's page is."""
    url: str = obj.get_absolute_url()
    return url


def code_choices(codelist: str) -> Any:
    """Choices of a filter over one code list, by key."""

    def choices(_request: HttpRequest) -> Sequence[tuple[str, str]]:
        return [(str(code.pk), str(code)) for code in Code.objects.of(codelist)]

    return choices


def owner_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The organisations the reader works in."""
    return [(str(item.pk), str(item)) for item in request.workspaces]  # type: ignore[attr-defined]


OWNER_FILTER = Filter(
    "owner", _("Belongs to"), owner_choices, lambda rows, value: rows.filter(owner=value)
)


def record_filter(key: str, label: Text, model: type[Owned]) -> Filter:
    """What belongs to one record, that the address names: there are too many to choose from, so
    the filter is offered only to take it off again."""

    def choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
        asked = request.GET.get(key, "")
        if not (asked.isdecimal() and len(asked) < 19):
            return []
        rows = model._default_manager.visible_to(reader_of(request))  # type: ignore[attr-defined]
        return [(str(item.pk), str(item)) for item in rows.filter(pk=int(asked))]

    return Filter(key, label, choices, lambda rows, value: rows.filter((key, value)))


def visibility_column() -> Column:
    """Who sees the row, as a tag."""
    return Column(
        "visibility",
        _("Seen by"),
        lambda row: row.get_visibility_display(),
        kind="tag",
        order_by=("visibility",),
        tone=lambda row: VISIBILITY_TONES[row.visibility],
        phone=False,
    )


ORGANISATIONS = Listing(
    name="organisations",
    columns=(
        Column("name", _("Name"), lambda row: row.name, "multilingual", ("name",), href=address),
        Column("acronym", _("Acronym"), lambda row: row.acronym, order_by=("acronym",)),
        Column(
            "type",
            _("Type"),
            lambda row: row.organisation_type,
            order_by=("organisation_type__code",),
        ),
        Column("country", _("Country"), lambda row: row.country, order_by=("country__code",)),
        Column(
            "donor",
            _("Donor"),
            lambda row: _("yes") if row.is_donor else "",
            order_by=("is_donor",),
        ),
    ),
    filters=(
        Filter(
            "type",
            _("Type"),
            code_choices("OrganisationType"),
            lambda rows, value: rows.filter(organisation_type=value),
        ),
        Filter(
            "donor",
            _("Donor"),
            lambda _request: [("yes", _("Donors only"))],
            lambda rows, _value: rows.filter(is_donor=True),
        ),
        Filter(
            "merged",
            _("Merged"),
            lambda _request: [("yes", _("Merged into another"))],
            lambda rows, _value: rows.exclude(merged_into=None),
        ),
    ),
    search=("name", "acronym"),
    order=("name",),
    empty=_("No organisation yet."),
    empty_hint=_("Add the donors, partners and authorities you work with."),
)

PEOPLE = Listing(
    name="contacts",
    columns=(
        Column("name", _("Name"), lambda row: row.name, order_by=("name",), href=address),
        Column("job", _("Job title"), lambda row: row.job_title, order_by=("job_title",)),
        Column("organisation", _("Organisation"), lambda row: row.organisation),
        Column("email", _("E-mail"), lambda row: row.email, order_by=("email",)),
        Column("language", _("Language"), lambda row: row.language, order_by=("language",)),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("name", "job_title", "email", "organisation__name"),
    order=("name",),
    empty=_("No contact yet."),
    empty_hint=_("Record the people you talk to at donors and partners."),
)

LOCATIONS = Listing(
    name="places",
    columns=(
        Column("name", _("Name"), lambda row: row.name, "multilingual", ("name",), href=address),
        Column("code", _("Code"), lambda row: row.code, order_by=("code",)),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column("parent", _("Country"), lambda row: row.parent, order_by=("parent__code",)),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: LocationKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "country",
            _("Country"),
            lambda _request: [
                (item.code, str(item))
                for item in Location.objects.filter(children__isnull=False).distinct()
            ],
            lambda rows, value: rows.filter(parent__code=value),
        ),
    ),
    search=("name", "code", "iso3"),
    order=("code",),
    empty=_("No place is loaded."),
    empty_hint=_("The command “appui init” loads countries and provinces."),
)

CODELISTS = Listing(
    name="code-lists",
    columns=(
        Column("name", _("Name"), lambda row: row.name, "multilingual", href=address),
        Column("slug", _("List"), lambda row: row.slug, order_by=("slug",)),
        Column("count", _("Codes"), lambda row: row.count, "number", ("count",)),
        Column("source", _("Source"), lambda row: row.source, order_by=("source",)),
        Column("date", _("Date"), _day_of_source, "date", order_by=("source_date",)),
    ),
    search=("slug", "name", "source"),
    order=("slug",),
    page_size=100,
)

CODES = Listing(
    name="codes",
    columns=(
        Column("code", _("Code"), lambda row: row.code, order_by=("code",)),
        Column("label", _("Label"), lambda row: row.label, "multilingual"),
        Column(
            "definition", _("Definition"), lambda row: row.definition, "multilingual", phone=False
        ),
        Column("parent", _("Group"), lambda row: row.parent, order_by=("parent__code",)),
    ),
    search=("code", "label"),
    order=("position", "code"),
    page_size=100,
)

RATES = Listing(
    name="exchange-rates",
    columns=(
        Column("currency", _("Currency"), lambda row: row.currency, order_by=("currency",)),
        Column("month", _("Month"), lambda row: row.month.strftime("%Y-%m"), order_by=("month",)),
        Column(
            "rate",
            _("US dollars for one unit"),
            lambda row: row.usd_per_unit.normalize(),
            "number",
            ("usd_per_unit",),
        ),
        Column("source", _("Source"), lambda row: row.source, order_by=("source",)),
    ),
    search=("currency", "source"),
    order=("-month", "currency"),
    empty=_("No exchange rate is loaded."),
    empty_hint=_("The command “appui init” loads those of the European Central Bank."),
)

MEMBERS = Listing(
    name="members",
    columns=(
        Column(
            "person",
            _("Person"),
            lambda row: row.user.display_name or row.user.email,
            order_by=("user__display_name",),
        ),
        Column("email", _("E-mail"), lambda row: row.user.email, order_by=("user__email",)),
        Column(
            "organisation",
            _("Organisation"),
            lambda row: row.organisation.name,
            "multilingual",
            ("organisation",),
        ),
        Column("role", _("Role"), lambda row: row.get_role_display(), order_by=("role",)),
        Column(
            "change",
            _("Change"),
            lambda row: _("Change the role"),
            href=lambda row: reverse("registry:member_edit", args=[row.pk]),
        ),
        Column(
            "remove",
            _("Remove"),
            lambda row: _("Remove"),
            href=lambda row: reverse("registry:member_remove", args=[row.pk]),
        ),
    ),
    filters=(
        Filter(
            "role",
            _("Role"),
            lambda _request: Role.choices,
            lambda rows, value: rows.filter(role=value),
        ),
    ),
    search=("user__display_name", "user__email"),
    order=("organisation", "user__email"),
    empty=_("Nobody yet."),
)

STANDING_FIELDS = ("organisation_type", "country", "merged_into")


def organisations() -> Any:
    """Organisations as the list wants them: two joins, no query a row."""
    return Organisation.objects.select_related(*STANDING_FIELDS)
