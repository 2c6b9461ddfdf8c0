"""Scores: weighted means of what was scored and answered; what was not is counted, never zero."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from appui.questionnaires.answering import Answers, asked
from appui.questionnaires.models import Question, QuestionKind, Section, Urgency

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` is the weighted mean over ``counted`` answers, to two decimals half to even; None
    when none counts. ``unknown`` are answers “not known” or with an option that has no score."""

    value: Decimal | None
    counted: int
    unanswered: int
    unknown: int

    @property
    def of(self) -> int:
        """How many scored questions were asked."""
        return self.counted + self.unanswered + self.unknown


@dataclass(frozen=True, slots=True)
class SectionScore:
    """The score of one section."""

    section: Section
    score: Score


@dataclass(frozen=True, slots=True)
class Weak:
    """A weak answer: its score, and how urgent what it proposes is."""

    question: Question
    score: Decimal
    urgency: Urgency


def score_of(question: Question, answer: Any) -> Decimal | None:
    """The score of one answer; that of several choices is their sum. None when it has none."""
    if not question.is_scored:
        return None
    scores = {option.code: option.score for option in question.choices}
    chosen = answer if isinstance(answer, list) else [answer]
    found = [score for code in chosen if (score := scores.get(code)) is not None]
    return sum(found, Decimal(0)) if found else None


def lowest(question: Question) -> Decimal:
    """The lowest score an answer can have."""
    scores = [option.score for option in question.choices if option.score is not None]
    below = [score for score in scores if score < 0]
    if question.kind == QuestionKind.SEVERAL and below:
        return sum(below, Decimal(0))
    return min(scores)


def highest(question: Question) -> Decimal:
    """The highest score an answer can have."""
    scores = [option.score for option in question.choices if option.score is not None]
    above = [score for score in scores if score > 0]
    if question.kind == QuestionKind.SEVERAL and above:
        return sum(above, Decimal(0))
    return max(scores)


def scale(questions: Iterable[Question]) -> tuple[Decimal, Decimal] | None:
    """The lowest and highest score that answers can have; None where nothing is scored."""
    scored = [question for question in questions if question.is_scored]
    if not scored:
        return None
    return min(map(lowest, scored)), max(map(highest, scored))


def overall(questions: Sequence[Question], answers: Answers) -> Score:
    """The score of the whole form, over the questions that are asked."""
    return _mean(asked(questions, answers), answers)


def by_section(questions: Sequence[Question], answers: Answers) -> list[SectionScore]:
    """The score of each section in which a scored question is asked, in order."""
    groups: dict[int, list[Question]] = {}
    for question in asked(questions, answers):
        if question.is_scored:
            groups.setdefault(question.section_id, []).append(question)
    return [SectionScore(group[0].section, _mean(group, answers)) for group in groups.values()]


def _mean(questions: Iterable[Question], answers: Answers) -> Score:
    total = weights = Decimal(0)
    counted = unanswered = unknown = 0
    for question in questions:
        if not question.is_scored:
            continue
        answer = answers.get(question.code)
        score = score_of(question, answer)
        if answer is None:
            unanswered += 1
        elif score is None:
            unknown += 1
        else:
            counted += 1
            total += question.weight * score
            weights += question.weight
    value = (total / weights).quantize(HUNDREDTH, ROUND_HALF_EVEN) if weights else None
    return Score(value, counted, unanswered, unknown)


def weak_answers(questions: Sequence[Question], answers: Answers) -> list[Weak]:
    """The answers whose score is at or below the threshold of their question, in order."""
    found = []
    for question in asked(questions, answers):
        score = score_of(question, answers.get(question.code))
        if question.weak_at is not None and score is not None and score <= question.weak_at:
            found.append(Weak(question, score, urgency_of(question, score)))
    return found


def urgency_of(question: Question, score: Decimal) -> Urgency:
    """High for the lowest score there is; medium from half way down the weak part; else low."""
    weak_at, bottom = question.weak_at or Decimal(0), lowest(question)
    if score <= bottom:
        return Urgency.HIGH
    return Urgency.MEDIUM if (weak_at - score) * 2 >= weak_at - bottom else Urgency.LOW
