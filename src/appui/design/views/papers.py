"""Pages of papers: drafts, versions, differences, comments."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.design import actions, compare, forms, listings, queries, rules
from appui.design.models import Comment, Paper
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.rules import may_edit
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page

DRAFT = "draft"
Sections = list[dict[str, Any]]


def paper_list(request: PageRequest) -> HttpResponse:
    """Papers the reader may see."""
    return list_page(
        request,
        listings.PAPERS,
        queries.papers(request.reader),
        title=_("Papers"),
        lead=_("Concept notes, logical frameworks and the like, with their versions."),
    )


def paper(request: PageRequest, pk: int) -> HttpResponse:
    """The draft with its comments to those who work on it, the last version to others."""
    obj = fetch(queries.papers(request.reader), pk=pk)
    inside = _inside(request, obj)
    change = rules.may_change(obj, request.reader)
    versions = list(queries.versions(obj))
    return sheet_page(
        request,
        obj,
        template="design/paper.html",
        crumbs=[(_("Papers"), reverse("design:paper_list"))],
        lead=str(obj.template) + (f" · {_('draft')}" if inside else ""),
        buttons=_buttons(obj, versions, change),
        facts=_facts(obj),
        sections=[_shown(part) for part in queries.sections_with_comments(obj)] if inside else [],
        published=[] if inside else queries.readable(obj, versions[0].sections),
        versions=versions,
        inside=inside,
        may_change=change,
    )


def _facts(obj: Paper) -> list[Fact]:
    activity = queries.project_of(obj)
    return [
        Fact(_("Project"), activity, href=activity.get_absolute_url() if activity else None),
        Fact(_("Language"), obj.get_language_display()),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _buttons(obj: Paper, versions: list[Any], change: Any) -> list[Button]:
    places = [("design:paper_print", _("Print")), ("design:paper_compare", _("Compare"))]
    reading = [Button(label, reverse(name, args=[obj.pk])) for name, label in places]
    return [
        *(reading if versions else reading[:1]),
        Button(
            _("Publish a version"), reverse("design:paper_publish", args=[obj.pk]), False, change
        ),
        Button(_("Write"), reverse("design:paper_edit", args=[obj.pk]), True, change),
    ]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of the draft with its length and its comments, open ones first."""

    part: Any
    words: int
    comments: list[Comment]


def _shown(part: Any) -> ShownSection:
    comments = sorted(part.comments.all(), key=lambda comment: comment.resolved_at is not None)
    return ShownSection(part, compare.words(part.text), comments)


def paper_add(request: PageRequest, pk: int) -> HttpResponse:
    """Begin a paper about a project."""
    activity = fetch(Activity.objects.visible_to(request.reader).select_related("owner"), pk=pk)
    require(may_edit(activity, request.reader))
    templates = queries.templates(request.reader).filter(owner=activity.owner_id)
    return form_page(
        request,
        forms.PaperForm,
        act=lambda data: actions.write_paper(activity, by=request.reader, **without_version(data)),
        title=_("Write a paper"),
        about=activity,
        submit=_("Begin"),
        cancel=activity.get_absolute_url(),
        kwargs={
            "reader": request.reader,
            "templates": templates.filter(is_retired=False).order_by("position", "pk"),
        },
        initial={
            "template": request.GET.get("template", ""),
            "language": formats.language(),
            "title": str(activity)[:300],
        },
        template="design/paper_form.html",
        has_templates=templates.exists(),
        adopt_url=reverse("design:adopt", args=[activity.owner_id]),
    )


def paper_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Write the draft, all sections at once."""
    obj = _changeable(request, pk)
    return form_page(
        request,
        forms.DraftForm,
        act=lambda data: actions.save_draft(obj, by=request.reader, **data),
        title=_("Write “%(name)s”") % {"name": obj},
        submit=_("Save the draft"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj, "parts": list(obj.sections.all())},
    )


def paper_publish(request: PageRequest, pk: int) -> HttpResponse:
    """Freeze the draft as the next version."""
    obj = _changeable(request, pk)

    def publish(data: dict[str, Any]) -> str:
        return actions.publish(obj, by=request.reader, **data).get_absolute_url()

    return form_page(
        request,
        forms.PublishForm,
        act=publish,
        title=_("Publish a version of “%(name)s”") % {"name": obj},
        lead=_("A published version does not change any more; the draft goes on."),
        about=obj,
        submit=_("Publish"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader},
        initial={"version": obj.version},
    )


def version(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """A published version."""
    obj = fetch(queries.papers(request.reader), pk=pk)
    found = fetch(queries.versions(obj), number=number)
    return render(
        request,
        "design/version.html",
        {
            "title": found.title,
            "paper": obj,
            "version": found,
            "sections": queries.readable(obj, found.sections),
            "previous": queries.versions(obj).filter(number__lt=number).first(),
            "crumbs": [(_("Papers"), reverse("design:paper_list")), (obj, obj.get_absolute_url())],
        },
    )


def paper_compare(request: PageRequest, pk: int) -> HttpResponse:
    """What differs between two versions, or between a version and the draft."""
    obj = fetch(queries.papers(request.reader), pk=pk)
    sides = _sides(request, obj)
    if not sides:
        raise Missing(_("Nothing is published yet: there is nothing to compare."))
    keys = list(sides)
    after = _asked(request, "after", keys, keys[0])
    older = keys[keys.index(after) + 1 :] or [after]
    before = _asked(request, "before", keys, older[0])
    return render(
        request,
        "design/compare.html",
        {
            "title": _("Differences"),
            "paper": obj,
            "crumbs": [(_("Papers"), reverse("design:paper_list")), (obj, obj.get_absolute_url())],
            "choices": [(key, _side_name(key)) for key in keys],
            "before": before,
            "after": after,
            "differences": queries.differences(obj, sides[before], sides[after]),
        },
    )


def _sides(request: PageRequest, obj: Paper) -> dict[str, Sections]:
    """What can be compared, the newest first: the draft for those inside, then the versions."""
    published = {str(item.number): item.sections for item in queries.versions(obj)}
    if not published or not _inside(request, obj):
        return published
    return {DRAFT: queries.draft_of(obj), **published}


def _asked(request: PageRequest, name: str, keys: list[str], otherwise: str) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in keys else otherwise


def _side_name(key: str) -> str:
    return _("Draft") if key == DRAFT else _("Version %(number)s") % {"number": key}


def paper_print(request: PageRequest, pk: int) -> HttpResponse:
    """A paper to print: the version asked for, else the last one, else the draft."""
    obj = fetch(queries.papers(request.reader), pk=pk)
    sides = {str(item.number): item for item in queries.versions(obj)}
    asked = request.GET.get("version", "")
    found = sides.get(asked) or next(iter(sides.values()), None)
    if asked == DRAFT and _inside(request, obj):
        found = None
    sections = found.sections if found else queries.draft_of(obj)
    return render(
        request,
        "design/print.html",
        {
            "title": found.title if found else obj.shown_title,
            "paper": obj,
            "version": found,
            "sections": queries.readable(obj, sections),
        },
    )


def comment_add(request: PageRequest, pk: int) -> HttpResponse:
    """Remark on a section."""
    section = fetch(queries.paper_sections(request.reader), pk=pk)
    require(rules.may_comment(section.paper, request.reader))
    return form_page(
        request,
        forms.CommentForm,
        act=lambda data: actions.add_comment(section, by=request.reader, **without_version(data)),
        then=_at(section.paper, section.pk),
        title=_("Comment on “%(name)s”") % {"name": section},
        about=section.paper,
        submit=_("Comment"),
        cancel=section.paper.get_absolute_url(),
        kwargs={"reader": request.reader},
    )


def comment_reply(request: PageRequest, pk: int) -> HttpResponse:
    """Reply to a remark."""
    comment = fetch(queries.comments(request.reader), pk=pk)
    require(rules.may_reply(comment, request.reader))
    section = comment.section
    return form_page(
        request,
        forms.CommentForm,
        act=lambda data: actions.add_comment(
            section, by=request.reader, answers=comment, **without_version(data)
        ),
        then=_at(section.paper, section.pk),
        title=_("Reply to %(author)s") % {"author": comment.author},
        lead=comment.text,
        about=section.paper,
        submit=_("Reply"),
        cancel=section.paper.get_absolute_url(),
        kwargs={"reader": request.reader},
    )


def comment_resolve(request: PageRequest, pk: int) -> HttpResponse:
    """Say that a remark is dealt with."""
    return _settle(request, pk, True, _("Resolve"))


def comment_reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Open a remark again."""
    return _settle(request, pk, False, _("Reopen"))


def _settle(request: PageRequest, pk: int, resolved: bool, label: str) -> HttpResponse:
    comment = fetch(queries.comments(request.reader), pk=pk)
    require(rules.may_comment(comment.section.paper, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.settle(comment, by=request.reader, resolved=resolved),
        then=_at(comment.section.paper, comment.section_id),
        title=label,
        question=comment.text,
        submit=label,
        cancel=comment.section.paper.get_absolute_url(),
        about=comment.section.paper,
    )


def _at(obj: Paper, section: int) -> str:
    return f"{obj.get_absolute_url()}#section-{section}"


def _inside(request: PageRequest, obj: Paper) -> bool:
    """Whether the reader works in the organisation of the paper."""
    return request.reader.role_in(obj.owner_id) is not None


def _changeable(request: PageRequest, pk: int) -> Paper:
    obj = fetch(queries.papers(request.reader), pk=pk)
    require(rules.may_change(obj, request.reader))
    return obj
