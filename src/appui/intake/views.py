"""Pages of files brought in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from appui.intake import actions, comparing, forms, iati, listings, queries, reading, report, rules
from appui.intake.kinds import KINDS
from appui.intake.models import Batch, RowState, Stage
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.ui.export import XLSX_TYPE
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, see_other, without_version
from appui.ui.listing import list_page

KEPT_SHOWN = 100
BEGUN = gettext_lazy("The work has begun.")


def batch_list(request: PageRequest) -> HttpResponse:
    """Files of the reader's organisations."""
    return list_page(
        request,
        listings.BATCHES,
        queries.batches(request.reader),
        title=_("Files brought in"),
        lead=_("Old Excel and CSV files, checked cell by cell before anything is written."),
        **adding(request, "intake:batch_add", _("Bring in a file")),
    )


def batch_add(request: PageRequest) -> HttpResponse:
    """Upload a file."""
    require(rules.may_start(request.reader))

    def act(data: dict[str, Any]) -> str:
        file = data["file"]
        batch = actions.upload(
            by=request.reader,
            owner=data["owner"],
            name=file.name,
            content=file.read(),
            record_visibility=data["record_visibility"],
        )
        return reverse("intake:batch_choose", args=[batch.pk])

    return form_page(
        request,
        forms.UploadForm,
        act=lambda data: act(without_version(data)),
        title=_("Bring in a file"),
        lead=_("Nothing is written before you have seen what was found in it."),
        submit=_("Upload"),
        cancel=reverse("intake:batch_list"),
        success=_("The file was read."),
        kwargs={"reader": request.reader},
    )


def _batch(request: PageRequest, pk: int) -> Batch:
    return fetch(queries.batches(request.reader), pk=pk)


def batch_choose(request: PageRequest, pk: int) -> HttpResponse:
    """Say what the rows are and where they stand."""
    obj = _batch(request, pk)
    require(rules.may_pass_to(obj, Stage.MAPPING, request.reader))
    return form_page(
        request,
        forms.ChooseForm,
        act=lambda data: _chosen(actions.choose(obj, by=request.reader, **data)),
        title=_("What is in “%(name)s”?") % {"name": obj},
        submit=_("Go on to the columns"),
        cancel=obj.get_absolute_url(),
        success=_("The rows were read."),
        about=obj,
        initial={
            "kind": obj.kind,
            "sheet": obj.sheet,
            "header_row": obj.header_row or None,
            "text_language": obj.text_language,
            "version": obj.version,
        },
        kwargs={
            "kinds": rules.kinds_for(obj, request.reader),
            "sheets": reading.sheet_names(obj.file_name, bytes(obj.stored.content)),
            "of_iati": iati.is_iati(obj.file_name),
        },
    )


def _chosen(obj: Batch) -> str:
    return reverse("intake:batch_columns", args=[obj.pk])


def batch_columns(request: PageRequest, pk: int) -> HttpResponse:
    """Confirm which column is which."""
    obj = _batch(request, pk)
    require(rules.may_pass_to(obj, Stage.CHECKING, request.reader))
    return form_page(
        request,
        forms.ColumnsForm,
        act=lambda data: actions.confirm_columns(obj, by=request.reader, **data),
        title=_("Which column is which?"),
        lead=_("Guessed from the headings of %(name)s. What you confirm is remembered.")
        % {"name": obj},
        submit=_("Check every cell"),
        cancel=obj.get_absolute_url(),
        success=_("The columns are confirmed."),
        about=obj,
        template="intake/columns.html",
        initial={"version": obj.version},
        kwargs={"batch": obj, "rows": list(obj.rows.values_list("cells", flat=True)[:20])},
    )


def batch(request: PageRequest, pk: int) -> HttpResponse:
    """One file: how far it is, what was found, what can be done."""
    obj = _batch(request, pk)
    sums = queries.sums_of(obj)
    return sheet_page(
        request,
        obj,
        template="intake/batch.html",
        crumbs=[(_("Files brought in"), reverse("intake:batch_list"))],
        lead=" · ".join(filter(None, (obj.get_kind_display(), obj.get_stage_display()))),
        buttons=_buttons(obj, request),
        facts=_facts(obj),
        counts=_counts(sums),
        faults=listings.fault_table(obj, sums.faults),
        work=_work(obj) if obj.stage in rules.AT_WORK else None,
        may_work=rules.may_work_on(obj, request.reader),
        recognised_by=KINDS[obj.kind].recognised_by if obj.kind else "",
        kept=listings.kept_table(queries.kept_of(obj, KEPT_SHOWN)),
    )


def _work(obj: Batch) -> dict[str, Any]:
    done, whole = queries.done_of(obj)
    return {"obj": obj, "done": done, "whole": whole}


def _buttons(obj: Batch, request: PageRequest) -> list[Button]:
    reader, pk = request.reader, obj.pk
    offered = {
        Stage.CHOOSING: [("intake:batch_choose", _("Choose the kind"), Stage.MAPPING)],
        Stage.MAPPING: [
            ("intake:batch_columns", _("Confirm the columns"), Stage.CHECKING),
            ("intake:batch_choose", _("Choose another kind or sheet"), Stage.MAPPING),
        ],
        Stage.CHECKED: [
            ("intake:batch_bring", _("Bring in the good rows"), Stage.BRINGING),
            ("intake:batch_check", _("Check again"), Stage.CHECKING),
            ("intake:batch_columns", _("Change the columns"), Stage.CHECKING),
        ],
    }
    found = [
        Button(label, reverse(name, args=[pk]), place == 0, rules.may_pass_to(obj, stage, reader))
        for place, (name, label, stage) in enumerate(offered.get(Stage(obj.stage), []))
    ]
    if obj.stage in (Stage.CHECKED, Stage.DONE, Stage.UNDONE):
        report_url = reverse("intake:batch_report", args=[pk])
        found.append(Button(_("Download the report"), report_url, False, rules.may_report(obj)))
    if obj.stage == Stage.DONE:
        undo = reverse("intake:batch_undo", args=[pk])
        found.append(Button(_("Undo all of it"), undo, False, rules.may_undo(obj, reader)))
    if obj.stage not in (Stage.BRINGING, Stage.UNDOING):
        gone = reverse("intake:batch_remove", args=[pk])
        found.append(Button(_("Forget the file"), gone, False, rules.may_remove(obj, reader)))
    return found


def _counts(sums: queries.Sums) -> list[Fact]:
    shown = [(state, sums.of(state)) for state in RowState]
    return [Fact(state.label, count, "number") for state, count in shown if count]


def _facts(obj: Batch) -> list[Fact]:
    return [
        Fact(_("Stage"), obj.get_stage_display(), "tag",
             tone=listings.STAGE_TONES.get(obj.stage, "wait")),
        Fact(_("Kind"), obj.get_kind_display()),
        Fact(_("Sheet"), obj.sheet),
        Fact(_("Row of the headings"), obj.header_row or None, "number"),
        Fact(_("Rows"), obj.row_count, "number"),
        Fact(_("Uploaded"), obj.created_at, "date"),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Who can see the new records"), obj.get_record_visibility_display(), "tag",
             tone="plain"),
    ]  # fmt: skip


@require_POST
def batch_go(request: PageRequest, pk: int) -> HttpResponse:
    """Do one slice of the work at hand. The page asks again by itself; without JavaScript there
    is a button."""
    obj = _batch(request, pk)
    more = actions.go_on(obj, by=request.reader, today=localdate())
    if request.headers.get("HX-Request") != "true":
        return see_other(obj.get_absolute_url())
    if not more:
        return HttpResponseClientRedirect(obj.get_absolute_url())
    return render(request, "intake/_work.html", {"work": _work(obj)})


def batch_check(request: PageRequest, pk: int) -> HttpResponse:
    """Check all rows anew."""
    obj = _batch(request, pk)
    require(rules.may_pass_to(obj, Stage.CHECKING, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.check(obj, by=request.reader),
        success=BEGUN,
        title=_("Check “%(name)s” again") % {"name": obj},
        question=_("Useful after you have added organisations, places or projects it names."),
        submit=_("Check again"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def batch_bring(request: PageRequest, pk: int) -> HttpResponse:
    """Bring in the good rows."""
    obj = _batch(request, pk)
    require(rules.may_pass_to(obj, Stage.BRINGING, request.reader))
    sums = queries.sums_of(obj)
    return confirm_page(
        request,
        act=lambda _data: actions.bring_in(obj, by=request.reader),
        success=BEGUN,
        title=_("Bring in the good rows of “%(name)s”") % {"name": obj},
        question=_(
            "Rows to be written: %(ready)d; to stay out: %(out)d. You can undo all of it later."
        )
        % {"ready": sums.of(RowState.READY), "out": sums.of(RowState.LEFT_OUT)},
        submit=_("Bring in the good rows"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def batch_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Take back what the file brought."""
    obj = _batch(request, pk)
    require(rules.may_undo(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.undo(obj, by=request.reader),
        success=BEGUN,
        title=_("Undo “%(name)s”") % {"name": obj},
        question=_(
            "What it made is deleted unless somebody changed or used it since; that is kept and "
            "listed. Lines of the ledger are reversed; figures become private and “to be checked”."
        ),
        submit=_("Undo all of it"),
        cancel=obj.get_absolute_url(),
        about=obj,
        tone="danger",
    )


def batch_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Forget the file."""
    obj = _batch(request, pk)
    require(rules.may_remove(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove(obj, by=request.reader),
        then=reverse("intake:batch_list"),
        title=_("Forget “%(name)s”") % {"name": obj},
        question=_(
            "The file and its rows are removed. What it brought in stays, and can then no longer "
            "be undone at once."
        ),
        submit=_("Forget the file"),
        cancel=obj.get_absolute_url(),
        about=obj,
        tone="danger",
    )


def batch_issues(request: PageRequest, pk: int) -> HttpResponse:
    """What is to be said of the cells of a file."""
    obj = _batch(request, pk)
    return list_page(
        request,
        listings.ISSUES,
        queries.issues_of(obj),
        title=_("Issues of “%(name)s”") % {"name": obj},
        lead=_("Critical and error: the row is left out. Warning: the row is kept."),
        crumbs=_crumbs(obj),
    )


def batch_rows(request: PageRequest, pk: int) -> HttpResponse:
    """The rows of a file and what became of each."""
    obj = _batch(request, pk)
    return list_page(
        request,
        listings.ROWS,
        queries.rows_of(obj),
        title=_("Rows of “%(name)s”") % {"name": obj},
        crumbs=_crumbs(obj),
    )


def row_compare(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Choose, field by field, between what is recorded and what the file says."""
    obj = _batch(request, pk)
    require(rules.may_work_on(obj, request.reader))
    row = fetch(obj.rows.all(), number=number)
    found = comparing.compare(obj, row, by=request.reader, today=localdate())
    return form_page(
        request,
        forms.CompareForm,
        act=lambda data: comparing.take_theirs(
            obj, row, by=request.reader, today=localdate(), **data
        ),
        title=_("Compare “%(name)s”") % {"name": found.activity},
        lead=_("Ours stays wherever theirs is not ticked. Places, sectors and organisations stay."),
        submit=_("Take what is ticked"),
        cancel=reverse("intake:batch_issues", args=[pk]) + "?code=other_here",
        about=obj,
        kwargs={"differences": found.differences},
        initial={"version": found.activity.version, "activity": found.activity.pk},
    )


def _crumbs(obj: Batch) -> list[tuple[str, str]]:
    return [
        (_("Files brought in"), reverse("intake:batch_list")),
        (str(obj), obj.get_absolute_url()),
    ]


def batch_report(request: PageRequest, pk: int) -> HttpResponse:
    """The sheet with its faults coloured and explained, to save."""
    obj = _batch(request, pk)
    return HttpResponse(
        report.workbook(obj),
        content_type=XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{report.file_name(obj)}"'},
    )
