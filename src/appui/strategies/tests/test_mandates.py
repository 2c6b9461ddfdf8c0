"""Strengths with their sources; experts from the request to what they deliver."""

from datetime import date

import pytest
from tests.factories import (
    TODAY,
    make_deliverable,
    make_donor,
    make_mandate,
    make_organisation,
    make_person,
    make_reader,
    make_request,
    make_source,
    make_strength,
)
from tests.world import figure

from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused
from appui.registry.actions import remove_person
from appui.strategies import actions, queries
from appui.strategies.models import ExpertRequest

pytestmark = pytest.mark.django_db


def test_a_strength_usable_in_a_brief_has_a_source(owner, editor):
    with pytest.raises(Invalid) as refused:
        actions.note_strength(
            by=editor, owner=owner, kind="strength", text={"en": "Known"}, usable=True
        )
    assert refused.value.fields["source"] == (
        "A strength used in a brief keeps its source: name a source or a figure."
    )


def test_the_source_of_a_usable_strength_is_not_taken_away(owner, editor):
    entry = make_strength(owner, usable=True, source=make_source(owner))

    with pytest.raises(Invalid, match="keeps its source"):
        actions.change_strength(entry, by=editor, source=None)


@pytest.mark.parametrize("kind", ["weakness", "threat"])
def test_weaknesses_and_threats_are_not_offered_to_donors(owner, editor, kind):
    with pytest.raises(Invalid, match="Only strengths and opportunities"):
        actions.note_strength(
            by=editor,
            owner=owner,
            kind=kind,
            text={"en": "Poor"},
            usable=True,
            source=make_source(owner),
        )


def test_usable_strengths_come_with_a_source_that_the_reader_may_see(
    owner, editor, django_assert_num_queries
):
    source, hidden = make_source(owner, visibility="public"), make_source(owner)
    own = figure(owner, source)
    public = {"visibility": "public", "usable": True}
    make_strength(owner, "Sourced", source=source, **public)
    make_strength(owner, "Counted", figure=own, kind="opportunity", **public)
    make_strength(owner, "Hidden source", source=hidden, **public)
    make_strength(owner, "Not usable", source=source, visibility="public")
    outsider = make_reader(Role.READER, make_organisation("Elsewhere"))

    with django_assert_num_queries(1):
        seen = [(str(row), row.said_by) for row in queries.strengths_for(owner, outsider)]
    assert seen == [("Sourced", source), ("Counted", source)]
    assert len(queries.strengths_for(owner, editor)) == 3


def test_a_request_goes_from_terms_to_mandate_to_closed(owner, manager):
    request = actions.request_expert(
        by=manager, owner=owner, asked_by=owner, reference="E1", subject={"en": "An expert"}
    )
    with pytest.raises(Refused, match="Write the terms of reference"):
        actions.move_request(request, by=manager, state="agreed")
    actions.change_request(request, by=manager, description={"en": "Advise."})
    actions.move_request(request, by=manager, state="agreed")
    with pytest.raises(Refused, match="no longer changes"):
        actions.change_request(request, by=manager, description={"en": "Other."})

    mandate = actions.give_mandate(request, by=manager, organisation=make_donor("Mechanism"))

    assert (mandate.expert, mandate.description) == ("Mechanism", {"en": "Advise."})
    assert ExpertRequest.objects.get().state == "mandated"
    assert actions.move_request(request, by=manager, state="closed").state == "closed"


def test_a_refusal_says_why_and_can_be_asked_again(owner, manager):
    request = make_request(owner)
    with pytest.raises(Invalid, match="Say why it is refused"):
        actions.move_request(request, by=manager, state="refused")

    actions.move_request(request, by=manager, state="refused", reason="No expert is free.")
    assert request.reason == "No expert is free."
    assert actions.move_request(request, by=manager, state="asked").state == "asked"


def test_only_naming_an_expert_gives_a_mandate_and_only_one(owner, manager):
    request = make_request(owner, state="agreed")
    with pytest.raises(Invalid, match="Name the expert"):
        actions.move_request(request, by=manager, state="mandated")
    with pytest.raises(Invalid, match="Name one expert"):
        actions.give_mandate(request, by=manager)


def test_a_deliverable_is_not_delivered_without_what_it_ended_in(owner, editor):
    mandate = make_mandate(owner, make_donor())
    paper = make_deliverable(mandate, form="document")
    meeting = make_deliverable(mandate, form="event")

    for row, field in ((paper, "document"), (meeting, "event")):
        with pytest.raises(Invalid) as refused:
            actions.deliver(row, by=editor, delivered_on=TODAY)
        assert "ends in a document or an event" in refused.value.fields[field]

    source = make_source(owner)
    assert actions.deliver(paper, by=editor, delivered_on=TODAY, document=source).document == source
    actions.deliver(meeting, by=editor, delivered_on=TODAY, event="Geneva, June 2023")
    assert [row.event for row in queries.deliverables(editor)] == ["", "Geneva, June 2023"]


def test_a_mandate_is_not_closed_while_something_is_to_deliver(owner, manager):
    mandate = make_mandate(owner, make_donor())
    make_deliverable(mandate)

    with pytest.raises(Invalid, match="1 deliverable is not delivered"):
        actions.move_request(mandate.request, by=manager, state="closed")


def test_the_list_counts_what_is_delivered_and_late(owner, editor):
    mandate = make_mandate(owner, make_donor())
    make_deliverable(mandate, due_on=date(2026, 1, 1))
    make_deliverable(mandate, delivered_on=TODAY, document=make_source(owner))
    make_deliverable(mandate)

    found = queries.expert_requests(editor, today=TODAY).get()

    assert (found.due, found.delivered, found.late) == (3, 1, 1)


def test_an_erased_contact_leaves_its_mandate_and_work_standing(owner, manager):
    person = make_person(owner, "Rosa")
    request = make_request(owner, state="agreed")
    mandate = actions.give_mandate(request, by=manager, person=person)

    remove_person(person, by=manager)

    mandate.refresh_from_db()
    assert (mandate.person, mandate.expert) == (None, "")
