"""A small world: one record of each kind, all private to one organisation."""

from datetime import date, timedelta
from decimal import Decimal

from django.core import signing
from django.utils import timezone

from appui.design.actions import add_comment, ask_form, move, publish
from appui.evidence.models import Figure
from appui.funding.models import Fund, RequiredDocument
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.obligations.models import StoredDocument, TreatyDuty
from appui.portfolio.models import Activity, ActivityIdentifier, BudgetLine, Participation
from appui.questionnaires.actions import editing
from appui.registry.actions import invite
from appui.registry.models import OrganisationAlias, OrganisationIdentifier
from appui.selection.actions import run as choosing
from appui.selection.actions import scenario as planning
from appui.treasury import actions as keeping
from appui.watch.actions import make_calendar_address
from appui.watch.digest import SALT
from tests import factories as make
from tests import funds

ROLES = [*Role.values]


def figure(owner, source, value="10", **fields):
    fields = {"as_of": date(2025, 12, 31), "location": make.place("KH")} | fields
    return audit.create(
        Figure(
            owner=owner,
            source=source,
            measure=make.code("Measure", "mined_area"),
            unit=make.code("Unit", "km2"),
            value=Decimal(value),
            **fields,
        ),
        by=SYSTEM,
    )


def budget_line(activity, amount="10"):
    return audit.create(
        BudgetLine(
            activity=activity,
            budget_type=make.code("BudgetType", "1"),
            budget_status=make.code("BudgetStatus", "1"),
            period_start=date(2026, 1, 1),
            period_end=date(2026, 12, 31),
            value_date=date(2026, 1, 1),
            amount=Decimal(amount),
            currency="USD",
        ),
        by=SYSTEM,
    )


class World:
    """``pk`` maps a kind of record to the key of the one there is; ``keys`` has secrets too."""

    def __init__(self):
        self.owner = owner = make.make_organisation("Authority", acronym="CMAA")
        self.donor = donor = make.make_donor()
        self.merged = make.make_donor("Irlande", merged_into=donor)
        self.users = {role: make.make_user_with_role(role, owner) for role in ROLES}
        elsewhere = make.make_organisation("Elsewhere")
        self.users["outsider"] = make.make_user_with_role(Role.ADMINISTRATOR, elsewhere)
        for codelist, value in [("BudgetType", "2"), ("PolicyMarker", "1"), ("Country", "KH")]:
            make.code(codelist, value)
        make.make_rate("EUR", date(2026, 3, 1), "1.10")
        self.need = need = make.make_need(owner)
        self.secret = ""
        self.pk = {
            "organisation": donor.pk,
            "workspace": owner.pk,
            "merged": self.merged.pk,
            "need": need.pk,
            **self._register(),
            **self._funding(),
            **self._agreed(),
            **self._portfolio(),
            **self._treasury(),
            **self._watch(),
            **self._selection(),
            **self._questionnaires(),
            **self._design(),
            **self._intake(),
            **self._instruments(),
        }
        self.pk |= self._strategies() | self._eligibility()
        self.keys = self.pk | {"secret": self.secret} | self._secrets()

    def _register(self):
        owner, donor, need = self.owner, self.donor, self.need
        source = make.make_source(owner)
        administrator = make.administrator_of(owner)
        letter, self.secret = invite(
            owner,
            by=administrator,
            email="new@example.org",
            role=Role.EDITOR,
            now=timezone.now() - timedelta(days=1),
        )
        return {
            "alias": OrganisationAlias.objects.create(organisation=donor, name="Éire").pk,
            "identifier": OrganisationIdentifier.objects.create(
                organisation=donor, scheme="iati", code="IE-1"
            ).pk,
            "person": make.make_person(owner).pk,
            "member": self.users["reader"].memberships.get().pk,
            "invitation": letter.pk,
            "source": source.pk,
            "figure": figure(owner, source).pk,
            "line": make.make_line(need, "1000").pk,
        }

    def _funding(self):
        owner, donor, need = self.owner, self.donor, self.need
        signed = make.make_agreement(owner, donor, "100")
        closed = make.make_agreement(owner, donor, "7", need=need, status="closed")
        part = signed.allocations.create(need=need, amount=Decimal(40))
        ask = make.make_proposal(owner, donor, need)
        return {
            "fund": make.make_fund(owner, donor).pk,
            "set_aside": need.set_aside.create(owner=owner, donor="X", reason="no").pk,
            "proposal": ask.pk,
            "ask_document": make.make_ask_document(ask).pk,
            "ask_stage": make.make_ask_stage(owner).pk,
            "interaction": make.make_interaction(owner, donor).pk,
            "agreement": signed.pk,
            "closed": closed.pk,
            "draft": make.make_draft(owner, donor).pk,
            "allocation": part.pk,
            "transaction": make.make_ledger_line(owner, signed).pk,
            "target": make.make_target(owner).pk,
        }

    def _agreed(self):
        """What agreements hold, and what they ask."""
        owner, donor = self.owner, self.donor
        draft = make.make_draft(owner, donor, "10")
        signed = make.make_agreement(owner, donor, "10")
        planned = {"number": 1, "amount": Decimal(4), "condition": "A report"}
        rule = funds.make_duty_rule(owner)
        duty = TreatyDuty(owner=owner, treaty="apmbc", starts_on=date(2026, 1, 1))
        done = {"done_on": date(2026, 10, 1), "document_url": "https://example.org/a.pdf"}
        filed = funds.make_obligation(rule, signed, **done, file_name="a.pdf")
        StoredDocument.objects.create(obligation=filed, content=b"%PDF")
        return {
            "planned": draft.pk,
            "tranche": draft.tranches.create(**planned).pk,
            "condition": draft.condition_rows.create(text="Audit").pk,
            "signed_tranche": signed.tranches.create(**planned).pk,
            "signed_condition": signed.condition_rows.create(text="Audit").pk,
            "obligation_rule": rule.pk,
            "duty": audit.create(duty, by=SYSTEM).pk,
            "obligation": funds.make_obligation(rule, signed).pk,
            "obligation_done": filed.pk,
        }

    def _treasury(self):
        fund = funds.make_own_fund(self.owner)
        earmark = funds.make_earmark(fund)
        movement = funds.make_receipt(earmark, organisation=self.donor)
        other = funds.make_receipt(earmark, "7", organisation=self.donor)
        keeping.close_period(
            fund, by=SYSTEM, today=make.TODAY, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)
        )
        lines = [("2026-03-02", "100.00", "Gift"), ("2026-03-02", "7.00", "Gift")]
        statement = funds.make_bank_statement(fund, *lines)
        first, second = statement.lines.all()
        keeping.accept(second, [other], by=SYSTEM)
        return {
            "own_fund": fund.pk,
            "earmark": earmark.pk,
            "movement": movement.pk,
            "fund_period": fund.periods.get().pk,
            "bank_statement": statement.pk,
            "bank_line": first.pk,
            "matched_line": second.pk,
        }

    def _portfolio(self):
        activity = make.make_activity(self.owner)
        role = make.code("OrganisationRole", "1")
        activity.places.create(location=make.place("KH"))
        return {
            "activity": activity.pk,
            "participation": Participation.objects.create(
                activity=activity, organisation=self.donor, role=role
            ).pk,
            "other_id": ActivityIdentifier.objects.create(
                activity=activity, scheme="crs", code="1"
            ).pk,
            "relation": activity.related.create(
                relation=make.code("RelatedActivityType", "4"), reference="XM-DAC-1"
            ).pk,
            "document": activity.documents.create(
                source=make.make_source(self.owner), category=make.code("DocumentCategory", "A02")
            ).pk,
            "budget": budget_line(activity).pk,
        }

    def _watch(self):
        search = make.make_search(self.owner)
        signal = make.make_signal(
            search, donor=self.donor, follow_up="Call", follow_up_on=date(2026, 12, 1)
        )
        closed = make.make_signal(search, state="dismissed", undo_to={"state": "open"})
        return {
            "search": search.pk,
            "feed": make.make_feed(self.owner).pk,
            "signal": signal.pk,
            "closed_signal": closed.pk,
        }

    def _selection(self):
        owner, user = self.owner, self.users[Role.READER]
        draft = make.make_criteria(owner, published=False)
        activities = [make.make_activity(owner, reference=f"S-{at}") for at in range(2)]
        for activity in activities:
            budget_line(activity)
        appraisal = make.make_appraisal(owner, activities, [user])
        for activity in activities:
            make.make_review(appraisal, activity, user, [3, 4])
        scenario = make.make_scenario(appraisal, envelopes=[("Window", "10")])
        rule = planning.add_rule(scenario, by=SYSTEM, activity=activities[0], kind="mandatory")
        balance = planning.add_balance(
            scenario, by=SYSTEM, location=make.place("KH"), least=0, most=100
        )
        return {
            "criteria": draft.pk,
            "published_criteria": appraisal.criteria_set_id,
            "criterion": draft.criteria.first().pk,
            "appraisal": appraisal.pk,
            "candidate": appraisal.candidates.first().pk,
            "reviewer": appraisal.reviewers.get().pk,
            "scenario": scenario.pk,
            "envelope": scenario.envelopes.get().pk,
            "rule": rule.pk,
            "balance": balance.pk,
            "run": choosing.choose(scenario, by=SYSTEM).pk,
        }

    def _questionnaires(self):
        owner, place = self.owner, make.place("KH")
        form = make.make_form(owner)
        draft = editing.draft_version(form, by=SYSTEM)
        submitted = make.make_response(owner, form, place, {"q1": "no"}, submitted=True)
        return {
            "form": form.pk,
            "published_version": form.versions.get(status="published").pk,
            "draft_version": draft.pk,
            "form_without_draft": make.make_form(owner).pk,
            "section": draft.sections.get().pk,
            "question": draft.questions.get(code="q1").pk,
            "response": make.make_response(owner, form, place).pk,
            "submitted": submitted.pk,
            "priority": submitted.priorities.get().pk,
            "consultation": make.make_consultation(owner, places=[place], people=10, women=4).pk,
        }

    def _design(self):
        owner = self.owner
        stage, template = make.make_stage(owner), make.make_template(owner)
        placed = make.make_activity(owner)
        move(placed, by=SYSTEM, stage=stage)
        paper = make.make_paper(placed, template, texts=("Mines", ""))
        publish(paper, by=SYSTEM)
        section = paper.sections.first()
        theory = make.make_theory(placed)
        ends = [make.make_node(theory, kind) for kind in ("activity", "output")]
        return {
            "stage": stage.pk,
            "item": make.make_checklist_item(stage).pk,
            "asked_form": ask_form(stage, by=SYSTEM, form=make.make_form(owner)).pk,
            "template": template.pk,
            "template_section": template.sections.first().pk,
            "paper": paper.pk,
            "paper_section": section.pk,
            "comment": add_comment(section, by=SYSTEM, text="Where?").pk,
            "placed": placed.pk,
            "theory": theory.pk,
            "node": ends[0].pk,
            "arrow": theory.links.create(tail=ends[0], head=ends[1]).pk,
        }

    def _eligibility(self):
        fund = Fund.objects.get(pk=self.pk["fund"])
        document = RequiredDocument.objects.create(fund=fund, title={"en": "Budget"})
        activity = Activity.objects.get(pk=self.pk["activity"])
        return {
            "required_document": document.pk,
            "window_rule": make.make_rule(fund).pk,
            "coming_rule": make.make_rule(fund, "coming", valid_from=date(2100, 1, 1)).pk,
            "statement": funds.make_statement(activity).pk,
        }

    def _strategies(self):
        owner, today = self.owner, timezone.localdate()
        approved = make.make_strategy(owner, state="approved")
        done = make.make_item(approved, due_on=today - timedelta(days=1))
        plan = make.make_plan(approved, today.year, state="approved")
        draft = make.make_strategy(owner, reference=approved.reference, edition=2)
        sketch = make.make_plan(approved, today.year + 1)
        activity = make.make_activity(owner, "Traced")
        mandate = make.make_mandate(owner, self.donor)
        return {
            "strategy": approved.pk,
            "strategy_draft": draft.pk,
            "action": done.pk,
            "draft_item": make.make_item(draft).pk,
            "strength": make.make_strength(owner).pk,
            "plan": plan.pk,
            "plan_draft": sketch.pk,
            "plan_item": make.make_plan_item(plan).pk,
            "draft_plan_item": make.make_plan_item(sketch).pk,
            "trace": make.make_trace(activity, done).pk,
            "request": mandate.request.pk,
            "asked": make.make_request(owner).pk,
            "agreed": make.make_request(owner, state="agreed").pk,
            "mandate": mandate.pk,
            "deliverable": make.make_deliverable(mandate).pk,
        }

    def _instruments(self):
        comparison = funds.make_comparison(self.owner, need=self.need)
        return {
            "comparison": comparison.pk,
            "planned_outcome": funds.make_planned_outcome(comparison).pk,
            "option": funds.make_option(comparison).pk,
        }

    def _intake(self):
        """One file of contacts that is checked, and one that was brought in."""
        return {
            "batch": make.make_batch(self.owner, stage="checked").pk,
            "brought": make.make_batch(self.owner, stage="done").pk,
        }

    def _secrets(self):
        user = self.users[Role.ADMINISTRATOR]
        return {
            "calendar": make_calendar_address(user, by=SYSTEM),
            "mail": signing.dumps(user.pk, salt=SALT),
        }
