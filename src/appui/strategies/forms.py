"""Forms of strategies, plans, strengths and mandates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Role
from appui.registry.forms import NO_SUCH_DAY, OWNERSHIP, RecordForm
from appui.strategies import queries
from appui.strategies.models import (
    Deliverable,
    ExpertRequest,
    Form,
    ItemKind,
    Mandate,
    Plan,
    PlanItem,
    Progress,
    ProgressState,
    Standing,
    Strategy,
    StrategyItem,
    Strength,
    Trace,
)
from appui.ui.forms import PageForm

SHARED = (OWNERSHIP[0], OWNERSHIP[1], ("visibility", "shared_with"))
WHO_AND_WHEN = (
    _("Who and by when"),
    _("A colleague who signs in, or a contact of the register."),
    ("responsible", "person", "due_on"),
)
COST = (_("Cost"), _("Left empty, it counts as not stated, never as zero."), ("cost", "currency"))
INDICATOR = (
    _("How one sees that it is reached"),
    "",
    ("indicator", "indicator_target", "indicator_unit"),
)


class StrategyForm(RecordForm):
    model = Strategy
    sections = (
        (
            _("The strategy"),
            _("One language is enough; the first written is the fallback."),
            ("reference", "title", "summary"),
        ),
        (_("Years, currency and source"), "", ("year_from", "year_to", "currency", "source")),
        OWNERSHIP,
    )


class ShareForm(RecordForm):
    model = Strategy
    sections = (SHARED,)


class SharePlanForm(RecordForm):
    model = Plan
    sections = (SHARED,)


class ApproveForm(RecordForm):
    """What an approval rests on."""

    model: type[Strategy] | type[Plan] = Strategy
    sections = (("", "", ("consultations",)),)
    unheard = forms.CharField(
        label=_("Why nobody was consulted"),
        max_length=500,
        required=False,
        help_text=_("Only where the decision rests on no consultation."),
    )


class ApprovePlanForm(ApproveForm):
    model = Plan


class ObjectiveForm(RecordForm):
    model = StrategyItem
    sections = (
        (_("The objective"), "", ("title", "description", "targets", "position")),
        (_("Who answers for it"), "", ("responsible", "person")),
        INDICATOR,
    )


class AxisForm(RecordForm):
    model = StrategyItem
    sections = (
        (_("The axis"), "", ("title", "description", "position")),
        (_("Who answers for it"), "", ("responsible", "person")),
        INDICATOR,
    )


class ActionForm(RecordForm):
    model = StrategyItem
    sections = (
        (_("The action"), "", ("title", "description", "position")),
        WHO_AND_WHEN,
        COST,
        INDICATOR,
    )


FORMS: dict[str, type[RecordForm]] = {
    ItemKind.OBJECTIVE: ObjectiveForm,
    ItemKind.AXIS: AxisForm,
    ItemKind.ACTION: ActionForm,
}


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day of a form that is no model's field."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_SUCH_DAY},
        **kwargs,
    )


class ProgressForm(RecordForm):
    model = Progress
    sections = ((_("How far it is"), "", ("state", "on", "note")),)

    def clean(self) -> dict[str, Any]:
        """What is dropped says why."""
        data = super().clean()
        if data.get("state") == ProgressState.DROPPED and not data.get("note", "").strip():
            self.add_error("note", _("Say why it is dropped."))
        return data


class StrengthForm(RecordForm):
    model = Strength
    sections = (
        (_("What is said"), "", ("kind", "text", "position")),
        (
            _("Who says so"),
            _("A strength that a brief uses keeps its source."),
            ("source", "figure", "usable"),
        ),
        OWNERSHIP,
    )


class PlanForm(RecordForm):
    model = Plan
    sections = (
        (
            _("The year"),
            _("The actions of the strategy that are due in that year become items of the plan."),
            ("strategy", "year"),
        ),
        SHARED,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["strategy"]
        choice.queryset = Strategy.objects.visible_to(self.reader).filter(
            state=Standing.APPROVED,
            owner__in=self._owners(),
        )


class PlanItemForm(RecordForm):
    model = PlanItem
    sections = (
        (_("What is to be done"), "", ("title", "description", "activity")),
        WHO_AND_WHEN,
        COST,
        INDICATOR,
        (
            _("Where it comes from"),
            _("Such as the priority of an assessment, with the address of its page."),
            ("origin", "origin_url"),
        ),
    )


class PriorityForm(RecordForm):
    """Into which plan a priority goes, who sees to it and by when."""

    model = PlanItem
    sections = (("", "", ("plan",)), WHO_AND_WHEN)

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["plan"]
        choice.queryset = plans


class TraceForm(RecordForm):
    model = Trace
    sections = (("", "", ("item",)),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["item"]
        choice.queryset = queries.items(self.reader).filter(strategy__state=Standing.APPROVED)
        choice.label_from_instance = _with_strategy


def _with_strategy(item: StrategyItem) -> str:
    return f"{item.strategy.reference} · {item.get_kind_display()} · {item}"


class ExpertRequestForm(RecordForm):
    model = ExpertRequest
    sections = (
        (_("What is asked"), "", ("reference", "subject", "asked_by", "asked_of")),
        (
            _("When"),
            _("Left empty, it is not stated."),
            ("needed_from", "needed_to"),
        ),
        (
            _("Terms of reference"),
            _("They are written before they are agreed; then they no longer change."),
            ("description", "source"),
        ),
        OWNERSHIP,
    )


class RefuseForm(PageForm):
    """Why a request is refused."""

    reason = forms.CharField(label=_("Why"), max_length=1000)


class MandateForm(RecordForm):
    model = Mandate
    role = Role.MANAGER
    sections = (
        (
            _("The expert"),
            _("One of the two: a contact of the register, or an organisation."),
            ("person", "organisation"),
        ),
        (_("From when to when"), _("Left empty, it is not stated."), ("starts_on", "ends_on")),
        (_("Terms"), _("Those agreed, unless you write others."), ("description",)),
    )


class DeliverableForm(RecordForm):
    model = Deliverable
    sections = (
        (
            _("What is to be delivered"),
            _("Leave the day empty when it is not stated."),
            ("title", "form", "due_on", "position"),
        ),
    )


class DeliverForm(RecordForm):
    model = Deliverable

    def __init__(self, *args: Any, obj: Deliverable, **kwargs: Any) -> None:
        ends_in = "document" if obj.form == Form.DOCUMENT else "event"
        self.sections = (("", "", ("delivered_on", ends_in)),)
        super().__init__(*args, obj=obj, **kwargs)
        self.fields["delivered_on"].required = True
        self.fields[ends_in].required = True
        if ends_in == "document":
            self.fields[ends_in].help_text = _("Record the document as a source first.")
        else:
            self.fields[ends_in].help_text = _("Which event, where and when.")
