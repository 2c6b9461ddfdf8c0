"""Writes of papers: drafts, published versions, comments."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.design import rules
from appui.design.models import Comment, Paper, PaperSection, PaperVersion, Template
from appui.design.queries import draft_of
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("written"),
    gettext_noop("draft saved"),
    gettext_noop("sections"),
    gettext_noop("version published"),
    gettext_noop("version"),
    gettext_noop("comment"),
    gettext_noop("comment added"),
    gettext_noop("comment resolved"),
    gettext_noop("comment reopened"),
)


@transaction.atomic
def write_paper(
    activity: Activity,
    template: Template,
    *,
    by: Reader,
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Paper:
    """Begin a paper with the sections that its template has now."""
    require(rules.may_write_from(template, activity, by))
    paper = Paper(activity=activity, template=template, owner=activity.owner, **fields)
    audit.create(paper, by=by, verb="written", shared_with=list(shared_with))
    for section in template.sections.filter(is_retired=False):
        part = PaperSection(
            paper=paper,
            title=section.title,
            guidance=section.guidance,
            expected_words=section.expected_words,
            position=section.position,
        )
        audit.create(part, by=by)
    return paper


@transaction.atomic
def save_draft(
    paper: Paper,
    *,
    by: Reader,
    version: int | None = None,
    texts: Mapping[int, str] | None = None,
    **fields: Any,
) -> Paper:
    """Save the draft: ``texts`` by the key of the section; sections not named stay."""
    audit.hold(paper)
    require(rules.may_change(paper, by))
    _refuse_another_language(paper, fields)
    keep_hidden(paper, by, fields)
    audit.update(paper, by=by, version=version, **fields)
    changed = _write_sections(paper, texts or {}, by)
    if changed:
        audit.record(by, "draft saved", paper, {"sections": [None, "; ".join(changed)]})
        audit.touch(paper)
    return paper


def _refuse_another_language(paper: Paper, fields: Mapping[str, Any]) -> None:
    """What is published was written, and is shown, in the language it has."""
    if fields.get("language", paper.language) != paper.language and paper.versions.exists():
        text = _("A version is published in this language: write another paper for another one.")
        raise Invalid(text, {"language": text})


def _write_sections(paper: Paper, texts: Mapping[int, str], by: Reader) -> list[str]:
    """Save the texts that differ; the titles of their sections."""
    sections = {section.pk: section for section in paper.sections.all()}
    unknown = sorted(set(texts) - set(sections))
    if unknown:
        keys = ", ".join(map(str, unknown))
        raise Invalid(_("This paper has no section %(keys)s.") % {"keys": keys})
    wanted = {key: _plain(text) for key, text in texts.items()}
    changed = [sections[key] for key, text in wanted.items() if sections[key].text != text]
    for section in changed:
        audit.update(section, by=by, text=wanted[section.pk])
    return [str(section) for section in changed]


def _plain(text: str) -> str:
    """Line ends of one kind, none around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@transaction.atomic
def publish(
    paper: Paper, *, by: Reader, version: int | None = None, note: str = ""
) -> PaperVersion:
    """Freeze the draft as the next version."""
    audit.hold(paper)
    require(rules.may_change(paper, by))
    audit.update(paper, by=by, version=version)
    sections = draft_of(paper)
    if not any(section["text"] for section in sections):
        raise Invalid(_("Nothing is written yet: write at least one section first."))
    last = paper.versions.first()
    if last is not None and (last.title, last.sections) == (paper.title, sections):
        raise Invalid(_("Nothing changed since version %(number)d.") % {"number": last.number})
    number = 1 + (paper.versions.aggregate(found=Max("number"))["found"] or 0)
    made = PaperVersion(
        paper=paper,
        number=number,
        title=paper.title,
        sections=sections,
        note=note.strip(),
        published_by=by.name[:200],
    )
    audit.create(made, by=by, verb="version published")
    before = str(last.number) if last else None
    audit.record(by, "version published", paper, {"version": [before, str(number)]})
    audit.touch(paper)
    return made


@transaction.atomic
def add_comment(
    section: PaperSection, *, by: Reader, text: str, answers: Comment | None = None
) -> Comment:
    """Remark on a section, or reply to a remark."""
    paper = section.paper
    require(rules.may_comment(paper, by))
    if answers is not None:
        require(rules.may_reply(answers, by))
    made = Comment(section=section, answers=answers, text=text.strip(), author=by.name[:200])
    audit.create(made, by=by)
    audit.record(by, "comment added", paper, {"comment": [None, f"{section}: {made}"]})
    return made


@transaction.atomic
def settle(comment: Comment, *, by: Reader, resolved: bool, version: int | None = None) -> Comment:
    """Resolve a comment, or open it again."""
    audit.hold(comment)
    paper = comment.section.paper
    require(rules.may_comment(paper, by))
    if comment.answers_id is not None:
        raise Invalid(_("A reply is not resolved by itself: resolve the comment it answers."))
    if resolved == (comment.resolved_at is not None):
        return comment
    fields: dict[str, Any] = {"resolved_at": None, "resolved_by": ""}
    if resolved:
        fields = {"resolved_at": timezone.now(), "resolved_by": by.name[:200]}
    audit.update(comment, by=by, version=version, **fields)
    verb = "comment resolved" if resolved else "comment reopened"
    audit.record(by, verb, paper, {"comment": [None, f"{comment.section}: {comment}"]})
    return comment
