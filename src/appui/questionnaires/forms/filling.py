"""Forms with which a questionnaire is filled in, submitted, and its priorities are moved."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.fields import currency_choices
from appui.kernel.multilingual import localise
from appui.questionnaires import answering, queries
from appui.questionnaires.models import Priority, Question, QuestionKind, Response
from appui.questionnaires.queries import Part, questions_in
from appui.questionnaires.scoring import Weak
from appui.registry.choices import OrganisationChoice, PlaceChoice
from appui.registry.forms import NO_SUCH_DAY, OWNERSHIP, RecordForm
from appui.registry.models import Location, Organisation
from appui.ui.forms import AmountField, PageForm

ABOUT = _("Choose either an organisation or a place.")
WHEN = (_("When and by whom"), "", ("made_on", "answered_by", "note"))


class BeginForm(RecordForm):
    """Which form is filled in, about what; ``about`` is given when a page of it asked."""

    model = Response
    sections = (
        (_("What is filled in"), "", ("form_version", "organisation", "place")),
        WHEN,
        OWNERSHIP,
    )

    def __init__(self, *args: Any, reader: Reader, about: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        versions: Any = self.fields["form_version"]
        versions.queryset = queries.published(reader)
        versions.help_text = _("Only published forms can be filled in.")
        self.about = about
        self._ask_about_what()

    def _ask_about_what(self) -> None:
        if self.about is not None:
            return
        self.fields["organisation"] = OrganisationChoice(
            label=_("About which organisation"),
            required=False,
            queryset=Organisation.objects.standing(),
            help_text=ABOUT,
        )
        self.fields["place"] = PlaceChoice(
            label=_("Or about which place"),
            required=False,
            queryset=Location.objects.select_related("parent"),
        )

    def clean(self) -> dict[str, Any]:
        """One subject, however it was told."""
        data = super().clean()
        if self.about is not None:
            return data | {"about": self.about}
        chosen = [data.pop(name, None) for name in ("organisation", "place")]
        told = [one for one in chosen if one is not None]
        if len(told) != 1 and not {"organisation", "place"} & set(self.errors):
            self.add_error("organisation", ABOUT)
            return data
        return data | {"about": told[0] if told else None}


class ResponseForm(RecordForm):
    model = Response
    sections = (WHEN, OWNERSHIP)


class AnswersForm(PageForm):
    """One field a question, in the sections of the form."""

    def __init__(
        self, *args: Any, response: Response, parts: Sequence[Part], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions_in(parts)
        self.initial["version"] = response.version
        shown: list[tuple[str | Promise, str | Promise, list[str]]] = []
        for part in parts:
            names: list[str] = []
            for item in part.items:
                answer = response.answers.get(item.question.code)
                names += self._ask(item.question, item.number, answer)
            help_text = localise(part.section.help).text
            shown.append((f"{part.number}. {part.section}", help_text, names))
        self.fields["then"] = forms.ChoiceField(
            label=_("And then"),
            choices=[
                ("draft", _("Keep it as a draft and go on later")),
                ("submit", _("Everything is answered: go on to submit")),
            ],
            initial="draft",
            widget=forms.RadioSelect,
        )
        self.sections = shown

    def _ask(self, question: Question, number: str, answer: Any) -> list[str]:
        """Add the fields of a question; returns their names."""
        name = field_name(question)
        field = _field_of(question)
        field.label = f"{number} {question}"
        field.required = question.required
        told = (localise(question.help).text, answering.condition_text(question))
        field.help_text = " ".join(filter(None, told))
        self.fields[name] = field
        if question.kind != QuestionKind.AMOUNT:
            self.initial[name] = Decimal(answer) if _is_number(question, answer) else answer
            return [name]
        given = answer or {}
        self.initial[name] = Decimal(given["amount"]) if given else None
        self.fields[f"{name}-currency"] = forms.ChoiceField(
            label=gettext("Currency of %(number)s") % {"number": number},
            choices=lambda: [("", "–"), *currency_choices(stored=given.get("currency", ""))],
            required=False,
        )
        self.initial[f"{name}-currency"] = given.get("currency", "")
        return [name, f"{name}-currency"]

    def full_clean(self) -> None:
        """A draft may be incomplete: what is required is asked of those who go on to submit."""
        required = [field for field in self.fields.values() if field.required]
        asked = [field for field in required if field is not self.fields["idempotency_key"]]
        for field in asked:
            field.required = False
        super().full_clean()
        for field in asked:
            field.required = True

    def clean(self) -> dict[str, Any]:
        """Answers as they are stored, in ``answers``."""
        data = super().clean() or self.cleaned_data
        answers: dict[str, Any] = {}
        for question in self.questions:
            if field_name(question) in data:
                answers[question.code] = self._answer(question, data)
        if data.get("then") == "submit":
            given = {code: value for code, value in answers.items() if value is not None}
            for question in answering.missing(self.questions, given):
                if field_name(question) not in self.errors:
                    self.add_error(field_name(question), _("An answer is required."))
        return data | {"answers": answers}

    def _answer(self, question: Question, data: dict[str, Any]) -> Any:
        name = field_name(question)
        value = data[name]
        if question.kind == QuestionKind.AMOUNT and value is not None:
            currency = data.get(f"{name}-currency")
            if not currency:
                self.add_error(f"{name}-currency", _("Say in which currency the amount is."))
                return None
            value = {"amount": value, "currency": currency}
        try:
            return answering.normal(question, value)
        except Invalid as error:
            self.add_error(name, ValidationError(str(error)))
            return None

    def act_data(self) -> dict[str, Any]:
        """The answers, what comes then, and the version that was seen."""
        data = super().act_data()
        return {key: data[key] for key in ("answers", "then", "version") if key in data}


def field_name(question: Question) -> str:
    """The name of a question's field; apart from the fields that every form has."""
    return f"q-{question.code}"


def _is_number(question: Question, answer: Any) -> bool:
    return question.kind == QuestionKind.NUMBER and answer is not None


def _field_of(question: Question) -> forms.Field:
    choices = [(option.code, option.text) for option in question.choices]
    if question.kind == QuestionKind.SEVERAL:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    if question.kind in (QuestionKind.ONE, QuestionKind.YES_NO):
        return forms.ChoiceField(choices=[*choices, ("", _("No answer"))], widget=forms.RadioSelect)
    if question.kind == QuestionKind.NUMBER:
        return AmountField(allow_negative=True, decimal_places=4)
    if question.kind == QuestionKind.AMOUNT:
        return AmountField()
    if question.kind == QuestionKind.DATE:
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": NO_SUCH_DAY},
        )
    return forms.CharField(
        max_length=answering.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class WeakForm(PageForm):
    """Which weak answers become priorities: all of them unless one is unticked."""

    def __init__(self, *args: Any, weak: Sequence[Weak], answers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not weak:
            return
        self.fields["priorities"] = forms.MultipleChoiceField(
            label=_("Priorities to create"),
            choices=[(item.question.code, _proposal(item, answers)) for item in weak],
            initial=[item.question.code for item in weak],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Each weak answer proposes one. Untick those that are not to be created."),
        )


def _proposal(item: Weak, answers: Any) -> str:
    return gettext("%(priority)s (urgency: %(urgency)s). “%(question)s”: %(answer)s") % {
        "priority": localise(item.question.priority),
        "urgency": item.urgency.label,
        "question": item.question,
        "answer": answering.answer_text(item.question, answers.get(item.question.code)),
    }


class PriorityForm(RecordForm):
    model = Priority
    sections = ((_("What should be worked on"), "", ("title", "urgency")), OWNERSHIP)


class ReasonForm(PageForm):
    """Why a priority is moved; dropping it wants a reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, wanted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = wanted


class PlanForm(PageForm):
    """Which item of a plan takes a priority up."""

    plan_label = forms.CharField(label=_("Item of the plan"), max_length=300)
    plan_url = forms.CharField(
        label=_("Address of the item"),
        max_length=500,
        required=False,
        help_text=_("The page of the item, here or elsewhere."),
    )
