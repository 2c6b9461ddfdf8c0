"""Pages of activities."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.evidence.models import Source
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.portfolio import actions, forms, listings, pictures, queries, rules, sheet
from appui.portfolio.models import Activity, ActivityIdentifier, BudgetLine, Participation
from appui.registry.models import Code, CodeList, Location
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.ui.forms import PageForm, confirm_page, form_page, without_version
from appui.ui.listing import list_page


def activity_list(request: PageRequest) -> HttpResponse:
    """Activities the reader may see."""
    rows = queries.activities(request.reader)
    return list_page(
        request,
        listings.with_budget(listings.ACTIVITIES, queries.rates_of(request.reader)),
        rows,
        title=_("Projects"),
        lead=_("What is done with the money: programmes, projects, technical assistance."),
        template="portfolio/activity_list.html",
        **adding(request, "portfolio:activity_add", _("Describe a project")),
    )


def activity(request: PageRequest, pk: int) -> HttpResponse:
    """One activity with all that hangs on it."""
    obj = _activity(request, pk)
    change = rules.may_change(obj, request.reader)
    return sheet_page(
        request,
        obj,
        template="portfolio/activity.html",
        map_alt=pictures.alternative([item.location for item in obj.places.all()]),
        crumbs=[(_("Projects"), reverse("portfolio:activity_list"))],
        lead=" · ".join(part for part in (obj.reference, listings.places_of(obj)) if part),
        buttons=[Button(_("Change"), reverse("portfolio:activity_edit", args=[pk]), False, change)],
        facts=sheet.facts(obj, request.reader),
        may_change=change,
        **sheet.tables(obj, request.reader, may_change=bool(change)),
    )


def activity_map(request: PageRequest, pk: int) -> HttpResponse:
    """Where an activity takes place, as an image; nothing when no outline is known."""
    obj = _activity(request, pk)
    drawn = pictures.places_map([item.location for item in obj.places.all()])
    if drawn is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return HttpResponse(drawn, content_type="image/svg+xml")


def activity_add(request: PageRequest) -> HttpResponse:
    """Describe an activity."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.ActivityForm,
        act=lambda data: actions.describe_activity(by=request.reader, **without_version(data)),
        title=_("Describe a project"),
        submit=_("Record the project"),
        cancel=reverse("portfolio:activity_list"),
        kwargs={"reader": request.reader},
        initial={name: request.GET[name] for name in ("needs", "parent") if name in request.GET},
    )


def activity_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the facts of an activity."""
    obj = changeable(request, pk)
    return form_page(
        request,
        forms.ActivityForm,
        act=lambda data: actions.change_activity(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def participation_add(request: PageRequest, pk: int) -> HttpResponse:
    """Let an organisation take part."""
    return _add(request, pk, forms.ParticipationForm, actions.add_participation, _("Add a partner"))


def identifier_add(request: PageRequest, pk: int) -> HttpResponse:
    """Record the reference of the activity in another system."""
    return _add(request, pk, forms.IdentifierForm, actions.add_identifier, _("Add an identifier"))


def budget_add(request: PageRequest, pk: int) -> HttpResponse:
    """Plan money for one period."""
    return _add(request, pk, forms.BudgetLineForm, actions.add_budget_line, _("Add a budget line"))


def _add(
    request: PageRequest, pk: int, form: type[PageForm], act: Callable[..., Any], title: str
) -> HttpResponse:
    """A form whose record hangs on an activity; ends on the activity's page."""
    return add_part(request, changeable(request, pk), form, act, title)


def add_part(
    request: PageRequest,
    obj: Activity,
    form: type[PageForm],
    act: Callable[..., Any],
    title: str,
    **kwargs: Any,
) -> HttpResponse:
    """A form whose record hangs on ``obj``; ``kwargs`` are the form's own."""
    return form_page(
        request,
        form,
        act=lambda data: act(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=title,
        about=obj,
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, **kwargs},
        initial={"currency": obj.currency, "version": obj.version},
    )


def participation_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a role or its note."""
    part = part_of(request, Participation, pk)
    back: str = part.activity.get_absolute_url()
    return form_page(
        request,
        forms.ParticipationForm,
        act=lambda data: actions.change_participation(part, by=request.reader, **data),
        then=back,
        title=_("Change “%(name)s”") % {"name": part},
        about=part.activity,
        submit=_("Save"),
        cancel=back,
        kwargs={"reader": request.reader, "obj": part},
        template="ui/part_form.html",
        remove_url=reverse("portfolio:participation_remove", args=[pk]),
    )


def participation_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take an organisation out of an activity."""
    return remove_part(request, part_of(request, Participation, pk))


def identifier_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a reference in another system."""
    return remove_part(request, part_of(request, ActivityIdentifier, pk))


def remove_part(request: PageRequest, part: actions.Part) -> HttpResponse:
    """Ask, then remove what hangs on an activity."""
    back = part.activity.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_part(part, by=request.reader),
        then=back,
        title=_("Remove “%(name)s”") % {"name": part},
        question=_("The history of the project keeps what it was."),
        submit=_("Remove"),
        cancel=back,
        about=part.activity,
    )


def budget_revise(request: PageRequest, pk: int) -> HttpResponse:
    """Replace a budget line by a revised one."""
    line = part_of(request, BudgetLine, pk)
    require(rules.may_revise(line, request.reader))
    back: str = line.activity.get_absolute_url()
    return form_page(
        request,
        forms.RevisionForm,
        act=lambda data: actions.revise_budget_line(line, by=request.reader, **data),
        then=back,
        title=_("Revise a budget line"),
        about=line.activity,
        submit=_("Record the revision"),
        cancel=back,
        kwargs={"reader": request.reader, "obj": line},
    )


def places(request: PageRequest, pk: int) -> HttpResponse:
    """All places of an activity with their shares, at once."""
    obj = changeable(request, pk)
    given = {
        item.location.code: (str(item.location), item.percentage, "") for item in obj.places.all()
    }
    return _shares_page(
        request,
        obj,
        actions.set_places,
        title=_("Places and their shares"),
        kwargs={"given": given, "with_reasons": False},
        choices=[(place.code, str(place)) for place in Location.objects.all()],
    )


def classify(request: PageRequest, pk: int) -> HttpResponse:
    """Choose a vocabulary to classify by."""
    obj = changeable(request, pk)
    return form_page(
        request,
        forms.VocabularyForm,
        act=lambda data: sheet.shares_url(obj, data["codelist"].slug),
        title=_("Classify by another vocabulary"),
        about=obj,
        submit=_("Choose"),
        cancel=obj.get_absolute_url(),
    )


def shares(request: PageRequest, pk: int, codelist: str) -> HttpResponse:
    """All codes of one vocabulary on an activity with their shares, at once."""
    obj = changeable(request, pk)
    vocabulary = fetch(CodeList.objects.all(), slug=codelist)
    if codelist == actions.MARKERS:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    given = {
        item.code.code: (str(item.code), item.percentage, item.reason)
        for item in obj.classifications.all()
        if item.code.codelist_id == vocabulary.pk
    }

    def act(activity: Activity, **data: Any) -> None:
        actions.set_shares(activity, codelist, **data)

    return _shares_page(
        request,
        obj,
        act,
        title=str(vocabulary),
        kwargs={"given": given},
        choices=[(code.code, str(code)) for code in Code.objects.of(codelist)],
    )


def _shares_page(
    request: PageRequest,
    obj: Activity,
    act: Callable[..., None],
    *,
    title: str,
    kwargs: dict[str, Any],
    choices: list[tuple[str, str]],
) -> HttpResponse:
    return form_page(
        request,
        forms.SharesForm,
        act=lambda data: act(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=title,
        about=obj,
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs=kwargs,
        initial={"version": obj.version},
        template="portfolio/shares_form.html",
        choices=choices,
    )


def markers(request: PageRequest, pk: int) -> HttpResponse:
    """All policy markers of an activity, at once."""
    obj = changeable(request, pk)
    given = {
        item.code.code: actions.Marked(item.significance or 0, item.reason, item.source)
        for item in obj.classifications.all()
        if item.code.codelist.slug == actions.MARKERS
    }
    return form_page(
        request,
        forms.MarkersForm,
        act=lambda data: actions.set_markers(obj, by=request.reader, **data),
        then=obj.get_absolute_url(),
        title=_("Policy markers"),
        about=obj,
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        lead=_("A score needs a justification; a source makes it evidence."),
        kwargs={"given": given, "sources": Source.objects.visible_to(request.reader)},
        initial={"version": obj.version},
    )


def _activity(request: PageRequest, pk: int) -> Activity:
    return fetch(queries.whole_activities(request.reader), pk=pk)


def changeable(request: PageRequest, pk: int) -> Activity:
    """An activity with all that hangs on it, which the reader may change."""
    obj = _activity(request, pk)
    require(rules.may_change(obj, request.reader))
    return obj


def part_of(request: PageRequest, model: Any, pk: int) -> Any:
    """What hangs on an activity that the reader may change."""
    rows = queries.parts(model, request.reader)
    part = fetch(rows, pk=pk)
    require(rules.may_change(part.activity, request.reader))
    return part
