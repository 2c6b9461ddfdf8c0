"""Windows, calls and own funds."""

from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings
from appui.funding.models import Fund
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page


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
    obj = fetch(rows.select_related("organisation__merged_into", "owner", "source"), pk=pk)
    donor = obj.organisation.merged_into or obj.organisation
    today = timezone.localdate()
    source = shown(obj.source, request.reader)
    return sheet_page(
        request,
        obj,
        crumbs=[(_("Windows and calls"), reverse("funding:fund_list"))],
        lead=f"{donor} · {obj.get_kind_display()}",
        buttons=[
            Button(
                _("Change"),
                reverse("funding:fund_edit", args=[pk]),
                False,
                may_edit(obj, request.reader),
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
            Fact(_("Sectors"), ", ".join(f"{code.code} {code}" for code in obj.sectors.all())),
            Fact(_("Places"), ", ".join(str(place) for place in obj.locations.all())),
            Fact(_("Conditions"), obj.conditions),
            Fact(_("Address"), obj.url, href=obj.url or None),
            Fact(_("Checked on"), obj.verified_on, "date"),
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
