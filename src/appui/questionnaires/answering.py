"""Answers: which questions are asked, what an answer may be, how it is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from appui.kernel.errors import Invalid
from appui.kernel.fields import LARGEST_AMOUNT, validate_currency
from appui.kernel.money import Money
from appui.questionnaires.models import Question, QuestionKind, Response
from appui.ui import formats

Answers = Mapping[str, Any]
LONGEST_TEXT = 10_000
EMPTY: tuple[Any, ...] = (None, "", [], {})


def asked(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """The questions whose condition holds, in order; what hangs on a hidden one is hidden too."""
    shown: dict[int, Question] = {}
    for question in questions:
        if question.only_if_id is None or _holds(question, shown, answers):
            shown[question.pk] = question
    return list(shown.values())


def _holds(question: Question, shown: Mapping[int, Question], answers: Answers) -> bool:
    before = shown.get(question.only_if_id or 0)
    if before is None:
        return False
    answer = answers.get(before.code)
    chosen = answer if isinstance(answer, list) else [answer]
    return question.only_if_answer in chosen


def missing(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """Required questions that are asked and not answered."""
    return [
        question
        for question in asked(questions, answers)
        if question.required and question.code not in answers
    ]


def normal(question: Question, value: Any) -> Any:
    """``value`` as it is stored, None when nothing is answered; raises ``Invalid``."""
    if value in EMPTY:
        return None
    try:
        return NORMAL[QuestionKind(question.kind)](question, value)
    except (ValidationError, InvalidOperation, ValueError, TypeError, KeyError) as error:
        text = _("“%(question)s”: this is no answer to it.") % {"question": question}
        raise Invalid(text, {question.code: text}) from error


def _one(question: Question, value: Any) -> str:
    if value not in [option.code for option in question.choices]:
        raise ValueError(value)
    return str(value)


def _several(question: Question, value: Any) -> list[str]:
    offered = [option.code for option in question.choices]
    if not isinstance(value, list) or not set(value) <= set(offered):
        raise ValueError(value)
    return [code for code in offered if code in value]


def _number(_question: Question, value: Any) -> str:
    number = Decimal(value) if isinstance(value, str | int | Decimal) else Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not number.is_finite() or abs(number) > LARGEST_AMOUNT:
        raise ValueError(value)
    if not isinstance(exponent, int) or exponent < -4:
        raise ValueError(value)
    return f"{number:f}"


def _amount(_question: Question, value: Any) -> dict[str, str]:
    amount = Decimal(value["amount"])
    if not isinstance(value["amount"], str | Decimal) or set(value) != {"amount", "currency"}:
        raise ValueError(value)
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        raise ValueError(value)
    if amount != round(amount, 2):
        raise ValueError(value)
    validate_currency(value["currency"])
    return {"amount": f"{amount:.2f}", "currency": value["currency"]}


def _date(_question: Question, value: Any) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _text(_question: Question, value: Any) -> str | None:
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > LONGEST_TEXT or "\x00" in text:
        raise ValueError(value)
    return text or None


NORMAL: dict[QuestionKind, Callable[[Question, Any], Any]] = {
    QuestionKind.ONE: _one,
    QuestionKind.SEVERAL: _several,
    QuestionKind.YES_NO: _one,
    QuestionKind.NUMBER: _number,
    QuestionKind.AMOUNT: _amount,
    QuestionKind.DATE: _date,
    QuestionKind.TEXT: _text,
}


def answer_text(question: Question, value: Any) -> str:
    """The answer as people read it; empty without one."""
    if value in EMPTY:
        return ""
    if question.kind == QuestionKind.SEVERAL:
        return ", ".join(map(question.option_text, value))
    if question.kind in (QuestionKind.ONE, QuestionKind.YES_NO):
        return question.option_text(value)
    if question.kind == QuestionKind.NUMBER:
        return formats.number(Decimal(value))
    if question.kind == QuestionKind.AMOUNT:
        return formats.money(Decimal(value["amount"]), value["currency"])
    if question.kind == QuestionKind.DATE:
        return formats.day(date.fromisoformat(value))
    return str(value)


def condition_text(question: Question) -> str:
    """“Only if “Is there a plan?” is “Yes””; empty when it is always asked."""
    if question.only_if is None:
        return ""
    return _("Only if “%(question)s” is answered “%(answer)s”.") % {
        "question": question.only_if,
        "answer": question.only_if.option_text(question.only_if_answer),
    }


def kept(questions: Sequence[Question], answers: Answers) -> dict[str, Any]:
    """The answers to questions that are asked; those to hidden questions are dropped."""
    return {
        question.code: answers[question.code]
        for question in asked(questions, answers)
        if question.code in answers
    }


def typed(question: Question, response: Response) -> Any:
    """The answer as a spreadsheet wants it: a number, an amount, a day or text."""
    value = response.answers.get(question.code)
    if value in EMPTY:
        return None
    if question.kind == QuestionKind.NUMBER:
        return Decimal(value)
    if question.kind == QuestionKind.AMOUNT:
        return Money(Decimal(value["amount"]), value["currency"])
    if question.kind == QuestionKind.DATE:
        return date.fromisoformat(value)
    return answer_text(question, value)
