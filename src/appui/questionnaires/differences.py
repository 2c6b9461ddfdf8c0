"""What differs between two versions of a form, by the codes of their questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import localise
from appui.questionnaires.answering import condition_text
from appui.questionnaires.models import FormVersion, Question
from appui.questionnaires.queries import Item, outline
from appui.ui import formats


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing about a question, before and after, as text."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that is new, gone or changed; ``number`` is that of the version it stands in."""

    kind: Literal["added", "removed", "changed"]
    number: str
    question: Question
    details: list[Detail]


def differences(before: FormVersion, after: FormVersion) -> list[Difference]:
    """What ``after`` asks otherwise than ``before``, in its order; then what is gone."""
    old, new = _items(before), _items(after)
    moved = _moved([code for code in old if code in new], [code for code in new if code in old])
    found = []
    for code, item in new.items():
        if code not in old:
            found.append(Difference("added", item.number, item.question, []))
        elif details := _details(old[code], item, moved=code in moved):
            found.append(Difference("changed", item.number, item.question, details))
    gone = [item for code, item in old.items() if code not in new]
    return found + [Difference("removed", item.number, item.question, []) for item in gone]


def _items(version: FormVersion) -> Mapping[str, Item]:
    return {item.question.code: item for part in outline(version) for item in part.items}


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The questions that stand elsewhere among those that both versions ask."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {code for block in blocks for code in old[block.a : block.a + block.size]}
    return set(new) - stayed


def _details(before: Item, after: Item, *, moved: bool) -> list[Detail]:
    old, new = _told(before), _told(after)
    found = [Detail(label, old[key], new[key]) for key, label in LABELS.items()]
    place = [Detail(_("Place in the form"), before.number, after.number)] if moved else []
    return [*place, *(detail for detail in found if detail.before != detail.after)]


LABELS = {
    "section": _("Section"),
    "text": _("Question"),
    "help": _("Help"),
    "kind": _("Kind of answer"),
    "required": _("An answer is required"),
    "options": _("Options"),
    "weight": _("Weight"),
    "weak_at": _("Weak at this score or below"),
    "priority": _("Priority that a weak answer proposes"),
    "condition": _("Asked only if"),
}


def _told(item: Item) -> dict[str, str]:
    """Everything about a question as text; in several languages where they are written."""
    question = item.question
    return {
        "section": localise(question.section.title).text,
        "text": _all(question.text),
        "help": _all(question.help),
        "kind": question.get_kind_display(),
        "required": str(_("yes") if question.required else _("no")),
        "options": question._meta.get_field("options").value_to_string(question),
        "weight": formats.number(question.weight),
        "weak_at": "" if question.weak_at is None else formats.number(question.weak_at),
        "priority": _all(question.priority),
        "condition": condition_text(question),
    }


def _all(texts: Mapping[str, str]) -> str:
    return " · ".join(f"{language}: {text}" for language, text in texts.items() if text)
