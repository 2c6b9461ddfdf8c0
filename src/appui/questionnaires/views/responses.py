"""Pages on which forms are filled in, submitted and read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.kernel.access import Reader
from appui.kernel.errors import Invalid, Missing
from appui.kernel.verdict import require
from appui.questionnaires import answering, listings, queries, rules, scoring
from appui.questionnaires.actions import responses as actions
from appui.questionnaires.comparing import Comparison, compare
from appui.questionnaires.forms.filling import AnswersForm, BeginForm, ResponseForm, WeakForm
from appui.questionnaires.models import Priority, Question, Response, ResponseStatus
from appui.questionnaires.queries import Part
from appui.questionnaires.views.forms import tabs_of
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

IN_ORDER = ("question__section__position", "question__position")


@dataclass(frozen=True, slots=True)
class Answered:
    """One question as it was answered."""

    number: str
    question: Question
    answer: str
    score: Decimal | None
    weak: bool


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """One section as it was answered; ``table`` is the same as a table."""

    part: Part
    score: scoring.Score | None
    answers: list[Answered]

    @property
    def table(self) -> Table:
        """The answers as a table; without scores where nothing is scored."""
        columns = listings.ANSWER_COLUMNS if self.score else listings.ANSWER_COLUMNS[:2]
        weak = [listings.WEAK_COLUMN] if any(row.weak for row in self.answers) else []
        return Table([*columns, *weak], self.answers)

    @property
    def note(self) -> str:
        """“Score: 2.40”; empty where nothing is scored or known."""
        if self.score is None or self.score.value is None:
            return ""
        return _("Score: %(score)s") % {"score": formats.number(self.score.value)}


def response_list(request: PageRequest) -> HttpResponse:
    """Responses the reader may see."""
    return list_page(
        request,
        listings.RESPONSES,
        queries.responses(request.reader),
        template="questionnaires/list.html",
        title=_("Responses"),
        lead=_("Forms filled in, about whom and when."),
        list_tabs=tabs_of("response_list"),
        **adding(request, "questionnaires:response_add", _("Fill in a form")),
    )


def _response(request: PageRequest, pk: int) -> Response:
    return fetch(queries.responses(request.reader), pk=pk)


def answered_parts(response: Response) -> list[AnsweredPart]:
    """What was asked and answered, section by section; two queries."""
    parts = queries.outline(response.form_version)
    questions = queries.questions_in(parts)
    shown = {question.pk for question in answering.asked(questions, response.answers)}
    weak = {item.question.pk for item in scoring.weak_answers(questions, response.answers)}
    scores = {
        item.section.pk: item.score for item in scoring.by_section(questions, response.answers)
    }
    found = []
    for part in parts:
        answers = [
            _answered(item, response, item.question.pk in weak)
            for item in part.items
            if item.question.pk in shown
        ]
        if answers:
            found.append(AnsweredPart(part, scores.get(part.section.pk), answers))
    return found


def _answered(item: queries.Item, response: Response, weak: bool) -> Answered:
    answer = response.answers.get(item.question.code)
    return Answered(
        item.number,
        item.question,
        answering.answer_text(item.question, answer),
        scoring.score_of(item.question, answer),
        weak,
    )


def response(request: PageRequest, pk: int) -> HttpResponse:
    """One response: its answers, its score, what changed since the one before."""
    obj = _response(request, pk)
    parts = answered_parts(obj)
    questions = [row.question for part in parts for row in part.answers]
    before = queries.earlier(obj, request.reader)
    made = list(queries.priorities(request.reader).filter(response=obj).order_by(*IN_ORDER))
    return sheet_page(
        request,
        obj,
        template="questionnaires/response.html",
        crumbs=[(_("Responses"), reverse("questionnaires:response_list"))],
        lead=obj.note,
        buttons=_buttons(obj, request.reader),
        facts=_facts(obj, questions, request.reader),
        parts=parts,
        comparison=_compared(compare(before, obj)) if before else None,
        made=Table(listings.RAISED_COLUMNS, made),
        waiting=_waiting(obj, questions, made),
        may_raise=rules.may_raise(obj, request.reader),
    )


def _waiting(obj: Response, questions: list[Question], made: list[Priority]) -> int:
    """How many weak answers of a submitted response have no priority that the reader sees."""
    if obj.status != ResponseStatus.SUBMITTED:
        return 0
    known = {priority.question_id for priority in made}
    weak = scoring.weak_answers(questions, obj.answers)
    return len([item for item in weak if item.question.pk not in known])


def _compared(found: Comparison) -> dict[str, Any]:
    differing = [pair for pair in found.pairs if pair.differs]
    return {"it": found, "table": Table(listings.COMPARED_COLUMNS, differing)}


def _buttons(obj: Response, reader: Reader) -> list[Button]:
    named = {
        name: reverse(f"questionnaires:response_{name}", args=[obj.pk])
        for name in ("print", "edit", "fill", "submit", "approve", "reopen", "remove")
    }
    printing = Button(_("Print"), named["print"])
    may = rules.may_answer(obj, reader)
    if obj.status == ResponseStatus.SUBMITTED:
        return [
            printing,
            Button(_("Reopen"), named["reopen"], False, rules.may_reopen(obj, reader)),
            Button(_("Approve"), named["approve"], True, rules.may_approve(obj, reader)),
        ]
    return [
        printing,
        Button(_("Remove"), named["remove"], False, may),
        Button(_("Change date and access"), named["edit"], False, may),
        Button(_("Fill in"), named["fill"], False, may),
        Button(_("Submit"), named["submit"], True, may),
    ]


def _facts(obj: Response, questions: list[Question], reader: Reader) -> list[Fact]:
    about = queries.shown_subject(obj, reader)
    version = obj.form_version
    score = scoring.overall(questions, obj.answers)
    url = about.get_absolute_url() if about is not None else None  # type: ignore[attr-defined]
    return [
        Fact(_("About"), obj.about_shown, "multilingual", href=url),
        Fact(_("Form"), version, href=version.get_absolute_url()),
        Fact(
            _("Status"), obj.get_status_display(), "tag", tone=listings.RESPONSE_TONES[obj.status]
        ),
        Fact(_("Date of the answers"), obj.made_on, "date"),
        Fact(_("Who answered"), obj.answered_by),
        Fact(_("Score"), score.value, "number", help=score_note(score, questions)),
        Fact(_("Submitted on"), obj.submitted_on, "date"),
        Fact(_("Approved on"), obj.approved_on, "date", help=obj.approved_by),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def score_note(score: scoring.Score, questions: list[Question]) -> str:
    """What a score counts and leaves out, in a sentence; empty where nothing is scored."""
    scale = scoring.scale(questions)
    if scale is None:
        return ""
    counted = ngettext(
        "Weighted mean of %(counted)d answer out of %(of)d, on a scale from %(low)s to %(high)s;",
        "Weighted mean of %(counted)d answers out of %(of)d, on a scale from %(low)s to %(high)s;",
        score.counted,
    ) % {
        "counted": score.counted,
        "of": score.of,
        "low": formats.number(scale[0]),
        "high": formats.number(scale[1]),
    }
    left = _("left out: %(unanswered)d unanswered, %(unknown)d not known.") % {
        "unanswered": score.unanswered,
        "unknown": score.unknown,
    }
    return f"{counted} {left}"


def response_add(request: PageRequest) -> HttpResponse:
    """Begin to fill in a form; the address may say which and about what."""
    require(may_keep_register(request.reader))
    told = request.GET.get("about", "")
    about = queries.subject(told, request.reader) if told else None
    if told and about is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))

    def act(data: dict[str, Any]) -> str:
        made = actions.begin_response(by=request.reader, **without_version(data))
        return reverse("questionnaires:response_fill", args=[made.pk])

    return form_page(
        request,
        BeginForm,
        act=act,
        title=_("Fill in a form about “%(name)s”") % {"name": about}
        if about
        else _("Fill in a form"),
        submit=_("Go on to the questions"),
        cancel=about.get_absolute_url() if about else reverse("questionnaires:response_list"),  # type: ignore[attr-defined]
        initial={"made_on": localdate(), "form_version": _asked_version(request)},
        kwargs={"reader": request.reader, "about": about},
    )


def _asked_version(request: PageRequest) -> str:
    asked = request.GET.get("form", "")
    return asked if asked.isascii() and asked.isdigit() else ""


def response_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change when and by whom a draft is answered, and who sees it."""
    obj = _response(request, pk)
    require(rules.may_answer(obj, request.reader))
    return form_page(
        request,
        ResponseForm,
        act=lambda data: actions.change_response(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def response_fill(request: PageRequest, pk: int) -> HttpResponse:
    """All the questions of a form, to be answered now or later."""
    obj = _response(request, pk)
    require(rules.may_answer(obj, request.reader))

    def act(data: dict[str, Any]) -> str:
        then = data.pop("then")
        actions.save_answers(obj, by=request.reader, **data)
        return (
            reverse("questionnaires:response_submit", args=[pk])
            if then == "submit"
            else obj.get_absolute_url()
        )

    return form_page(
        request,
        AnswersForm,
        act=act,
        title=str(obj),
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        about=obj,
        kwargs={"response": obj, "parts": queries.outline(obj.form_version)},
        lead=_("Leave empty what you do not know yet: you can go on later."),
    )


def _weak(obj: Response) -> list[scoring.Weak]:
    """The weak answers that have no priority yet."""
    made = set(obj.priorities.values_list("question", flat=True))
    weak = scoring.weak_answers(actions.ordered_questions(obj), obj.answers)
    return [item for item in weak if item.question.pk not in made]


def response_submit(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze the answers and choose which weak ones become priorities."""
    obj = _response(request, pk)
    require(rules.may_answer(obj, request.reader))
    left = answering.missing(actions.ordered_questions(obj), obj.answers)

    def act(data: dict[str, Any]) -> Response:
        chosen = {"priorities": [], **data}
        try:
            return actions.submit_response(obj, by=request.reader, today=localdate(), **chosen)
        except Invalid as error:
            raise Invalid(_with_names(error, left)) from error

    return form_page(
        request,
        WeakForm,
        act=act,
        title=_("Submit “%(name)s”") % {"name": obj},
        submit=_("Submit"),
        cancel=obj.get_absolute_url(),
        initial={"version": obj.version},
        kwargs={"weak": _weak(obj), "answers": obj.answers},
        about=obj,
        template="questionnaires/submit.html",
        left=left,
        fill_url=reverse("questionnaires:response_fill", args=[pk]),
    )


def _with_names(error: Invalid, left: list[Question]) -> str:
    """The refusal, naming the questions that are left to answer."""
    names = "; ".join(str(question) for question in left if question.code in error.fields)
    return f"{error} {names}".strip()


def response_raise(request: PageRequest, pk: int) -> HttpResponse:
    """Create priorities from weak answers that were left without one."""
    obj = _response(request, pk)
    require(rules.may_raise(obj, request.reader))

    def act(data: dict[str, Any]) -> Response:
        actions.raise_priorities(obj, data.get("priorities", []), by=request.reader)
        return obj

    return form_page(
        request,
        WeakForm,
        act=act,
        title=_("Create priorities"),
        submit=_("Create the priorities"),
        cancel=obj.get_absolute_url(),
        kwargs={"weak": _weak(obj), "answers": obj.answers},
        about=obj,
    )


def response_approve(request: PageRequest, pk: int) -> HttpResponse:
    """Say, as a manager, that the answers stand."""
    obj = _response(request, pk)
    require(rules.may_approve(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.approve_response(obj, by=request.reader, today=localdate()),
        title=_("Approve “%(name)s”") % {"name": obj},
        question=_("Your name and the day are kept. Reopening it takes the approval back."),
        submit=_("Approve"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def response_reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Let a submitted response be changed again."""
    obj = _response(request, pk)
    require(rules.may_reopen(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.reopen_response(obj, by=request.reader),
        title=_("Reopen “%(name)s”") % {"name": obj},
        question=_("It can be changed and is submitted again. Its priorities stay."),
        submit=_("Reopen"),
        cancel=obj.get_absolute_url(),
        about=obj,
    )


def response_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a draft."""
    obj = _response(request, pk)
    require(rules.may_answer(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.remove_response(obj, by=request.reader),
        then=reverse("questionnaires:response_list"),
        title=_("Remove “%(name)s”") % {"name": obj},
        question=_("The answers of this draft are lost; the audit trail keeps them."),
        submit=_("Remove"),
        cancel=obj.get_absolute_url(),
        about=obj,
        tone="danger",
    )


def response_print(request: PageRequest, pk: int) -> HttpResponse:
    """The response as a page for paper."""
    obj = _response(request, pk)
    parts = answered_parts(obj)
    questions = [row.question for part in parts for row in part.answers]
    return sheet_page(
        request,
        obj,
        template="questionnaires/print.html",
        crumbs=[
            (_("Responses"), reverse("questionnaires:response_list")),
            (str(obj), obj.get_absolute_url()),
        ],
        lead=obj.note,
        facts=_facts(obj, questions, request.reader),
        parts=parts,
        panels=[],
        entries=[],
    )
