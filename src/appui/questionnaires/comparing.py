"""Two responses about the same record, question by question."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from appui.questionnaires import answering, scoring
from appui.questionnaires.models import Question, Response
from appui.questionnaires.queries import Item, outline, questions_in


@dataclass(frozen=True, slots=True)
class Pair:
    """One question asked both times, in the number and words of the later time."""

    item: Item
    before: str
    after: str
    change: Decimal | None

    @property
    def differs(self) -> bool:
        """Whether the answer is another."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """``change`` is the later score less the earlier; None unless both are known and the answers
    are scored alike."""

    earlier: Response
    before: scoring.Score
    after: scoring.Score
    change: Decimal | None
    pairs: list[Pair]


def compare(earlier: Response, later: Response) -> Comparison:
    """What changed since ``earlier``; four queries."""
    parts = outline(later.form_version)
    now = questions_in(parts)
    then = questions_in(outline(earlier.form_version))
    before, after = scoring.overall(then, earlier.answers), scoring.overall(now, later.answers)
    same_scale = scoring.scale(then) == scoring.scale(now)
    known = {question.code: question for question in then}
    items = [item for part in parts for item in part.items if item.question.code in known]
    return Comparison(
        earlier,
        before,
        after,
        _less(after.value, before.value) if same_scale else None,
        _pairs(items, known, earlier, later),
    )


def _pairs(
    items: Sequence[Item], known: dict[str, Question], earlier: Response, later: Response
) -> list[Pair]:
    found = []
    for item in items:
        question, old = item.question, known[item.question.code]
        before, after = earlier.answers.get(old.code), later.answers.get(question.code)
        pair = Pair(
            item,
            answering.answer_text(old, before),
            answering.answer_text(question, after),
            _less(scoring.score_of(question, after), scoring.score_of(old, before)),
        )
        if pair.before or pair.after:
            found.append(pair)
    return found


def _less(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if after is None or before is None else after - before
