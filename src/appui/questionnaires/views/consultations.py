"""Pages of consultations."""

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.kernel.access import Reader
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.questionnaires import listings, queries
from appui.questionnaires.actions import consultations as actions
from appui.questionnaires.forms.hearing import ConsultationForm
from appui.questionnaires.models import Consultation
from appui.questionnaires.models.consultation import share
from appui.questionnaires.queries import Heard, Stated
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_edit, may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page


def consultation_list(request: PageRequest) -> HttpResponse:
    """Consultations the reader may see, and who was heard in all of them."""
    rows = queries.consultations(request.reader)
    found = queries.heard(rows)
    return list_page(
        request,
        listings.CONSULTATIONS,
        rows,
        template="questionnaires/consultation_list.html",
        title=_("Consultations"),
        lead=_("Who was heard before a decision, where, and what was said."),
        totals=_totals(found) if found.consultations else [],
        **adding(request, "questionnaires:consultation_add", _("Record a consultation")),
    )


def _totals(found: Heard) -> list[Fact]:
    named = (
        (_("Women"), found.women),
        (_("Men"), found.men),
        (_("Young people"), found.youth),
        (_("Persons with disabilities"), found.with_disabilities),
    )
    count = found.consultations
    people = _total(_("People heard"), found.people, count, is_part=False)
    return [people, *(_total(label, stated, count) for label, stated in named)]


def _total(label: str, stated: Stated, consultations: int, *, is_part: bool = True) -> Fact:
    """The sum of those that state the number, and how many do; never a zero for “not stated”."""
    notes = [
        ngettext(
            "stated by %(stated)d consultation of %(all)d",
            "stated by %(stated)d consultations of %(all)d",
            stated.stated,
        )
        % {"stated": stated.stated, "all": consultations}
    ]
    ratio = share(stated.part, stated.whole) if is_part else None
    if ratio is not None:
        notes.append(
            _("%(share)s of the %(people)s people of those that state both")
            % {"share": formats.percent(ratio), "people": formats.number(stated.whole)}
        )
    return Fact(label, stated.total if stated.stated else None, "number", help="; ".join(notes))


def _consultation(request: PageRequest, pk: int) -> Consultation:
    return fetch(queries.consultations(request.reader), pk=pk)


def consultation(request: PageRequest, pk: int) -> HttpResponse:
    """One consultation; rooms above show here which decisions rest on it."""
    obj = _consultation(request, pk)
    edit = reverse("questionnaires:consultation_edit", args=[pk])
    when = formats.period(obj.starts_on, obj.ends_on) if obj.ends_on else formats.day(obj.starts_on)
    return sheet_page(
        request,
        obj,
        template="questionnaires/consultation.html",
        crumbs=[(_("Consultations"), reverse("questionnaires:consultation_list"))],
        lead=" · ".join(filter(None, (when, listings.places_of(obj)))),
        buttons=[Button(_("Change"), edit, False, may_edit(obj, request.reader))],
        facts=_facts(obj, queries.shown_subject(obj, request.reader)),
    )


def _facts(obj: Consultation, about: Model | None) -> list[Fact]:
    url = about.get_absolute_url() if about is not None else None  # type: ignore[attr-defined]
    organisations = ", ".join(str(one) for one in obj.organisations.all())
    return [
        Fact(_("People heard"), _stated(obj.people)),
        Fact(_("Women"), _stated(obj.women, obj.women_share)),
        Fact(_("Men"), _stated(obj.men)),
        Fact(_("Young people"), _stated(obj.youth, obj.youth_share)),
        Fact(_("Persons with disabilities"), _stated(obj.with_disabilities)),
        Fact(_("Organisations heard"), organisations),
        Fact(_("About"), obj.about_shown, "multilingual", href=url),
        Fact(_("Note"), obj.note),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _stated(number: int | None, ratio: Any = None) -> str:
    if number is None:
        return _("not stated")
    if ratio is None:
        return formats.number(number)
    return f"{formats.number(number)} ({formats.percent(ratio)})"


def consultation_add(request: PageRequest) -> HttpResponse:
    """Record a consultation; the address may say what it is about."""
    require(may_keep_register(request.reader))
    about = _about(request, request.reader)
    return form_page(
        request,
        ConsultationForm,
        act=lambda data: actions.record_consultation(
            by=request.reader, about=about, **without_version(data)
        ),
        title=_("Record a consultation"),
        submit=_("Record the consultation"),
        cancel=about.get_absolute_url() if about else reverse("questionnaires:consultation_list"),  # type: ignore[attr-defined]
        kwargs={"reader": request.reader},
        lead=_("About %(name)s") % {"name": about} if about else "",
    )


def _about(request: PageRequest, reader: Reader) -> Model | None:
    told = request.GET.get("about", "")
    found = queries.subject(told, reader) if told else None
    if told and found is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return found


def consultation_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is recorded of a consultation."""
    obj = _consultation(request, pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        ConsultationForm,
        act=lambda data: actions.change_consultation(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
