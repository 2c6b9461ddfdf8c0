"""Exchanges with donors."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings
from appui.funding.models import Interaction
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page


def interaction_list(request: PageRequest) -> HttpResponse:
    """What was said with donors."""
    rows = Interaction.objects.visible_to(request.reader)
    return list_page(
        request,
        listings.INTERACTIONS,
        rows.select_related("organisation__merged_into", "kind"),
        title=_("Exchanges"),
        lead=_("Meetings, calls, letters and events with donors, and what follows."),
        **adding(request, "funding:interaction_add", _("Note an exchange")),
    )


def interaction(request: PageRequest, pk: int) -> HttpResponse:
    """One exchange."""
    rows = Interaction.objects.visible_to(request.reader)
    obj = fetch(
        rows.select_related(
            "organisation__merged_into", "kind", "person", "proposal", "owner", "responsible"
        ),
        pk=pk,
    )
    donor = obj.organisation.merged_into or obj.organisation
    person, ask = shown(obj.person, request.reader), shown(obj.proposal, request.reader)
    return sheet_page(
        request,
        obj,
        crumbs=[(_("Exchanges"), reverse("funding:interaction_list"))],
        lead=f"{obj.kind} · {donor}",
        buttons=[
            Button(
                _("Change"),
                reverse("funding:interaction_edit", args=[pk]),
                True,
                may_edit(obj, request.reader),
            ),
        ],
        facts=[
            Fact(_("On"), obj.took_place_on, "date"),
            Fact(_("With"), donor, href=reverse("funding:donor", args=[donor.pk])),
            Fact(_("Contact"), person, href=person.get_absolute_url() if person else None),
            Fact(
                _("About the proposal"),
                ask,
                href=ask.get_absolute_url() if ask else None,
            ),
            Fact(_("Note"), obj.note),
            Fact(_("What follows"), obj.follow_up),
            Fact(_("To be done by"), obj.follow_up_on, "date"),
            Fact(_("Responsible"), obj.responsible),
            Fact(
                _("State"),
                listings.follow_up_word(obj),
                "tag",
                tone="" if obj.followed_up else "wait",
            ),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
    )


def interaction_add(request: PageRequest) -> HttpResponse:
    """Note an exchange."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.InteractionForm,
        act=lambda data: actions.note_interaction(by=request.reader, **without_version(data)),
        title=_("Note an exchange"),
        submit=_("Save"),
        cancel=reverse("funding:interaction_list"),
        kwargs={"reader": request.reader},
        initial={
            "organisation": request.GET.get("with"),
            "proposal": request.GET.get("proposal"),
            "took_place_on": timezone.localdate(),
        },
    )


def interaction_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what was noted."""
    obj = fetch(Interaction.objects.visible_to(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.InteractionForm,
        act=lambda data: actions.change_interaction(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
