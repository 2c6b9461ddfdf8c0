"""Forms with which a questionnaire is written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Reader
from appui.kernel.multilingual import LANGUAGES
from appui.questionnaires.models import Form, FormVersion, Option, Question, QuestionKind, Section
from appui.questionnaires.models.options import NO, YES, options_of
from appui.questionnaires.queries import outline
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui.formats import language
from appui.ui.forms import MultilingualFormField, parse_amount

NOTHING = frozenset({"-", "–", "—"})


class FormForm(RecordForm):
    model = Form
    sections = (
        (
            _("What the form is for"),
            _("One language is enough; the first written is the fallback."),
            ("reference", "title", "summary", "purpose"),
        ),
        OWNERSHIP,
    )


class SectionForm(RecordForm):
    model = Section
    sections = (("", "", ("title", "help")),)


class QuestionForm(RecordForm):
    """A question with its options as lines: an option a line, its score on the same line beside."""

    model = Question
    sections = (
        (_("What is asked"), "", ("section", "text", "help", "kind", "required")),
        (
            _("Answers to choose from"),
            _("For one choice and several choices; for yes or no, give the two scores only."),
            ("options", "scores"),
        ),
        (
            _("Score"),
            _(
                "The score of a form is the mean of its scored answers, each with its weight. "
                "What is not answered or not known is left out, never counted as zero."
            ),
            ("weight", "weak_at", "priority"),
        ),
        (_("When it is asked"), "", ("only_if",)),
    )

    def __init__(
        self,
        *args: Any,
        reader: Reader,
        draft: FormVersion,
        obj: Question | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, reader=reader, obj=obj, **kwargs)
        self.before = options_of(obj.options) if obj else []
        sections: Any = self.fields["section"]
        sections.queryset = draft.sections.all()
        self._ask_for_options()
        self.fields["weight"].required = False
        self.fields["weak_at"] = forms.CharField(
            label=_("Weak at this score or below"),
            required=False,
            max_length=10,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            help_text=_("An answer with this score or a lower one proposes the priority below."),
        )
        if obj is not None and obj.weak_at is not None:
            self.initial["weak_at"] = f"{obj.weak_at.normalize():f}"
        self._ask_for_condition(draft, obj)

    def _ask_for_options(self) -> None:
        self.fields["options"] = MultilingualFormField(
            label=_("Options"),
            required=False,
            rows=4,
            help_text=_(
                "One option a line, in the same order in each language; a hyphen where it is not "
                "translated."
            ),
        )
        self.fields["scores"] = forms.CharField(
            label=_("Scores"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
            help_text=_(
                "One number a line, in the order of the options; a hyphen for an option without "
                "a score. Leave empty when nothing is scored."
            ),
        )
        self.initial["options"] = _as_lines(self.before)
        if any(option.score is not None for option in self.before):
            self.initial["scores"] = "\n".join(
                "-" if option.score is None else f"{option.score.normalize():f}"
                for option in self.before
            )

    def _ask_for_condition(self, draft: FormVersion, obj: Question | None) -> None:
        choices: list[Any] = [("", _("Always"))]
        for part in outline(draft):
            for item in part.items:
                question = item.question
                if obj is not None and question.place >= obj.place:
                    continue
                answers = [
                    (f"{question.pk}:{option.code}", f"{item.number} · {option.text}")
                    for option in question.choices
                ]
                if answers:
                    choices.append((f"{item.number} {question}", answers))
        self.fields["only_if"] = forms.ChoiceField(
            label=_("Asked only if"),
            required=False,
            choices=choices,
            help_text=_("One answer to an earlier question."),
        )
        self.initial["only_if"] = (
            f"{obj.only_if_id}:{obj.only_if_answer}" if obj and obj.only_if_id else ""
        )

    def clean_weak_at(self) -> Decimal | None:
        """A score; numbers as people write them."""
        text = self.cleaned_data["weak_at"]
        return _score(text) if text else None

    def clean(self) -> dict[str, Any]:
        """The lines become options; each keeps the code it had."""
        data = super().clean()
        if "options" in data and "scores" in data and "kind" in data:
            try:
                data["options"] = self._options(data)
            except ValidationError as error:
                self.add_error("options", error)
        return data

    def _options(self, data: Mapping[str, Any]) -> list[Option]:
        lines = {
            code: [line.strip() for line in text.splitlines() if line.strip()]
            for code, text in (data["options"] or {}).items()
        }
        scores = [_score(line) for line in data["scores"].splitlines() if line.strip()]
        if data["kind"] == QuestionKind.YES_NO:
            return _yes_and_no(lines, scores)
        counts = {len(found) for found in lines.values() if found}
        if len(counts) > 1:
            raise ValidationError(_("Write as many options in each language."))
        count = counts.pop() if counts else 0
        if scores and len(scores) != count:
            raise ValidationError(
                _("Give a score for each option: a number, or a hyphen for none.")
            )
        labels = [_label(lines, place) for place in range(count)]
        codes = _codes(labels, self.before)
        return [
            Option(code, label, score)
            for code, label, score in zip(codes, labels, scores or [None] * count, strict=True)
        ]

    def act_data(self) -> dict[str, Any]:
        """As the actions take it: the options, and the condition in its two parts."""
        data = super().act_data()
        data.pop("scores")
        data["options"] = self.cleaned_data["options"] or []
        key, _colon, answer = data.pop("only_if").partition(":")
        asked = Question.objects.filter(section__in=self._visible_sections(), pk=int(key or 0))
        return data | {"only_if": asked.first(), "only_if_answer": answer}

    def _visible_sections(self) -> Any:
        sections: Any = self.fields["section"]
        return sections.queryset


def _as_lines(options: Sequence[Option]) -> dict[str, str]:
    """The labels of options in each language, one a line, a hyphen where there is none."""
    used = [code for code in LANGUAGES if any(option.label.get(code) for option in options)]
    return {code: "\n".join(option.label.get(code, "-") for option in options) for code in used}


def _score(text: str) -> Decimal | None:
    if text.strip() in NOTHING:
        return None
    found = parse_amount(text, language())
    if found is None or abs(found) > 1000 or found != round(found, 2):
        raise ValidationError(
            _("“%(text)s” is no score: write a number such as 2 or 2.5."),
            params={"text": text[:40]},
        )
    return found


def _yes_and_no(
    lines: Mapping[str, Sequence[str]], scores: Sequence[Decimal | None]
) -> list[Option]:
    if any(lines.values()):
        raise ValidationError(_("Yes and no need no options: give their two scores only."))
    if scores and len(scores) != 2:
        raise ValidationError(_("Give two scores: that of yes, then that of no."))
    given = scores or [None, None]
    return [Option(YES, {}, given[0]), Option(NO, {}, given[1])]


def _label(lines: Mapping[str, Sequence[str]], place: int) -> dict[str, str]:
    written = {code: found[place] for code, found in lines.items() if found}
    return {code: text for code, text in written.items() if text not in NOTHING}


def _codes(labels: Sequence[Mapping[str, str]], before: Sequence[Option]) -> list[str]:
    """The code each option had: by a label that stayed; else, among as many, in order; else new."""
    left = {option.code: option for option in before}
    found: list[str | None] = []
    for label in labels:
        same = next((code for code, old in left.items() if _alike(old.label, label)), None)
        left.pop(same or "", None)
        found.append(same)
    if len(labels) == len(before):
        others = iter(left)
        found = [code or next(others) for code in found]
    numbers = [int(option.code[1:]) for option in before if option.code[1:].isdecimal()]
    fresh = iter(range(max(numbers, default=0) + 1, 10_000))
    return [code or f"o{next(fresh)}" for code in found]


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(other.get(code) == text for code, text in one.items())
