"""Pages of sources and figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.evidence import actions, forms, listings, panels, queries, rules
from appui.evidence.models import Confidence, Figure
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_edit, may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table


def source_list(request: PageRequest) -> HttpResponse:
    """Sources the reader may see."""
    return list_page(
        request,
        listings.SOURCES,
        queries.sources(request.reader),
        title=_("Sources"),
        lead=_("Who published what, and when; every figure names one."),
        **adding(request, "evidence:source_add", _("Cite a source")),
    )


def source(request: PageRequest, pk: int) -> HttpResponse:
    """One source: the figures taken from it and what the rooms above take from it."""
    obj = fetch(queries.sources(request.reader), pk=pk)
    edit = may_edit(obj, request.reader)
    taken = queries.figures(request.reader).filter(source=obj)
    return sheet_page(
        request,
        obj,
        template="evidence/source.html",
        crumbs=[(_("Sources"), reverse("evidence:source_list"))],
        title=obj.title,
        lead=f"{obj.label} · {obj.publisher}",
        buttons=[Button(_("Change"), reverse("evidence:source_edit", args=[pk]), False, edit)],
        facts=[
            Fact(_("Publisher"), obj.publisher),
            Fact(_("Published on"), obj.published_on, "date"),
            Fact(_("Page or section"), obj.page),
            Fact(_("Address"), obj.url, href=obj.url or None),
            Fact(_("Language"), formats.language_name(obj.language)),
            Fact(_("Note"), obj.note),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        figures=Table(listings.OF_SOURCE, list(taken.order_by(*queries.BY_MEASURE))),
        may_record=may_keep_register(request.reader),
        new_figure_url=f"{reverse('evidence:figure_add')}?source={pk}",
    )


def source_add(request: PageRequest) -> HttpResponse:
    """Cite a source."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.SourceForm,
        act=lambda data: actions.cite(by=request.reader, **without_version(data)),
        title=_("Cite a source"),
        submit=_("Record the source"),
        cancel=reverse("evidence:source_list"),
        kwargs={"reader": request.reader},
    )


def source_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Correct the reference of a source."""
    obj = fetch(queries.sources(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.SourceForm,
        act=lambda data: actions.change_source(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj.title},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def figure_list(request: PageRequest) -> HttpResponse:
    """Figures the reader may see, all vintages."""
    return list_page(
        request,
        listings.FIGURES,
        queries.figures(request.reader),
        template="evidence/figure_list.html",
        title=_("Figures"),
        lead=_("One value, one date, one source; a revision stands beside what it replaces."),
        **adding(request, "evidence:figure_add", _("Record a figure")),
    )


def figure(request: PageRequest, pk: int) -> HttpResponse:
    """One figure: its vintages and the publishers who say otherwise."""
    obj = fetch(queries.figures(request.reader), pk=pk)
    places = [obj.location] if obj.location else None
    found = queries.conflicts(request.reader, locations=places, measures=[obj.measure])
    mine = [item for item in found if obj in item.claims]
    return sheet_page(
        request,
        obj,
        template="evidence/figure.html",
        crumbs=[(_("Figures"), reverse("evidence:figure_list"))],
        title=obj.name,
        lead=" · ".join(str(part) for part in (obj.location, listings.when(obj)) if part),
        buttons=[
            Button(
                _("Annotate"),
                reverse("evidence:figure_edit", args=[pk]),
                False,
                may_edit(obj, request.reader),
            ),
            Button(
                _("Revise"),
                reverse("evidence:figure_revise", args=[pk]),
                True,
                rules.may_revise(obj, request.reader),
            ),
        ],
        facts=_facts(obj),
        vintages=Table(listings.VINTAGES, queries.vintages(obj, request.reader)),
        disagreements=[panels.shown(item) for item in mine],
    )


def _facts(obj: Figure) -> list[Fact]:
    return [
        Fact(_("Value"), f"{formats.number(obj.value)} {obj.unit.symbol}", source=obj.source),
        Fact(_("Unit"), obj.unit),
        Fact(_("What it measures"), obj.measure),
        Fact(_("Detail"), obj.detail, "multilingual"),
        Fact(
            _("Place"),
            obj.location,
            href=obj.location.get_absolute_url() if obj.location else None,
        ),
        Fact(_("Date or period"), listings.when(obj), "year"),
        Fact(_("Source"), obj.source, href=obj.source.get_absolute_url()),
        Fact(
            _("How it is known"),
            obj.get_confidence_display(),
            "tag",
            tone=listings.CONFIDENCE_TONES[Confidence(obj.confidence)],
        ),
        Fact(
            _("Vintage"), _("replaced") if obj.is_superseded else _("current"), "tag", tone="plain"
        ),
        Fact(_("Note"), obj.note),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def figure_add(request: PageRequest) -> HttpResponse:
    """Record a figure."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.FigureForm,
        act=lambda data: actions.record_figure(by=request.reader, **without_version(data)),
        title=_("Record a figure"),
        submit=_("Record the figure"),
        cancel=reverse("evidence:figure_list"),
        kwargs={"reader": request.reader},
        initial={"source": request.GET.get("source")},
    )


def figure_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change the note of a figure and who sees it."""
    obj = fetch(queries.figures(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.AnnotationForm,
        act=lambda data: actions.annotate_figure(obj, by=request.reader, **data),
        title=_("Annotate “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def figure_revise(request: PageRequest, pk: int) -> HttpResponse:
    """Record a new vintage of a figure."""
    obj = fetch(queries.figures(request.reader), pk=pk)
    require(rules.may_revise(obj, request.reader))
    return form_page(
        request,
        forms.RevisionForm,
        act=lambda data: actions.revise_figure(obj, by=request.reader, **data),
        title=_("Revise “%(name)s”") % {"name": obj},
        lead=listings.when(obj),
        submit=_("Record the revision"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def conflict_list(request: PageRequest) -> HttpResponse:
    """Where publishers disagree, none resolved in silence."""
    return render(
        request,
        "evidence/conflicts.html",
        {
            "title": _("Sources that disagree"),
            "lead": _("Same measure, place, detail and unit at about the same time."),
            "crumbs": [(_("Figures"), reverse("evidence:figure_list"))],
            "disagreements": [panels.shown(item) for item in queries.conflicts(request.reader)],
            "mixed": queries.mixed_units(request.reader),
        },
    )
