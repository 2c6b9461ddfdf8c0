"""What a kind of row knows: how to read, recognise, check and make one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from appui.intake.lookups import Lookups
from appui.intake.models import Batch
from appui.kernel.access import Reader, Role

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row beyond the reading of its cells; ``field`` may be empty."""

    code: str
    field: str = ""
    about: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A record that a row speaks of.

    ``differs`` says how it is recorded when the row contradicts it and is left out for that;
    ``ours`` says of single fields how they are recorded, where one may take the file's instead.
    """

    label: str
    differs: str = ""
    ours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who brings in what, when; and what its cells may point at."""

    batch: Batch
    by: Reader
    today: date
    lookups: Lookups


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row made, in the order made, and what made before was touched by it."""

    made: Sequence[Model]
    touched: Sequence[Model] = ()


class Kind(ABC):
    """Base of the kinds; each is stateless. ``recognised_by`` is shown on the page."""

    model: type[Model]
    models: Sequence[type[Model]]  # what it makes; what hangs on others first
    recognised_by: str | Promise
    role = Role.EDITOR
    undo_role = Role.EDITOR
    periods: Sequence[tuple[str, str]] = ()  # pairs of fields in order of time

    @abstractmethod
    def key(self, values: Values) -> Sequence[object]:
        """What a row is recognised by, within the file and beyond."""

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        """What is wrong with a row whose cells could all be read."""
        return []

    @abstractmethod
    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        """Which of these rows, by their key, are recorded already; a fixed number of queries."""

    @abstractmethod
    def make(self, values: Values, scene: Scene) -> Outcome:
        """Write what a row says, by the actions of its room; raises ``AppuiError``."""


def texts(scene: Scene, values: Values, *names: str) -> Values:
    """Plain texts as texts in the language of the batch, those not stated left out."""
    language = scene.batch.text_language
    return {name: {language: values[name]} for name in names if values.get(name)}


def given(values: Values, *names: str) -> Values:
    """The values that are stated."""
    return {name: values[name] for name in names if values.get(name) not in (None, "")}


def owned(scene: Scene) -> Values:
    """Whose the new records are, and who sees them."""
    return {"owner": scene.batch.owner, "visibility": scene.batch.record_visibility}
