"""The answers a question offers: codes, labels, scores."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import PlainLetters, localise, validate_multilingual

YES, NO, UNKNOWN = "yes", "no", "unknown"
MOST = 60
LARGEST = Decimal(1000)
CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


class QuestionKind(models.TextChoices):
    """What an answer is."""

    ONE = "one", _("One choice")
    SEVERAL = "several", _("Several choices")
    YES_NO = "yesno", _("Yes, no or not known")
    NUMBER = "number", _("Number")
    AMOUNT = "amount", _("Amount with currency")
    DATE = "date", _("Date")
    TEXT = "text", _("Text")


CHOOSING = frozenset({QuestionKind.ONE, QuestionKind.SEVERAL})
SCORABLE = CHOOSING | {QuestionKind.YES_NO}
YES_NO_LABELS = {YES: _("Yes"), NO: _("No"), UNKNOWN: _("Not known")}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; without a ``score`` it counts in no mean."""

    code: str
    label: Mapping[str, str]
    score: Decimal | None = None

    @property
    def text(self) -> str:
        """The label in the reader's language, else as written."""
        if not self.label and self.code in YES_NO_LABELS:
            return str(YES_NO_LABELS[self.code])
        return localise(self.label).text

    def stored(self) -> dict[str, Any]:
        """As the database and the files have it."""
        score = None if self.score is None else f"{self.score.normalize():f}"
        return {"code": self.code, "label": dict(self.label), "score": score}


def options_of(stored: Sequence[Mapping[str, Any]]) -> list[Option]:
    """Stored options as they are worked with."""
    return [
        Option(
            item["code"], item["label"], None if item["score"] is None else Decimal(item["score"])
        )
        for item in stored
    ]


def validate_options(value: object) -> None:
    """Refuse anything but a list of options with codes of their own, labels and scores."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValidationError(_("Give at most %(most)d options."), params={"most": MOST})
    for item in value:
        _validate_option(item)
    codes = [item["code"] for item in value]
    if len(set(codes)) < len(codes):
        raise ValidationError(_("Two options have the same code."))


def _validate_option(item: object) -> None:
    if not isinstance(item, dict) or set(item) != {"code", "label", "score"}:
        raise ValidationError(_("An option has a code, a label and a score."))
    if not isinstance(item["code"], str) or not CODE.fullmatch(item["code"]):
        raise ValidationError(
            _("The code of an option is short: letters, figures, hyphens, at most 40.")
        )
    if item["code"] not in YES_NO_LABELS or item["label"]:
        validate_multilingual(item["label"])
    if item["score"] is not None:
        _validate_score(item["score"])


def _validate_score(text: object) -> None:
    try:
        score = Decimal(text) if isinstance(text, str) else Decimal("NaN")
    except InvalidOperation:
        score = Decimal("NaN")
    exponent = score.as_tuple().exponent
    if not score.is_finite() or abs(score) > LARGEST or not isinstance(exponent, int):
        raise ValidationError(_("A score is a number between -1000 and 1000."))
    if exponent < -2:
        raise ValidationError(_("A score has at most two decimals."))


class OptionsField(models.JSONField):
    """Options in their order; the audit trail tells them in a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": list, "blank": True, "encoder": PlainLetters}
        kwargs["validators"] = [validate_options]
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("default", "blank", "encoder", "validators"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def value_to_string(self, obj: models.Model) -> str:
        """“Yes (2); Partly (1); No (0)”."""
        return "; ".join(
            f"{option.text} ({'–' if option.score is None else option.score})"
            for option in options_of(self.value_from_object(obj))
        )
