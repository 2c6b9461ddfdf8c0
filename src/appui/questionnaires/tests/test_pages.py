"""The pages: writing a form without JavaScript, filling it in, submitting, reading, printing."""

import io
import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.factories import (
    TODAY,
    error_text,
    key,
    make_form,
    make_organisation,
    make_response,
    make_user_with_role,
    place,
)

from appui.kernel import panels
from appui.kernel.access import SYSTEM, Role
from appui.questionnaires.actions import editing
from appui.questionnaires.models import Form, FormVersion, Priority, Question, Response
from appui.questionnaires.tests.forms import CONTENT, make_whole_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation(acronym="CMAA")


@pytest.fixture
def page(client, owner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    return client


@pytest.fixture
def draft(owner):
    return make_whole_form(owner, published=False).versions.get()


def url(name, *arguments):
    return reverse(f"questionnaires:{name}", args=arguments)


def question_fields(section, **changes):
    return {
        "idempotency_key": key(),
        "section": section.pk,
        "text_en": "How far?",
        "kind": "one",
        "options_en": "Nothing\nPart\nAll",
        "options_fr": "Rien\nUne partie\nTout",
        "scores": "0\n1,5\n-",
        "weight": "2",
    } | changes


def test_a_form_is_written_from_nothing_through_the_pages(page, owner):
    facts = {"title_en": "Capacity", "purpose": "capacity", "owner": owner.pk}
    begun = page.post(url("form_add"), {"idempotency_key": key(), "visibility": "private", **facts})
    draft = FormVersion.objects.get()
    assert (begun.status_code, begun.url) == (303, draft.get_absolute_url())
    page.post(url("section_add", draft.pk), {"idempotency_key": key(), "title_en": "Staff"})
    page.post(url("question_add", draft.sections.get().pk), question_fields(draft.sections.get()))
    page.post(url("version_publish", draft.pk), {"idempotency_key": key()})

    draft.refresh_from_db()
    assert (Form.objects.get().reference[:9], draft.status) == ("CMAA-FOR-", "published")
    question = draft.questions.get()
    assert (str(question), question.weight) == ("How far?", 2)
    assert question.options == [
        {"code": "o1", "label": {"en": "Nothing", "fr": "Rien"}, "score": "0"},
        {"code": "o2", "label": {"en": "Part", "fr": "Une partie"}, "score": "1.5"},
        {"code": "o3", "label": {"en": "All", "fr": "Tout"}, "score": None},
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"options_fr": "Rien\nTout"}, "options"),
        ({"options_en": "-\n-\n-", "options_fr": ""}, "options"),
        ({"scores": "0\n1"}, "options"),
        ({"scores": "0\n1\nmany"}, "options"),
        ({"scores": "0\n1\n1001"}, "options"),
        ({"options_en": "", "options_fr": "", "scores": ""}, "options"),
        ({"kind": "yesno", "scores": "1\n0"}, "options"),
        ({"kind": "text"}, "options"),
        ({"weak_at": "low"}, "weak_at"),
        ({"weak_at": "0"}, "priority"),
        ({"priority_en": "Do it"}, "weak_at"),
        ({"weight": "0"}, "weight"),
        ({"text_en": ""}, "text"),
        ({"only_if": "1:nothing"}, "only_if"),
        ({"kind": "song"}, "kind"),
    ],
)
def test_a_mistake_in_a_question_comes_back_at_its_field(page, draft, changes, field):
    section = draft.sections.all()[0]

    answer = page.post(url("question_add", section.pk), question_fields(section, **changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert draft.questions.count() == sum(len(part["questions"]) for part in CONTENT)


def test_an_option_keeps_its_code_when_it_moves_or_is_said_otherwise(page, draft):
    costed = draft.questions.get(code="costed")
    sent = question_fields(
        costed.section,
        version=costed.version,
        options_en="All of it\nNone\nSome\nMost\nNot applicable",
        options_fr="",
        scores="4\n0\n1\n2\n-",
        weak_at="2",
        priority_en="Cost the plan",
        only_if=f"{draft.questions.get(code='has-plan').pk}:yes",
    )

    answer = page.post(url("question_edit", costed.pk), sent)

    assert answer.status_code == 303
    costed.refresh_from_db()
    assert [option.code for option in costed.choices] == ["all", "none", "some", "most", "na"]


def test_a_form_sent_back_as_it_was_shown_changes_no_option(page, draft):
    costed = draft.questions.get(code="costed")
    shown = page.get(url("question_edit", costed.pk)).context["form"]
    assert shown["options"].value()["fr"] == "Rien\n-\n-\n-\n-"
    sent = question_fields(
        costed.section,
        options_en=shown["options"].value()["en"],
        options_fr=shown["options"].value()["fr"],
        scores=shown["scores"].value(),
        weak_at=shown["weak_at"].value(),
        priority_en="Cost the plan",
        only_if=shown["only_if"].value(),
    )

    assert page.post(url("question_edit", costed.pk), sent).status_code == 303

    assert draft.questions.get(code="costed").choices == costed.choices


def test_yes_and_no_take_two_scores(page, draft):
    section = draft.sections.all()[0]
    sent = question_fields(section, kind="yesno", options_en="", options_fr="", scores="3\n0")

    page.post(url("question_add", section.pk), sent)

    question = Question.objects.latest("pk")
    assert [(one.code, one.score) for one in question.choices] == [
        ("yes", 3),
        ("no", 0),
        ("unknown", None),
    ]
    shown = page.get(url("question_edit", question.pk)).context["form"]
    assert (shown["scores"].value(), shown["only_if"].value()) == ("3\n0", "")


def test_a_question_is_moved_once_however_often_the_button_is_pressed(page, draft):
    staff = draft.questions.get(code="remarks")
    sent = {"version": draft.version}

    answers = [page.post(url("question_move", staff.pk, "up"), sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert list(draft.questions.values_list("code", flat=True))[-2:] == ["remarks", "budget"]


def test_a_move_that_is_refused_says_why_on_the_page(page, draft):
    costed = draft.questions.get(code="costed")

    answer = page.post(
        url("question_move", costed.pk, "up"), {"version": draft.version}, follow=True
    )

    assert [str(message) for message in answer.context["messages"]] == [
        "“Is it costed?” is asked only after “Is there a plan?”: it cannot stand before it."
    ]
    assert page.post(url("question_move", costed.pk, "left"), {"version": 1}).status_code == 404
    assert page.post(url("question_move", costed.pk, "up"), {}).status_code == 303


def test_a_published_version_is_not_changed_through_the_pages(page, draft):
    editing.publish_version(draft, by=SYSTEM, today=TODAY)
    question = draft.questions.get(code="staff")

    assert page.get(url("question_edit", question.pk)).status_code == 403
    assert page.get(url("section_add", draft.pk)).status_code == 403
    assert page.post(url("question_move", question.pk, "up"), {"version": 1}).status_code == 403


def test_the_file_of_a_version_holds_the_form(page, draft):
    answer = page.get(url("version_file", draft.pk))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="CAP-1.json"'
    told = json.loads(answer.content)
    assert [part["code"] for part in told["sections"]] == ["plan", "people"]


def begun(page, owner, form, **changes):
    return page.post(
        url("response_add"),
        {
            "idempotency_key": key(),
            "form_version": form.versions.get(status="published").pk,
            "place": place("KH").pk,
            "made_on": "2026-11-22",
            "owner": owner.pk,
            "visibility": "private",
        }
        | changes,
    )


def test_a_response_is_begun_about_one_thing(page, owner):
    form = make_whole_form(owner)

    nothing = begun(page, owner, form, place="")
    both = begun(page, owner, form, organisation=owner.pk)
    one = begun(page, owner, form)

    assert [list(answer.context["form"].errors) for answer in (nothing, both)] == [
        ["organisation"],
        ["organisation"],
    ]
    response = Response.objects.get()
    assert (one.status_code, one.url) == (303, url("response_fill", response.pk))
    assert str(response) == "Capacity: KH"


def test_a_draft_is_kept_incomplete_and_gone_on_with_later(page, owner):
    response = make_response(owner, make_whole_form(owner))
    sent = {"idempotency_key": key(), "version": response.version, "then": "draft"}

    answer = page.post(
        url("response_fill", response.pk), sent | {"q-skills": ["law"], "q-staff": "1 200,5"}
    )

    response.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, response.get_absolute_url())
    assert response.answers == {"skills": ["law"], "staff": "1200.5"}
    form = page.get(url("response_fill", response.pk)).context["form"]
    assert form["q-skills"].value() == ["law"]


def test_going_on_to_submit_asks_for_what_is_required_and_asked(page, owner):
    response = make_response(owner, make_whole_form(owner))
    sent = {"version": response.version, "then": "submit"}
    address = url("response_fill", response.pk)

    nothing = page.post(address, sent | {"idempotency_key": key()})
    half = page.post(address, sent | {"idempotency_key": key(), "q-has-plan": "yes"})
    whole = page.post(address, sent | {"idempotency_key": key(), "q-has-plan": "no"})

    assert [list(answer.context["form"].errors) for answer in (nothing, half)] == [
        ["q-has-plan"],
        ["q-costed"],
    ]
    assert (whole.status_code, whole.url) == (303, url("response_submit", response.pk))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"q-has-plan": "maybe"}, "q-has-plan"),
        ({"q-skills": ["magic"]}, "q-skills"),
        ({"q-staff": "many"}, "q-staff"),
        ({"q-since": "2026-02-30"}, "q-since"),
        ({"q-budget": "100"}, "q-budget-currency"),
        ({"q-budget": "-1", "q-budget-currency": "USD"}, "q-budget"),
        ({"q-remarks": "nul \x00"}, "q-remarks"),
    ],
)
def test_a_wrong_answer_comes_back_at_its_question(page, owner, answers, field):
    response = make_response(owner, make_whole_form(owner))
    sent = {"idempotency_key": key(), "version": response.version, "then": "draft"} | answers

    answer = page.post(url("response_fill", response.pk), sent)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_submitting_ticks_every_weak_answer_and_takes_what_is_left_ticked(page, owner):
    response = make_response(owner, make_whole_form(owner), answers={"has-plan": "no"})
    form = page.get(url("response_submit", response.pk)).context["form"]
    assert form["priorities"].value() == ["has-plan"]

    sent = {"idempotency_key": key(), "version": response.version, "priorities": ["has-plan"]}
    answers = [page.post(url("response_submit", response.pk), sent) for _time in range(2)]

    assert [answer.status_code for answer in answers[:1]] == [303]
    assert [str(priority) for priority in Priority.objects.all()] == ["Write a plan"]


@pytest.mark.slow
def test_what_was_unticked_can_be_created_later(page, owner):
    response = make_response(owner, make_whole_form(owner), answers={"has-plan": "no"})
    sent = {"idempotency_key": key(), "version": response.version}
    page.post(url("response_submit", response.pk), sent)
    assert page.get(response.get_absolute_url()).context["waiting"] == 1

    sent = {"idempotency_key": key(), "priorities": ["has-plan"]}
    page.post(url("response_raise", response.pk), sent)

    assert page.get(response.get_absolute_url()).context["waiting"] == 0


def test_an_incomplete_response_names_what_is_left_to_answer(page, owner):
    response = make_response(owner, make_whole_form(owner))

    shown = page.get(url("response_submit", response.pk))
    sent = page.post(url("response_submit", response.pk), {"idempotency_key": key()})

    assert [question.code for question in shown.context["left"]] == ["has-plan"]
    assert (sent.status_code, error_text(sent)) == (
        422,
        "1 required question is not answered. Is there a plan?",
    )


def test_the_excel_file_has_a_column_for_each_question(page, owner):
    form = make_whole_form(owner)
    answers = {
        "has-plan": "yes",
        "costed": "all",
        "since": "2026-01-31",
        "skills": ["law", "data"],
        "staff": "12.5",
        "budget": {"amount": "1000", "currency": "USD"},
        "remarks": "=1+1",
    }
    make_response(owner, form, answers=answers, submitted=True)
    version = form.versions.get()

    answer = page.get(url("version_answers", version.pk), {"format": "xlsx"})

    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    told = dict(zip(rows[0], rows[1], strict=True))
    assert told["Is there a plan?"] == "Yes"
    assert told["Which skills are there?"] == "Law, Data"
    assert told["How many people?"] == 12.5
    assert (told["Which budget?"], told["Which budget?, currency"]) == (1000, "USD")
    assert told["Costed since when?"].date().isoformat() == "2026-01-31"
    assert told["Anything else?"] == "=1+1"


def test_a_response_shows_its_score_and_what_it_leaves_out(page, owner):
    answers = {"has-plan": "yes", "costed": "none"}
    response = make_response(owner, make_whole_form(owner), answers=answers, submitted=True)

    shown = page.get(response.get_absolute_url()).context

    score = next(fact for fact in shown["facts"] if str(fact.label) == "Score")
    # (2 × 4 + 1 × 0) / 3
    counted = "Weighted mean of 2 answers out of 3, on a scale from 0 to 4"
    assert (str(score.value), score.help) == (
        "2.67",
        f"{counted}; left out: 1 unanswered, 0 not known.",
    )
    printed = page.get(url("response_print", response.pk)).content.decode()
    assert "Is it costed?" in printed
    assert "Costed since when?" not in printed


def test_a_priority_is_planned_and_dropped_through_the_pages(page, owner):
    make_response(owner, make_form(owner), answers={"q1": "no"}, submitted=True)
    priority = Priority.objects.get()

    bare = page.post(url("priority_move", priority.pk, "dropped"), {"idempotency_key": key()})
    assert list(bare.context["form"].errors) == ["reason"]
    wrong = {"idempotency_key": key(), "plan_label": "Item 4", "plan_url": "javascript:x"}
    refused = page.post(url("priority_move", priority.pk, "planned"), wrong)
    assert list(refused.context["form"].errors) == ["plan_url"]
    page.post(
        url("priority_move", priority.pk, "planned"),
        {"idempotency_key": key(), "plan_label": "Item 4", "plan_url": "/plans/4/"},
    )

    priority.refresh_from_db()
    assert (priority.state, priority.plan_label) == ("planned", "Item 4")
    assert page.get(url("priority_move", priority.pk, "nowhere")).status_code == 404


@pytest.mark.slow
def test_a_room_above_shows_its_plan_items_on_a_priority(page, owner, monkeypatch):
    make_response(owner, make_form(owner), answers={"q1": "no"}, submitted=True)
    seen = []
    monkeypatch.setattr(panels, "_panels", {})
    panels.register("questionnaires.priority", 10, lambda obj, _reader: seen.append(obj))
    page.get(Priority.objects.get().get_absolute_url())

    assert seen == [Priority.objects.get()]


def test_lists_narrow_by_what_their_filters_say(page, owner):
    form = make_form(owner)
    make_response(owner, form, answers={"q1": "no"}, submitted=True)
    make_response(owner, form, place("ML"))

    def total(name, **asked):
        return page.get(url(name), asked).context["listing"].total

    assert (total("response_list"), total("response_list", status="draft")) == (2, 1)
    assert (total("priority_list", state="open"), total("priority_list", state="done")) == (1, 0)
    assert (total("priority_list", urgency="high"), total("priority_list", q="plan")) == (1, 1)
    assert (total("form_list", purpose="needs"), total("form_list", purpose="review")) == (1, 0)


def test_the_most_urgent_priorities_come_first(page, owner):
    form = make_whole_form(owner)
    for number, answer in enumerate(["most", "none", "some"]):
        make_response(
            owner,
            form,
            place(["KH", "ML", "BF"][number]),
            {"has-plan": "yes", "costed": answer},
            submitted=True,
        )

    rows = page.get(url("priority_list")).context["listing"].page.object_list

    assert [row.urgency for row in rows] == ["high", "medium", "low"]


def test_the_record_answered_about_shows_the_response_and_where_to_add_one(page, owner):
    make_response(owner, make_form(owner), owner, {"q1": "no"}, submitted=True)

    shown = page.get(owner.get_absolute_url()).context["panels"]

    panel = next(one for one in shown if one.slug == "questionnaires")
    assert panel.count == 1
    assert page.get(panel.context["fill_url"]).status_code == 200
    assert page.get(panel.context["hear_url"]).status_code == 200


def test_pages_of_another_organisation_are_not_there(client, owner):
    response = make_response(owner, make_form(owner), answers={"q1": "no"}, submitted=True)
    version = response.form_version
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere")))

    addresses = [
        version.form.get_absolute_url(),
        version.get_absolute_url(),
        response.get_absolute_url(),
        Priority.objects.get().get_absolute_url(),
        url("version_file", version.pk),
        url("response_print", response.pk),
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * 6


def test_a_shared_response_opens_the_version_it_answers(client, owner):
    response = make_response(
        owner, make_form(owner), answers={"q1": "no"}, submitted=True, visibility="public"
    )
    client.force_login(make_user_with_role(Role.READER, make_organisation("Elsewhere")))

    assert client.get(response.get_absolute_url()).status_code == 200
    assert client.get(response.form_version.get_absolute_url()).status_code == 200
    assert client.get(url("response_fill", response.pk)).status_code == 403


@pytest.mark.slow
def test_the_pages_open_in_arabic(client, owner):
    user = make_user_with_role(Role.MANAGER, owner, language="ar")
    client.force_login(user)
    form = make_whole_form(owner)
    draft = editing.draft_version(form, by=SYSTEM)
    response = make_response(owner, form)
    addresses = [
        form.get_absolute_url(),
        draft.get_absolute_url(),
        url("question_edit", draft.questions.get(code="costed").pk),
        url("version_compare", draft.pk, 1),
        url("response_fill", response.pk),
        response.get_absolute_url(),
    ]

    shown = [client.get(address).content.decode() for address in addresses]

    assert ['<html lang="ar" dir="rtl"' in text for text in shown] == [True] * 6
