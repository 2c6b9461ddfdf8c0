"""Targets: what an institution has set out to mobilise."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.models import Target
from appui.kernel.access import Role
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def target_list(request: PageRequest) -> HttpResponse:
    """What organisations have set out to mobilise."""
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    return list_page(
        request,
        listings.TARGETS,
        rows,
        title=_("Targets"),
        **adding(request, "funding:target_add", _("Set a target"), Role.MANAGER),
    )


def target(request: PageRequest, pk: int) -> HttpResponse:
    """One target and what counts toward it."""
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    obj = fetch(rows, pk=pk)
    reader = request.reader
    source = shown(obj.source, reader)
    (position,) = queries.target_positions([obj], reader, today=timezone.localdate())
    signed = (
        queries.agreements(reader)
        .filter(owner=obj.owner, status__in=rules.COUNTING)
        .prefetch_related("amendments")
    )
    asks = queries.proposals(reader).filter(owner=obj.owner, stage__in=rules.OPEN_STAGES)
    return sheet_page(
        request,
        obj,
        template="funding/target.html",
        crumbs=[(_("Targets"), reverse("funding:target_list"))],
        lead=str(obj.owner),
        buttons=[
            Button(
                _("Change"),
                reverse("funding:target_edit", args=[pk]),
                True,
                rules.may_set_target(obj.owner_id, reader),
            )
        ],
        facts=[
            Fact(_("Amount to mobilise"), Money(obj.amount, obj.currency), "money", source=source),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        position=position,
        basis=_(
            "Counts agreements of this organisation signed within the period; asks are not "
            "deducted from what is missing."
        )
        + " "
        + queries.rate_rule(obj.currency),
        signed=Table(
            listings.AGREEMENTS.columns,
            [item for item in signed if queries.counts_toward(item, obj)],
        ),
        asks=Table(listings.PROPOSALS.columns, list(asks)),
    )


def target_add(request: PageRequest) -> HttpResponse:
    """Set an amount to mobilise."""
    require(may_keep_register(request.reader, Role.MANAGER))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.set_target(by=request.reader, **without_version(data)),
        title=_("Set a target"),
        submit=_("Set"),
        cancel=reverse("funding:target_list"),
        kwargs={"reader": request.reader},
    )


def target_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a target."""
    obj = fetch(Target.objects.visible_to(request.reader), pk=pk)
    require(rules.may_set_target(obj.owner_id, request.reader))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.change_target(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
