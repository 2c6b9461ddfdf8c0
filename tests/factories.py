"""Records for tests, each as small as its model allows; codes and places are made on demand."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import count
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import translation

from appui.accounts.models import User
from appui.design.models import (
    ChecklistItem,
    Node,
    Paper,
    PaperSection,
    Stage,
    Template,
    TemplateSection,
    Theory,
)
from appui.eligibility.models import EligibilityRule
from appui.evidence.models import Source
from appui.funding import actions as asking
from appui.funding.models import Agreement, Allocation, Fund, Interaction, Proposal, Target
from appui.funding.models import Transaction as LedgerLine
from appui.intake.models import Batch, StoredFile
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Reader, Role
from appui.kernel.errors import AppuiError
from appui.needs.models import Need, NeedLine, NeedStatus
from appui.portfolio.models import Activity
from appui.questionnaires.actions import editing, responses
from appui.questionnaires.actions.consultations import record_consultation
from appui.questionnaires.documents import FormDocument
from appui.registry.models import (
    Code,
    CodeList,
    ExchangeRate,
    Location,
    Membership,
    Organisation,
    Person,
)
from appui.registry.queries import reader_of
from appui.selection.actions import appraisal as appraising
from appui.selection.actions import criteria as weighing
from appui.selection.actions import scenario as planning
from appui.selection.models import CriteriaSet, Criterion
from appui.strategies.models import (
    Deliverable,
    ExpertRequest,
    Mandate,
    Plan,
    PlanItem,
    Strategy,
    StrategyItem,
    Strength,
    Trace,
)
from appui.watch.models import Feed, Search, Signal

TODAY = date(2026, 11, 22)
numbers = count(1)


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in English, whatever the catalogues hold; a conftest imports this."""
    with translation.override("en"):
        yield


def code(codelist="Sector", value="15250", label=""):
    found, _made = CodeList.objects.get_or_create(
        slug=codelist, defaults={"name": {"en": codelist}, "source": "test"}
    )
    return Code.objects.get_or_create(
        codelist=found, code=value, defaults={"label": {"en": label or value}}
    )[0]


def place(value="KH", label="", kind=None):
    country = place(value[:2]) if len(value) > 2 else None
    return Location.objects.get_or_create(
        code=value,
        defaults={
            "name": {"en": label or value},
            "kind": kind or ("admin1" if country else "country"),
            "parent": country,
        },
    )[0]


def make_organisation(name="Authority", **fields):
    fields = {"is_workspace": True} | fields
    names = name if isinstance(name, dict) else {"en": name}
    return Organisation.objects.create(name=names, **fields)


def make_donor(name="Ireland", **fields):
    return make_organisation(name, **({"is_workspace": False, "is_donor": True} | fields))


def make_user(**fields):
    fields = {"language": "en", "email": f"user{next(numbers)}@example.org"} | fields
    return User.objects.create_user(fields.pop("email"), fields.pop("password", None), **fields)


def make_user_with_role(role, organisation, **fields):
    user = make_user(**fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_reader(role, organisation) -> Reader:
    """A reader with a real user behind it."""
    return reader_of(make_user_with_role(role, organisation))


def administrator_of(organisation) -> Reader:
    return make_reader(Role.ADMINISTRATOR, organisation)


def make_person(owner, name="Ana Keo", **fields):
    return audit.create(Person(owner=owner, name=name, **fields), by=SYSTEM)


def make_source(owner, publisher="Monitor", **fields):
    return Source.objects.create(owner=owner, publisher=publisher, title="Report", **fields)


def make_need(owner, title="Clear the land", *, places=("KH",), **fields):
    fields = {"reference": f"N-{next(numbers)}", "status": NeedStatus.OPEN} | fields
    need = Need(owner=owner, title={"en": title}, sector=fields.pop("sector", code()), **fields)
    return audit.create(need, by=SYSTEM, locations=[place(value) for value in places])


def make_line(need, cost="100", *, pillar="clearance", **fields):
    fields = {"year_from": 2026, "year_to": 2026, "stated_cost": Decimal(cost)} | fields
    return NeedLine.objects.create(need=need, pillar=code("Pillar", pillar), **fields)


def make_activity(owner, title="Clearance in the north-west", **fields):
    fields = {"reference": f"ACT-{next(numbers)}", "status": code("ActivityStatus", "2")} | fields
    return audit.create(Activity(owner=owner, title={"en": title}, **fields), by=SYSTEM)


def make_stage(owner, name="Idea", **fields):
    """A stage after those the organisation has."""
    papers = fields.pop("required_papers", [])
    fields = {"position": Stage.objects.filter(owner=owner).count()} | fields
    names = name if isinstance(name, dict) else {"en": name}
    return audit.create(Stage(owner=owner, name=names, **fields), by=SYSTEM, required_papers=papers)


def make_checklist_item(stage, text="Ask the countries", **fields):
    return audit.create(ChecklistItem(stage=stage, text={"en": text}, **fields), by=SYSTEM)


def make_template(owner, title="Concept note", sections=("Problem", "Aim"), **fields):
    fields = {"kind": f"paper-{next(numbers)}"} | fields
    made = audit.create(Template(owner=owner, title={"en": title}, **fields), by=SYSTEM)
    for position, name in enumerate(sections):
        TemplateSection.objects.create(template=made, title={"en": name}, position=position)
    return made


def make_paper(activity, template, title="Note", texts=("", ""), **fields):
    """A draft with one section a text."""
    fields = {"owner": activity.owner, "language": "en"} | fields
    paper = Paper(activity=activity, template=template, title=title, **fields)
    audit.create(paper, by=SYSTEM)
    for position, text in enumerate(texts):
        PaperSection.objects.create(
            paper=paper, title={"en": f"Section {position + 1}"}, position=position, text=text
        )
    return paper


def make_theory(activity, **fields):
    return audit.create(Theory(activity=activity, owner=activity.owner, **fields), by=SYSTEM)


def make_node(theory, kind="output", text="Land is released", **fields):
    fields = {"key": f"n{next(numbers)}"} | fields
    return audit.create(Node(theory=theory, kind=kind, text={"en": text}, **fields), by=SYSTEM)


def make_fund(owner, donor, title="Window", **fields):
    fund = Fund(owner=owner, organisation=donor, title={"en": title}, **fields)
    return audit.create(fund, by=SYSTEM)


def make_rule(fund, code="rule", expression='{"is": "emergency"}', **fields):
    """A rule of a window that applies since 2022."""
    fields = {"valid_from": date(2022, 1, 1), "citation": "The page says so."} | fields
    rule = EligibilityRule(
        fund=fund, code=code, expression=expression, message={"en": "No emergency"}, **fields
    )
    return audit.create(rule, by=SYSTEM)


def make_proposal(owner, donor, need, amount="100", **fields):
    number = next(numbers)
    fields = {"reference": f"P-{number}", "title": f"Ask {number}", "stage": "proposal"} | fields
    ask = Proposal(owner=owner, donor=donor, need=need, amount=Decimal(amount), **fields)
    return audit.create(ask, by=SYSTEM)


def make_ask_stage(owner, name="Shortlist", category="lead", **fields):
    """A stage of an organisation, which gets its own copy of the usual ones first."""
    fields = {"probability": 20, "stale_after": 30} | fields
    return asking.add_stage(owner, by=SYSTEM, name={"en": name}, category=category, **fields)


def make_ask_document(proposal, title="Concept note", **fields):
    fields = {"kind": "concept", "file_name": "note.txt", "content": b"Mines."} | fields
    return asking.add_document(proposal, by=SYSTEM, title=title, **fields)


def make_agreement(owner, donor, amount="100", *, need=None, **fields):
    """A signed agreement, given whole to ``need`` when one is told."""
    number = next(numbers)
    signed = {"status": "signed", "signed_on": date(2026, 3, 10)}
    fields = {"reference": f"A-{number}", "title": f"Grant {number}"} | signed | fields
    agreement = audit.create(
        Agreement(owner=owner, donor=donor, amount=Decimal(amount), **fields), by=SYSTEM
    )
    if need is not None:
        Allocation.objects.create(agreement=agreement, need=need, amount=agreement.amount)
    return agreement


def make_draft(owner, donor, amount="100", **fields):
    return make_agreement(owner, donor, amount, status="draft", signed_on=None, **fields)


def make_interaction(owner, donor, summary="Met in Geneva", **fields):
    fields = {"took_place_on": date(2026, 10, 1), "kind": code("InteractionKind", "meeting")} | (
        fields
    )
    exchange = Interaction(owner=owner, organisation=donor, summary=summary, **fields)
    return audit.create(exchange, by=SYSTEM)


def make_ledger_line(owner, agreement, value="100", **fields):
    fields = {
        "transaction_type": code("TransactionType", "1"),
        "date": date(2026, 4, 1),
        "value_date": date(2026, 4, 1),
        "currency": "USD",
        "usd_value": Decimal(value),
    } | fields
    line = LedgerLine(owner=owner, agreement=agreement, value=Decimal(value), **fields)
    return audit.create(line, by=SYSTEM)


def make_target(owner, amount="1000", **fields):
    return audit.create(
        Target(owner=owner, title={"en": "Raise"}, amount=Decimal(amount), **fields), by=SYSTEM
    )


def make_search(owner, title="Who gives here", **fields):
    fields = {"subject": "flows"} | fields
    return audit.create(Search(owner=owner, title=title, **fields), by=SYSTEM)


def make_feed(owner, title="Calls", **fields):
    fields = {"url": f"https://donor.example/{next(numbers)}.xml"} | fields
    return audit.create(Feed(owner=owner, title=title, **fields), by=SYSTEM)


def make_signal(search, title="Ireland", **fields):
    """A fall of giving, unless ``fields`` say otherwise."""
    fields = {
        "kind": "fell",
        "year": 2023,
        "since": 2022,
        "before": Decimal(100),
        "after": Decimal(40),
        "said_by": "appui/spend",
        "key": f"key {next(numbers)}",
    } | fields
    return audit.create(Signal(owner=search.owner, search=search, title=title, **fields), by=SYSTEM)


def make_criteria(owner, titles=("Reach", "Readiness"), *, published=True, **fields):
    """Criteria of equal weight, the last one on feasibility."""
    fields = {"title": {"en": "Criteria"}} | fields
    made = audit.create(CriteriaSet(owner=owner, **fields), by=SYSTEM)
    for number, title in enumerate(titles, 1):
        axis = "feasibility" if number == len(titles) else "benefit"
        item = Criterion(criteria_set=made, title={"en": title}, position=number, axis=axis)
        audit.create(item, by=SYSTEM)
    return weighing.publish(made, by=SYSTEM) if published else made


def make_appraisal(owner, activities=(), reviewers=(), **fields):
    fields = {"title": {"en": "Round"}, "due_on": date(2026, 12, 31)} | fields
    if "criteria_set" not in fields:
        fields["criteria_set"] = make_criteria(owner)
    return appraising.open_appraisal(
        by=SYSTEM, owner=owner, activities=activities, reviewers=reviewers, **fields
    )


def make_review(appraisal, activity, user, scores, *, today=TODAY, **fields):
    """A submitted review with these scores, in the order of the criteria."""
    candidate = appraisal.candidates.get(activity=activity)
    criteria = appraisal.criteria_set.criteria.all()
    given = {
        item.pk: appraising.Given(Decimal(str(value)))
        for item, value in zip(criteria, scores, strict=True)
    }
    fields = {"submit": True} | fields
    return appraising.write_review(
        candidate, by=reader_of(user), today=today, scores=given, **fields
    )


def make_scenario(appraisal, title="Scenario", *, envelopes=(), **fields):
    """``envelopes`` are pairs of a name and an amount for 2026."""
    made = planning.draft_scenario(
        by=SYSTEM, owner=appraisal.owner, appraisal=appraisal, title={"en": title}, **fields
    )
    for name, amount in envelopes:
        planning.add_envelope(made, by=SYSTEM, title=name, years={2026: Decimal(amount)})
    return made


def make_strategy(owner, title="Raise", *, state="draft", **fields):
    fields = {"reference": f"S-{next(numbers)}", "year_from": 2026, "year_to": 2028} | fields
    strategy = Strategy(owner=owner, title={"en": title}, state=state, **fields)
    return audit.create(strategy, by=SYSTEM)


def make_item(strategy, title="Meet donors", *, kind="action", parent=None, **fields):
    """An action under an objective and an axis of its own, unless ``parent`` says otherwise."""
    above = {"action": "axis", "axis": "objective"}.get(kind)
    if above and parent is None:
        parent = make_item(strategy, f"{above} of {title}", kind=above)
    return StrategyItem.objects.create(
        strategy=strategy, title={"en": title}, kind=kind, parent=parent, **fields
    )


def make_plan(strategy, year=2026, *, state="draft", **fields):
    plan = Plan(owner=strategy.owner, strategy=strategy, year=year, state=state, **fields)
    return audit.create(plan, by=SYSTEM)


def make_plan_item(plan, title="Hold a round table", **fields):
    return PlanItem.objects.create(plan=plan, title={"en": title}, **fields)


def make_strength(owner, text="Trusted", **fields):
    return audit.create(Strength(owner=owner, text={"en": text}, **fields), by=SYSTEM)


def make_trace(activity, item):
    return audit.create(Trace(activity=activity, item=item), by=SYSTEM)


def make_request(owner, subject="An expert", **fields):
    fields = {"reference": f"E-{next(numbers)}", "description": {"en": "Advise."}} | fields
    request = ExpertRequest(owner=owner, asked_by=owner, subject={"en": subject}, **fields)
    return audit.create(request, by=SYSTEM)


def make_mandate(owner, expert, subject="An expert", **fields):
    """A request with its mandate, given to an organisation."""
    request = make_request(owner, subject, state="mandated", **fields)
    mandate = Mandate(request=request, organisation=expert, description={"en": "Advise."})
    return audit.create(mandate, by=SYSTEM)


def make_deliverable(mandate, title="A report", **fields):
    fields = {"form": "document"} | fields
    return audit.create(Deliverable(mandate=mandate, title={"en": title}, **fields), by=SYSTEM)


def make_batch(owner, **fields):
    """A file of one contact, its columns confirmed, with something to be said of its row."""
    fields = {
        "kind": "people",
        "file_name": "old.csv",
        "headers": ["Name"],
        "row_count": 1,
    } | fields
    fields = {"columns": {"name": {"column": 0}}, "header_row": 1, "text_language": "en"} | fields
    batch = audit.create(Batch(owner=owner, **fields), by=SYSTEM)
    StoredFile.objects.create(batch=batch, content=b"Name\nAna Keo\n")
    row = batch.rows.create(number=2, cells=["Ana Keo"], state="ready", key="1")
    batch.issues.create(row=row, column=0, field="name", level="warning", code="merged")
    return batch


def make_rate(currency, month, usd_per_unit, source="ECB"):
    return ExchangeRate.objects.create(
        currency=currency, month=month, usd_per_unit=Decimal(usd_per_unit), source=source
    )


def at_once(act, look, folder, times=2):
    """Do ``act`` in threads at the same moment, then ``look``: the outcomes, and what was seen.

    An error is an outcome too. SQLite runs over a file as in life: in memory it locks whole tables.
    """
    settings = connections.settings["default"]
    before = settings["NAME"]
    if connection.vendor == "sqlite":
        settings["NAME"] = folder / "copy.sqlite3"
        with closing(sqlite3.connect(settings["NAME"])) as copy:
            connection.connection.backup(copy)
    gate = Barrier(times)

    def run(task, wait):
        try:
            if wait:
                gate.wait(10)
            return task()
        except AppuiError as error:
            return error
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(times) as pool:
            outcomes = list(pool.map(lambda _number: run(act, True), range(times)))
            return outcomes, pool.submit(run, look, False).result()
    finally:
        settings["NAME"] = before


def make_form(owner, title="Capacity", *, published=True, **fields):
    """A form of two scored questions, q1 (yes 2, no 0, weak at 0) and q2 (only if q1 is yes)."""
    part = {
        "code": "s1",
        "title": {"en": "Staff"},
        "questions": [
            {
                "code": "q1",
                "kind": "yesno",
                "text": {"en": "Is there a plan?"},
                "required": True,
                "options": [{"code": "yes", "score": "2"}, {"code": "no", "score": "0"}],
                "weak_at": "0",
                "priority": {"en": "Write a plan"},
            },
            {
                "code": "q2",
                "kind": "text",
                "text": {"en": "What is it called?"},
                "only_if": {"question": "q1", "answer": "yes"},
            },
        ],
    }
    document = FormDocument(title={"en": title}, sections=[part])
    reference = fields.pop("reference", f"F-{next(numbers)}")
    form = editing.import_form(document, by=SYSTEM, owner=owner, reference=reference, **fields)
    if published:
        editing.publish_version(form.versions.get(), by=SYSTEM, today=TODAY)
    return form


def make_response(owner, form, about=None, answers=None, *, submitted=False, **fields):
    """A response about ``about`` (a place unless told) to the published version of ``form``."""
    version = form.versions.get(status="published")
    fields = {"made_on": TODAY, "about": about or place("KH")} | fields
    response = responses.begin_response(version, by=SYSTEM, owner=owner, **fields)
    responses.save_answers(response, answers or {}, by=SYSTEM)
    if submitted:
        responses.submit_response(response, by=SYSTEM, today=TODAY)
    return response


def make_consultation(owner, title="With herders", **fields):
    fields = {"starts_on": TODAY, "asked": {"en": "What?"}, "said": {"en": "This."}} | fields
    return record_consultation(by=SYSTEM, owner=owner, title={"en": title}, **fields)


def key():
    """What the hidden field of a form holds that was never sent."""
    return str(uuid4())


def error_text(answer):
    """What a form that came back says, all fields together."""
    return " ".join(" ".join(texts) for texts in answer.context["form"].errors.values())
