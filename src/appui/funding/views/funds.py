"""Windows, calls and own funds."""

from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings
from appui.funding.models import Fund, RequiredDocument
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def fund_list(request: PageRequest) -> HttpResponse:
    """Where money can be asked for."""
    return list_page(
        request,
        listings.FUNDS,
        Fund.objects.visible_to(request.reader).select_related("organisation__merged_into"),
        title=_("Windows and calls"),
        lead=_("Where money can be asked for, until when, and how much."),
        **adding(request, "funding:fund_add", _("Add a window or call")),
    )


def fund(request: PageRequest, pk: int) -> HttpResponse:
    """One window."""
    rows = Fund.objects.visible_to(request.reader)
    obj = fetch(
        rows.select_related("organisation__merged_into", "owner", "source", "earmarking"), pk=pk
    )
    donor = obj.organisation.merged_into or obj.organisation
    today = timezone.localdate()
    source = shown(obj.source, request.reader)
    may_change = may_edit(obj, request.reader)
    columns = listings.document_columns(changeable=bool(may_change))
    return sheet_page(
        request,
        obj,
        template="funding/fund.html",
        documents=Table(columns, list(obj.documents.all())),
        may_change=may_change,
        crumbs=[(_("Windows and calls"), reverse("funding:fund_list"))],
        lead=f"{donor} · {obj.get_kind_display()}",
        buttons=[
            Button(
                _("Change"),
                reverse("funding:fund_edit", args=[pk]),
                False,
                may_change,
            ),
            Button(
                _("New ask"),
                f"{reverse('funding:proposal_add')}?donor={donor.pk}&fund={pk}",
                True,
                may_keep_register(request.reader),
            ),
        ],
        facts=[
            Fact(
                _("State"),
                listings.open_word(obj),
                "tag",
                tone="" if obj.is_open(today) else "plain",
            ),
            Fact(_("Donor"), donor, href=reverse("funding:donor", args=[donor.pk])),
            Fact(_("Opens on"), obj.opens_on, "date"),
            Fact(_("Deadline"), obj.deadline, "date"),
            Fact(_("Smallest grant"), _money(obj, obj.minimum), "money"),
            Fact(_("Largest grant"), _money(obj, obj.maximum), "money"),
            Fact(_("Whole envelope"), _money(obj, obj.envelope), "money"),
            Fact(
                _("Own contribution asked"),
                None if obj.cost_share is None else obj.cost_share / 100,
                "percent",
            ),
            Fact(_("Sectors"), ", ".join(f"{code.code} {code}" for code in obj.sectors.all())),
            Fact(_("Places"), ", ".join(str(place) for place in obj.locations.all())),
            Fact(_("Earmarking"), obj.earmarking, help=obj.earmarking_note),
            Fact(_("Languages of the application"), ", ".join(map(str, obj.languages.all()))),
            Fact(_("Conditions"), obj.conditions),
            Fact(_("Address"), obj.url, href=obj.url or None),
            Fact(
                _("Checked on"), listings.checked_word(obj), "tag", tone=listings.checked_tone(obj)
            ),
            Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
    )


def _money(obj: Fund, amount: Decimal | None) -> Money | None:
    return None if amount is None else Money(amount, obj.currency)


def fund_add(request: PageRequest) -> HttpResponse:
    """Record a window or call."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.FundForm,
        act=lambda data: actions.open_fund(by=request.reader, **without_version(data)),
        title=_("Add a window or call"),
        submit=_("Add"),
        cancel=reverse("funding:fund_list"),
        kwargs={"reader": request.reader},
        initial={"organisation": request.GET.get("donor")},
    )


def fund_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is known of a window."""
    obj = fetch(Fund.objects.visible_to(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.FundForm,
        act=lambda data: actions.change_fund(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def required_document_add(request: PageRequest, pk: int) -> HttpResponse:
    """Add a paper that a window asks for."""
    obj = fetch(Fund.objects.visible_to(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.RequiredDocumentForm,
        act=lambda data: actions.add_required_document(
            obj, by=request.reader, **without_version(data)
        ),
        title=_("Add a required paper"),
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader},
        about=obj,
    )


def required_document_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is known of a required paper."""
    obj = _document(request, pk)
    return form_page(
        request,
        forms.RequiredDocumentForm,
        act=lambda data: actions.change_required_document(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.fund.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
        about=obj.fund,
    )


def required_document_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take away a paper that is no longer asked for."""
    obj = _document(request, pk)
    back = obj.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_required_document(obj, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("The history of the window keeps it."),
        submit=_("Remove"),
        cancel=back,
        about=obj.fund,
    )


def _document(request: PageRequest, pk: int) -> RequiredDocument:
    visible = Fund.objects.visible_to(request.reader)
    rows = RequiredDocument.objects.filter(fund__in=visible).select_related("fund")
    obj = fetch(rows, pk=pk)
    require(may_edit(obj.fund, request.reader))
    return obj
