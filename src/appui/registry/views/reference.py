"""Pages of reference data: places, code lists, exchange rates."""

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Role
from appui.kernel.verdict import require
from appui.registry import actions, forms, listings, rules
from appui.registry.models import CodeList, ExchangeRate, Location
from appui.registry.pages import PageRequest, adding, fetch, sheet_page
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import Column, list_page
from appui.ui.table import Table


def location_list(request: PageRequest) -> HttpResponse:
    """Countries and provinces."""
    rows = Location.objects.select_related("parent")
    return list_page(request, listings.LOCATIONS, rows, title=_("Places"))


def location(request: PageRequest, code: str) -> HttpResponse:
    """One place with what lies in it."""
    obj = fetch(Location.objects.select_related("parent"), code=code.replace("\x00", ""))
    return sheet_page(
        request,
        obj,
        template="registry/location.html",
        crumbs=[(_("Places"), reverse("registry:location_list"))],
        lead=obj.get_kind_display(),
        facts=[
            Fact(_("Name"), obj.name, "multilingual"),
            Fact(_("Code"), obj.code),
            Fact(_("ISO 3166-1 alpha-3"), obj.iso3),
            Fact(
                _("Country"),
                obj.parent,
                href=obj.parent.get_absolute_url() if obj.parent else None,
            ),
            Fact(_("Latitude"), obj.latitude, "number"),
            Fact(_("Longitude"), obj.longitude, "number"),
        ],
        children=Table(
            [
                Column(
                    "name", _("Name"), lambda row: row.name, "multilingual", href=listings.address
                ),
                Column("code", _("Code"), lambda row: row.code),
            ],
            list(obj.children.all()),
        ),
    )


def codelist_list(request: PageRequest) -> HttpResponse:
    """The code lists in use."""
    rows = CodeList.objects.annotate(count=Count("codes"))
    return list_page(
        request,
        listings.CODELISTS,
        rows,
        title=_("Code lists"),
        lead=_("Codes of the standards in use, with labels in four languages."),
    )


def codelist(request: PageRequest, slug: str) -> HttpResponse:
    """The codes of one list."""
    obj = fetch(CodeList.objects.all(), slug=slug)
    return list_page(
        request,
        listings.CODES,
        obj.codes.select_related("parent"),
        title=str(obj),
        lead=f"{obj.source} {obj.source_date}",
    )


def rate_list(request: PageRequest) -> HttpResponse:
    """Exchange rates by month."""
    return list_page(
        request,
        listings.RATES,
        ExchangeRate.objects.all(),
        title=_("Exchange rates"),
        lead=_("An amount is converted at the rate of the month of its value date."),
        **adding(request, "registry:rate_add", _("Add a rate"), Role.FINANCE),
    )


def rate_add(request: PageRequest) -> HttpResponse:
    """Record a published rate."""
    require(rules.may_keep_register(request.reader, Role.FINANCE))
    return form_page(
        request,
        forms.RateForm,
        act=lambda data: actions.set_rate(by=request.reader, **without_version(data)),
        then=reverse("registry:rate_list"),
        title=_("Add a rate"),
        submit=_("Add"),
        cancel=reverse("registry:rate_list"),
        kwargs={"reader": request.reader},
    )
