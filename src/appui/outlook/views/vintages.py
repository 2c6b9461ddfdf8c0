"""Two publications of the same table: the list of what differs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.evidence.models import Source
from appui.kernel.errors import Invalid
from appui.outlook.queries.vintages import (
    Compared,
    compare_files,
    compare_sources,
    known_sources,
)
from appui.outlook.views.report import Ask, Part, Report, answer, tabs
from appui.outlook.vintages import Difference, Sort
from appui.registry.pages import PageRequest, fetch
from appui.ui import formats
from appui.ui.export import KINDS, file_response
from appui.ui.facts import Fact
from appui.ui.forms import PageForm, form_page
from appui.ui.listing import Column
from appui.ui.table import Table

SHOWN = 500
LARGEST = 10 * 1024 * 1024
SORTS: dict[str, str | Promise] = {
    Sort.ADDED: gettext_lazy("added"),
    Sort.REMOVED: gettext_lazy("no longer there"),
    Sort.CHANGED: gettext_lazy("changed"),
    Sort.SAME: gettext_lazy("the same"),
}
TONES = {Sort.ADDED: "", Sort.REMOVED: "late", Sort.CHANGED: "wait", Sort.SAME: "plain"}
SHOWS: dict[str, tuple[str | Promise, tuple[Sort, ...]]] = {
    "both": (gettext_lazy("In both, and different"), (Sort.CHANGED,)),
    "differences": (gettext_lazy("All differences"), (Sort.CHANGED, Sort.ADDED, Sort.REMOVED)),
    "added": (gettext_lazy("Only in the later"), (Sort.ADDED,)),
    "removed": (gettext_lazy("Only in the earlier"), (Sort.REMOVED,)),
    "all": (gettext_lazy("Every row"), tuple(Sort)),
}


def page(request: PageRequest) -> HttpResponse:
    """The figures of two sources: ``?before=`` and ``after=`` are their keys."""
    sources = known_sources(request.reader)
    options = [("", "—"), *((str(item.pk), f"{item.label} · {item.title}") for item in sources)]
    before, after = (_source(request, name) for name in ("before", "after"))
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "differences"
    report = Report(
        title=_("Two publications"),
        lead=_("What one publication says otherwise than an earlier one of the same table."),
        current="outlook:vintages",
        asks=[
            Ask("before", _("Earlier"), request.GET.get("before", ""), options),
            Ask("after", _("Later"), request.GET.get("after", ""), options),
            Ask("show", _("Show"), show, [(key, str(label)) for key, (label, _s) in SHOWS.items()]),
        ],
        submit=_("Compare"),
    )
    if before is not None and after is not None:
        found = compare_sources(before, after, request.reader)
        rows = found.comparison.of(*SHOWS[show][1])
        columns = columns_of(found)
        report.file = ("publications", columns, rows)
        report.parts = parts_of(found, rows, columns)
    else:
        report.parts = [
            Part(
                _("Nothing is compared yet"),
                "none",
                none=_("Choose two sources whose figures are to be compared."),
                hint=_("Or compare two files, Excel or CSV; nothing of them is kept."),
                hint_url=reverse("outlook:compare_files"),
                hint_label=_("Compare two files"),
            )
        ]
    return answer(request, report, "outlook/vintages.html")


def _source(request: PageRequest, name: str) -> Source | None:
    asked = request.GET.get(name, "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return fetch(Source.objects.visible_to(request.reader), pk=int(asked))


def columns_of(found: Compared) -> list[Column]:
    """What a row is about, its value in both, and the difference."""
    return [
        *(_key_column(place, head) for place, head in enumerate(found.heads)),
        Column(
            "before",
            _("Earlier"),
            lambda row: row.before.value if row.before else None,
            "number",
            href=lambda row: _address(row.before),
        ),
        Column(
            "after",
            _("Later"),
            lambda row: row.after.value if row.after else None,
            "number",
            href=lambda row: _address(row.after),
        ),
        Column("change", _("Difference"), _change, "number"),
        Column("relative", _("In per cent"), lambda row: row.relative, "percent"),
        Column(
            "sort",
            _("Row"),
            lambda row: SORTS[row.sort],
            "tag",
            tone=lambda row: TONES[row.sort],
        ),
    ]


def _change(row: Difference) -> Any:
    return row.change if row.before and row.after else None


def _key_column(place: int, head: str) -> Column:
    return Column(f"key{place}", head, lambda row: row.key[place], phone=place < 2)


def _address(side: Any) -> str:
    ref = getattr(side, "ref", None)
    return str(ref.get_absolute_url()) if ref is not None else ""


def parts_of(found: Compared, rows: Sequence[Difference], columns: Sequence[Column]) -> list[Part]:
    """The counts and sums of a comparison, and its rows."""
    comparison = found.comparison
    both = [row for row in comparison.rows if row.before and row.after]
    facts = [
        Fact(_("Earlier"), found.before),
        Fact(_("Later"), found.after),
        Fact(_("In both, and different"), len(comparison.of(Sort.CHANGED)), "number"),
        Fact(_("In both, the same"), len(comparison.of(Sort.SAME)), "number"),
        Fact(_("Only in the later"), len(comparison.of(Sort.ADDED)), "number"),
        Fact(_("Only in the earlier"), len(comparison.of(Sort.REMOVED)), "number"),
    ]
    if len({row.key[-1] for row in both}) < 2 or not found.has_units:
        facts += [
            Fact(_("Rows in both, earlier sum"), _sum(both, "before")),
            Fact(_("Rows in both, later sum"), _sum(both, "after")),
        ]
    parts = [Part(_("The two publications"), "sums", facts=facts)]
    if comparison.twice:
        shown = "; ".join(" · ".join(filter(None, key)) for key in comparison.twice[:10])
        parts.append(
            Part(
                _("Said twice by one publication"),
                "twice",
                below=_("%(count)d rows are not compared: %(rows)s.")
                % {"count": len(comparison.twice), "rows": shown},
            )
        )
    if found.left_out:
        parts.append(
            Part(
                _("Left out: no number"),
                "left-out",
                below="; ".join(found.left_out[:10]),
            )
        )
    parts.append(
        Part(
            _("Differences"),
            "differences",
            table=Table(columns, rows[:SHOWN]),
            none=_("No row of this kind."),
            hint=_("Choose to show other rows."),
            below=_("The downloads hold all %(count)d rows.") % {"count": len(rows)}
            if len(rows) > SHOWN
            else "",
        )
    )
    return parts


def _sum(rows: Sequence[Difference], side: str) -> str:
    found = [getattr(row, side).value for row in rows]
    return formats.number(sum(found)) if found else "—"


class FilesForm(PageForm):
    """Two tables of the same kind, and which column to compare."""

    before = forms.FileField(label=gettext_lazy("Earlier table, Excel or CSV"))
    after = forms.FileField(label=gettext_lazy("Later table, Excel or CSV"))
    value = forms.CharField(
        label=gettext_lazy("Column to compare"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Its heading; left empty, the last column of numbers."),
    )
    keys = forms.CharField(
        label=gettext_lazy("Columns that say what a row is about"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Their headings, with commas; left empty, the columns of text."),
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Show"), choices=[(key, label) for key, (label, _s) in SHOWS.items()]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            ("page", gettext_lazy("A page")),
            ("xlsx", gettext_lazy("An Excel file")),
            ("csv", gettext_lazy("A CSV file")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("before", "after"):
            if data.get(name) is not None and data[name].size > LARGEST:
                self.add_error(name, _("The file is larger than 10 MB."))
        return data


def files_page(request: PageRequest) -> HttpResponse:
    """Two files compared as they are sent; nothing of them is kept."""
    if request.method == "POST":
        form = FilesForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return _compared(request, form)
            except Invalid as error:
                form.add_error(None, str(error))
        return _form(request, form)
    return form_page(
        request,
        FilesForm,
        act=lambda _data: reverse("outlook:compare_files"),
        initial={"show": "differences"},
        **FORM_WORDS,
        cancel=reverse("outlook:vintages"),
    )


FORM_WORDS: dict[str, Any] = {
    "title": gettext_lazy("Compare two files"),
    "submit": gettext_lazy("Compare"),
}


def _form(request: PageRequest, form: FilesForm) -> HttpResponse:
    shown = {"form": form, **FORM_WORDS, "cancel": reverse("outlook:vintages"), "crumbs": []}
    return render(request, "ui/form_page.html", shown, status=422)


def _compared(request: PageRequest, form: FilesForm) -> HttpResponse:
    data = form.cleaned_data
    found = compare_files(
        *((data[name].name, data[name].read()) for name in ("before", "after")),
        value=data["value"],
        keys=[key for key in data["keys"].split(",") if key.strip()],
    )
    rows = found.comparison.of(*SHOWS[data["show"]][1])
    columns = columns_of(found)
    if data["kind"] in KINDS:
        return file_response("publications", data["kind"], columns, rows)
    report = Report(
        title=_("Two publications"),
        lead=_("Nothing of the two files is kept; to have the list, compare again as a file."),
        current="outlook:vintages",
    )
    report.parts = parts_of(found, rows, columns)
    return answer(request, report, "outlook/vintages.html", tabs=tabs("outlook:vintages"))
