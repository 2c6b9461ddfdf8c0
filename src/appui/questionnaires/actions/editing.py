"""Writes of forms: their facts, and what a draft asks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Conflict, Invalid
from appui.kernel.verdict import require
from appui.questionnaires import rules
from appui.questionnaires.documents import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    FormContent,
    FormDocument,
    QuestionPart,
    content_of,
)
from appui.questionnaires.models import (
    Form,
    FormVersion,
    Question,
    QuestionKind,
    Section,
    VersionStatus,
)
from appui.questionnaires.models.options import NO, YES, Option
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.references import proposed_reference
from appui.registry.rules import may_edit, may_write_for

VERBS = (
    gettext_noop("published"),
    gettext_noop("superseded"),
    gettext_noop("question added"),
    gettext_noop("question changed"),
    gettext_noop("question moved"),
    gettext_noop("question removed"),
    gettext_noop("section added"),
    gettext_noop("section changed"),
    gettext_noop("section moved"),
    gettext_noop("section removed"),
    gettext_noop("written anew"),
)
WAYS = ("up", "down")


@transaction.atomic
def make_form(*, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any) -> Form:
    """Record a form with an empty first draft."""
    form = Form(**fields)
    require(may_edit(form, by))
    audit.create(form, by=by, shared_with=list(shared_with))
    audit.create(FormVersion(form=form, number=1), by=by)
    return form


@transaction.atomic
def import_form(
    document: FormDocument, *, by: Reader, owner: Organisation, reference: str = "", **fields: Any
) -> Form:
    """Record a form given as data, as a draft; without a ``reference`` it gets one."""
    reference = reference or proposed_reference(Form, owner, localdate().year)
    told: dict[str, Any] = {
        "title": document.title,
        "summary": document.summary,
        "purpose": document.purpose,
    }
    form = make_form(by=by, owner=owner, reference=reference, **told, **fields)
    write_content(form.versions.get(), document, by=by)
    return form


@transaction.atomic
def change_form(form: Form, *, by: Reader, version: int | None = None, **fields: Any) -> Form:
    """Change the facts of a form; what it asks changes in a draft."""
    audit.hold(form)
    require(may_edit(form, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(form, by, fields)
    return audit.update(form, by=by, version=version, **fields)


@transaction.atomic
def draft_version(form: Form, *, by: Reader) -> FormVersion:
    """A new draft that asks what the latest version asks."""
    audit.hold(form)
    has_draft = form.versions.filter(status=VersionStatus.DRAFT).exists()
    require(rules.may_draft(form, by, has_draft=has_draft))
    latest = form.versions.order_by("-number")[0]
    draft = audit.create(FormVersion(form=form, number=latest.number + 1), by=by)
    _write(draft, content_of(latest), by)
    return draft


@transaction.atomic
def publish_version(
    draft: FormVersion, *, by: Reader, today: date, version: int | None = None
) -> FormVersion:
    """Freeze a draft; the version published before is replaced."""
    audit.hold(draft)
    require(rules.may_publish(draft, by, questions=draft.questions.count()))
    for before in draft.form.versions.filter(status=VersionStatus.PUBLISHED):
        audit.update(before, by=by, verb="superseded", status=VersionStatus.SUPERSEDED)
    return audit.update(
        draft,
        by=by,
        version=version,
        verb="published",
        status=VersionStatus.PUBLISHED,
        published_on=today,
        title=draft.form.title,
        summary=draft.form.summary,
    )


@transaction.atomic
def discard_draft(draft: FormVersion, *, by: Reader) -> Form:
    """Remove a draft that follows a published version."""
    audit.hold(draft)
    require(rules.may_discard(draft, by))
    form = draft.form
    _empty(draft)
    audit.delete(draft, by=by)
    return form


@transaction.atomic
def write_content(
    draft: FormVersion, content: FormContent, *, by: Reader, version: int | None = None
) -> FormVersion:
    """Let a draft ask ``content`` and nothing else. Raises ``Invalid``, then nothing changed."""
    _hold(draft, by, version)
    _empty(draft)
    _write(draft, content, by)
    audit.record(by, "written anew", draft)
    audit.touch(draft)
    draft.refresh_from_db()
    return draft


def _empty(draft: FormVersion) -> None:
    """The trail of the version says that all went; what hangs on another question goes first."""
    draft.questions.update(only_if=None, only_if_answer="")
    draft.questions.all().delete()
    draft.sections.all().delete()


def _write(draft: FormVersion, content: FormContent, by: Reader) -> None:
    known: dict[str, Question] = {}
    for place, part in enumerate(content.sections, 1):
        section = Section(
            form_version=draft, code=part.code, position=place, title=part.title, help=part.help
        )
        audit.create(section, by=by)
        for order, asked in enumerate(part.questions, 1):
            known[asked.code] = _write_question(section, order, asked, known, by)


def _write_question(
    section: Section, order: int, part: QuestionPart, known: Mapping[str, Question], by: Reader
) -> Question:
    condition = part.only_if
    if condition is not None and condition.question not in known:
        text = _("“%(code)s” hangs on “%(other)s”, which no earlier question is called.") % {
            "code": part.code,
            "other": condition.question,
        }
        raise Invalid(text, {part.code: text})
    question = Question(
        form_version=section.form_version,
        section=section,
        position=order,
        options=[option.model_dump() for option in part.options],
        weight=Decimal(part.weight),
        weak_at=None if part.weak_at is None else Decimal(part.weak_at),
        only_if=known[condition.question] if condition else None,
        only_if_answer=condition.answer if condition else "",
        **part.model_dump(include={"code", "kind", "text", "help", "required", "priority"}),
    )
    try:
        return audit.create(question, by=by)
    except Invalid as error:
        text = f"{part.code}: {error}"
        raise Invalid(text, {part.code: text}) from error


def _hold(draft: FormVersion, by: Reader, version: int | None = None) -> None:
    """Lock a draft and make sure that it may change and is the one that was seen."""
    audit.hold(draft)
    require(rules.may_change_draft(draft, by))
    if version is not None and version != draft.version:
        raise Conflict(
            _("This draft was changed by someone else meanwhile: look at it again."), draft.version
        )


def _told(draft: FormVersion, by: Reader, verb: str, name: str, sides: list[str | None]) -> None:
    audit.record(by, verb, draft, {name: sides})
    audit.touch(draft)


@transaction.atomic
def add_section(draft: FormVersion, *, by: Reader, **fields: Any) -> Section:
    """Add a section at the end; a form has at most ``MOST_SECTIONS``."""
    _hold(draft, by)
    if draft.sections.count() >= MOST_SECTIONS:
        raise Invalid(_("A form has at most %(count)d sections.") % {"count": MOST_SECTIONS})
    section = Section(
        form_version=draft,
        code=_next_code("s", Section, draft),
        position=_after(draft.sections.all()),
        **fields,
    )
    audit.create(section, by=by)
    _told(draft, by, "section added", "section", [None, str(section)])
    return section


@transaction.atomic
def change_section(
    section: Section, *, by: Reader, version: int | None = None, **fields: Any
) -> Section:
    """Change the title or help of a section."""
    _hold(section.form_version, by)
    before = str(section)
    audit.update(section, by=by, version=version, **fields)
    _told(section.form_version, by, "section changed", "section", [before, str(section)])
    return section


@transaction.atomic
def remove_section(section: Section, *, by: Reader) -> FormVersion:
    """Remove a section that has no question left."""
    draft = section.form_version
    _hold(draft, by)
    if section.questions.exists():
        raise Invalid(_("Remove the questions of this section first."))
    _told(draft, by, "section removed", "section", [str(section), None])
    audit.delete(section, by=by)
    return draft


@transaction.atomic
def move_section(section: Section, way: str, *, by: Reader, version: int | None = None) -> Section:
    """Move a section one place; refused when a condition would then look ahead."""
    draft = section.form_version
    _hold(draft, by, version)
    _swap(list(draft.sections.all()), section, way, by)
    _check_order(draft)
    _told(draft, by, "section moved", "section", [None, f"{section}: {way}"])
    return section


@transaction.atomic
def add_question(
    section: Section, *, by: Reader, options: Sequence[Option] = (), **fields: Any
) -> Question:
    """Add a question at the end of a section; a section has at most ``MOST_QUESTIONS``."""
    draft = section.form_version
    _hold(draft, by)
    _refuse_full(section)
    question = Question(
        form_version=draft,
        section=section,
        code=_next_code("q", Question, draft),
        position=_after(section.questions.all()),
        options=_stored(fields.get("kind", QuestionKind.ONE), options),
        **fields,
    )
    audit.create(question, by=by)
    _told(draft, by, "question added", "question", [None, str(question)])
    return question


@transaction.atomic
def change_question(
    question: Question,
    *,
    by: Reader,
    options: Sequence[Option] | None = None,
    version: int | None = None,
    **fields: Any,
) -> Question:
    """Change a question of a draft; in another section it comes last."""
    draft = question.form_version
    _hold(draft, by)
    if options is not None:
        fields["options"] = _stored(fields.get("kind", question.kind), options)
    section = fields.get("section", question.section)
    if section.pk != question.section_id:
        _refuse_full(section)
        fields["position"] = _after(section.questions.all())
    before = str(question)
    audit.update(question, by=by, version=version, **fields)
    _check_order(draft)
    _told(draft, by, "question changed", "question", [before, str(question)])
    return question


@transaction.atomic
def move_question(
    question: Question, way: str, *, by: Reader, version: int | None = None
) -> Question:
    """Move a question one place within its section; refused when a condition would look ahead."""
    draft = question.form_version
    _hold(draft, by, version)
    _swap(list(question.section.questions.order_by("position", "pk")), question, way, by)
    _check_order(draft)
    _told(draft, by, "question moved", "question", [None, f"{question}: {way}"])
    return question


@transaction.atomic
def remove_question(question: Question, *, by: Reader) -> FormVersion:
    """Remove a question that no other hangs on."""
    draft = question.form_version
    _hold(draft, by)
    hanging = question.dependants.first()
    if hanging is not None:
        raise Invalid(
            _("“%(other)s” is asked only after this question: change it first.")
            % {"other": hanging}
        )
    _told(draft, by, "question removed", "question", [str(question), None])
    audit.delete(question, by=by)
    return draft


def _refuse_full(section: Section) -> None:
    """A form with more could be neither copied into a new draft nor given to another office."""
    if section.questions.count() >= MOST_QUESTIONS:
        text = _("A section has at most %(count)d questions: add another section.")
        told = text % {"count": MOST_QUESTIONS}
        raise Invalid(told, {"section": told})


def _stored(kind: str, options: Sequence[Option]) -> list[dict[str, Any]]:
    """Options as stored; yes and no come with their own codes, whatever is given."""
    if kind == QuestionKind.YES_NO:
        scores = [*[option.score for option in options][:2], None, None]
        pairs = zip((YES, NO), scores, strict=False)
        return [Option(code, {}, score).stored() for code, score in pairs]
    return [option.stored() for option in options]


def _next_code(letter: str, model: type[Section] | type[Question], draft: FormVersion) -> str:
    """“q7”, with a number above any in any version: a code never means another question."""
    rows: Any = model.objects.filter(form_version__form=draft.form_id)
    taken = rows.values_list("code", flat=True)
    numbers = [int(code[1:]) for code in taken if code[:1] == letter and code[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def _after(rows: Any) -> int:
    found: int = rows.aggregate(last=Max("position"))["last"] or 0
    return found + 1


def _swap(rows: list[Any], row: Any, way: str, by: Reader) -> None:
    """Bring ``row`` one place up or down among ``rows``; at the end nothing happens."""
    places = [item.pk for item in rows]
    old = places.index(row.pk)
    new = min(max(old + (-1 if way == "up" else 1), 0), len(rows) - 1)
    rows.insert(new, rows.pop(old))
    for position, item in enumerate(rows, 1):
        if item.position != position:
            type(item).objects.filter(pk=item.pk).update(position=position)


def _check_order(draft: FormVersion) -> None:
    """Raise ``Invalid`` when a condition looks at a later question, or at an answer that went."""
    rows = draft.questions.select_related("section", "only_if__section").exclude(only_if=None)
    for question in rows:
        asked = question.only_if
        if asked is not None and asked.place >= question.place:
            raise Invalid(
                _("“%(question)s” is asked only after “%(asked)s”: it cannot stand before it.")
                % {"question": question, "asked": asked}
            )
        if asked is not None and question.only_if_answer not in [c.code for c in asked.choices]:
            raise Invalid(
                _("“%(question)s” is asked only after an answer that “%(asked)s” no longer offers.")
                % {"question": question, "asked": asked}
            )
