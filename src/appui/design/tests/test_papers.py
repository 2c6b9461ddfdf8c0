"""Papers: drafts, frozen versions, differences, comments, and who sees which."""

import pytest
from django.urls import reverse
from tests.factories import (
    error_text,
    key,
    make_activity,
    make_organisation,
    make_paper,
    make_reader,
    make_stage,
    make_template,
)

from appui.design import actions, queries
from appui.design.models import Comment, Paper, PaperVersion
from appui.kernel.access import Role
from appui.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(owner):
    return make_template(owner)


@pytest.fixture
def paper(activity, template):
    return make_paper(activity, template, texts=("The land is mined.", ""))


def text_of(paper):
    return [section.text for section in paper.sections.all()]


def test_a_paper_begins_with_the_sections_its_template_has_now(activity, template, editor, manager):
    actions.change_section(template.sections.get(position=1), by=manager, is_retired=True)

    paper = actions.write_paper(activity, template, by=editor, title="Note", language="fr")
    actions.add_section(template, by=manager, title={"en": "Later"})

    assert [str(section) for section in paper.sections.all()] == ["Problem"]
    assert (paper.owner, paper.visibility) == (activity.owner, "private")


def test_a_paper_comes_from_a_standing_template_of_the_same_organisation(
    owner, activity, template, editor, manager
):
    strange = make_template(make_organisation("Elsewhere"))
    actions.change_template(template, by=manager, is_retired=True)

    for refused in (strange, template):
        with pytest.raises(Refused):
            actions.write_paper(activity, refused, by=editor, title="Note", language="fr")


def test_a_published_version_stays_while_the_draft_goes_on(paper, editor):
    first, second = paper.sections.all()
    actions.publish(paper, by=editor, note="First")
    actions.save_draft(paper, by=editor, texts={first.pk: "The land is clear.", second.pk: "Aim"})
    actions.publish(paper, by=editor)

    assert [(v.number, [s["text"] for s in v.sections]) for v in queries.versions(paper)] == [
        (2, ["The land is clear.", "Aim"]),
        (1, ["The land is mined.", ""]),
    ]
    version = queries.versions(paper).first()
    version.title = "Another"
    with pytest.raises(TypeError):
        version.save()


def test_what_did_not_change_is_not_published_again(paper, activity, template, editor):
    actions.publish(paper, by=editor)

    with pytest.raises(Invalid, match="Nothing changed since version 1"):
        actions.publish(paper, by=editor)
    with pytest.raises(Invalid, match="Nothing is written yet"):
        actions.publish(make_paper(activity, template), by=editor)
    assert PaperVersion.objects.count() == 1


def test_two_people_who_write_at_once_get_a_question(paper, editor):
    first = paper.sections.first()
    actions.save_draft(paper, by=editor, version=1, texts={first.pk: "One"})

    with pytest.raises(Conflict):
        actions.save_draft(Paper.objects.get(), by=editor, version=1, texts={first.pk: "Two"})
    assert text_of(paper)[0] == "One"


def test_a_section_of_another_paper_is_refused(paper, activity, template, editor):
    other = make_paper(activity, template).sections.first()

    with pytest.raises(Invalid, match="has no section"):
        actions.save_draft(paper, by=editor, texts={other.pk: "Mine"})


def test_differences_are_told_section_by_section(paper):
    first, second = paper.sections.all()
    title = {"en": "Problem", "fr": "Problème"}
    before = [
        {"key": first.pk, "title": title, "text": "The land is mined."},
        {"key": 0, "title": {"en": "Risks"}, "text": "Rain"},
    ]
    after = [
        {"key": first.pk, "title": title, "text": "The land is clear now."},
        {"key": second.pk, "title": {"en": "Aim"}, "text": "Peace"},
    ]

    found = queries.differences(paper, before, after)

    assert [(str(d.heading), d.state, d.added, d.removed) for d in found] == [
        ("Problem", "same", 2, 1),
        ("Aim", "added", 1, 0),
        ("Risks", "removed", 0, 1),
    ]


def test_comments_are_replied_to_flat_resolved_and_reopened(paper, editor):
    section = paper.sections.first()
    comment = actions.add_comment(section, by=editor, text="Since when?")
    reply = actions.add_comment(section, by=editor, text="1979", answers=comment)

    with pytest.raises(Refused, match="not to a reply"):
        actions.add_comment(section, by=editor, text="So", answers=reply)
    actions.settle(comment, by=editor, resolved=True)
    with pytest.raises(Refused, match="resolved"):
        actions.add_comment(section, by=editor, text="So", answers=comment)
    with pytest.raises(Invalid):
        actions.settle(reply, by=editor, resolved=True)
    assert Comment.objects.get(pk=comment.pk).resolved_by == editor.name

    actions.settle(comment, by=editor, resolved=False)
    assert Comment.objects.get(pk=comment.pk).resolved_at is None


def test_others_see_what_is_published_never_the_draft_nor_the_comments(
    stranger, paper, editor, owner
):
    actions.save_draft(paper, by=editor, visibility="public")
    assert stranger.get(paper.get_absolute_url()).status_code == 404

    actions.publish(paper, by=editor)
    section = paper.sections.first()
    actions.add_comment(section, by=editor, text="Internal remark")
    actions.save_draft(paper, by=editor, texts={section.pk: "Unfinished thought"})

    for url in (
        paper.get_absolute_url(),
        reverse("design:paper_print", args=[paper.pk]) + "?version=draft",
        reverse("design:paper_compare", args=[paper.pk]) + "?after=draft",
    ):
        page = stranger.get(url)
        assert (page.status_code, b"The land is mined." in page.content) == (200, True), url
        assert b"Unfinished" not in page.content, url
        assert b"Internal remark" not in page.content, url
        assert str(paper.activity).encode() not in page.content, url
    shown = stranger.get(reverse("design:paper_list")).content.decode()
    assert (str(paper) in shown, str(paper.activity) in shown) == (True, False)
    answer = stranger.get(f"/api/papers/{paper.pk}").json()
    assert (answer["sections"], answer["last_version"]) == ([], 1)
    assert stranger.get(f"/api/papers/{paper.pk}/comments").json()["items"] == []
    assert stranger.get(reverse("design:comment_add", args=[section.pk])).status_code == 404


def test_a_draft_is_written_published_and_compared_in_the_browser(page, activity, template):
    begun = page.post(
        reverse("design:paper_add", args=[activity.pk]),
        {
            "idempotency_key": key(),
            "template": template.pk,
            "title": "مذكرة",
            "language": "ar",
            "visibility": "private",
        },
    )
    paper = Paper.objects.get()
    assert (begun.status_code, begun.url) == (303, paper.get_absolute_url())

    for number, text in enumerate(("إزالة الألغام", "إزالة جميع الألغام"), 1):
        paper = Paper.objects.get()
        sent = {
            "idempotency_key": key(),
            "version": paper.version,
            "title": "مذكرة",
            "language": "ar",
            "visibility": "private",
            f"text_{paper.sections.first().pk}": text,
        }
        assert page.post(reverse("design:paper_edit", args=[paper.pk]), sent).status_code == 303
        answer = page.post(
            reverse("design:paper_publish", args=[paper.pk]),
            {"idempotency_key": key(), "note": f"Note {number}"},
        )
        assert answer.url == reverse("design:version", args=[paper.pk, number])
    shown = page.get(reverse("design:paper_compare", args=[paper.pk]) + "?before=1&after=2")
    assert '<div class="prose lines" lang="ar" dir="rtl">إزالة <ins>جميع </ins>الألغام</div>' in (
        shown.content.decode()
    )


def test_a_form_without_title_comes_back_with_the_reason_at_the_field(page, activity, template):
    answer = page.post(
        reverse("design:paper_add", args=[activity.pk]),
        {"idempotency_key": key(), "template": template.pk, "language": "xx"},
    )

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["language", "title", "visibility"]


def test_nothing_to_publish_is_said_in_the_form(page, activity, template):
    paper = make_paper(activity, template)

    answer = page.post(reverse("design:paper_publish", args=[paper.pk]), {"idempotency_key": key()})

    assert answer.status_code == 422
    assert error_text(answer) == "Nothing is written yet: write at least one section first."


def test_without_templates_the_page_says_how_to_start(page, activity):
    shown = page.get(reverse("design:paper_add", args=[activity.pk])).content.decode()

    assert "Your organisation has no templates yet." in shown
    assert reverse("design:adopt", args=[activity.owner_id]) in shown


def test_a_reader_comments_nothing_and_writes_nothing(owner, paper):
    reader = make_reader(Role.READER, owner)

    with pytest.raises(Refused):
        actions.save_draft(paper, by=reader, texts={})
    with pytest.raises(Refused):
        actions.add_comment(paper.sections.first(), by=reader, text="No")


def test_the_list_and_board_show_where_projects_stand(page, owner, manager):
    stage = make_stage(owner, "Idea")
    there, nowhere = make_activity(owner, "Placed"), make_activity(owner, "Unplaced")
    actions.move(there, by=manager, stage=stage)

    rows = page.get(reverse("design:project_list") + f"?stage={stage.pk}").content.decode()
    board = page.get(reverse("design:project_board")).content.decode()
    none = page.get(reverse("design:project_list") + "?stage=none").content.decode()
    file = page.get(reverse("design:project_list") + "?format=csv").content.decode()

    assert ("Placed" in rows, str(nowhere) in rows) == (True, False)
    assert str(nowhere) in none
    assert board.index("not placed yet") < board.index("Unplaced") < board.index("Idea")
    assert file.splitlines()[1].split(",")[0] == "Placed"


def test_a_published_paper_keeps_its_language(owner, editor):
    paper = make_paper(make_activity(owner), make_template(owner), texts=("Mines", ""))
    actions.publish(paper, by=editor)

    with pytest.raises(Invalid, match="published in this language"):
        actions.save_draft(paper, by=editor, language="ar", title=paper.title, texts={})
