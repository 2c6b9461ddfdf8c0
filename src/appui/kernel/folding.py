"""Letters without case, accents and vowel marks, the same in Python and in both databases."""

import json
import unicodedata
from functools import cache, lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField

from appui.kernel.multilingual import LANGUAGES

LATIN = [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]
ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}
TYPED = {"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "\N{NO-BREAK SPACE}": " "}
OTHERS = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ð": "d"}
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "þ": "th"}
MARKS = "".join(map(chr, [*range(0x300, 0x370), 0x640, *range(0x64B, 0x660), 0x670]))
SQLITE_NAME = "appui_fold"


@cache
def letters() -> dict[str, str]:
    """Each letter that changes, to the one letter it becomes; capitals included."""
    table = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for letter in map(chr, LATIN):
        base = unicodedata.normalize("NFD", letter)[0].lower()
        if base != letter and len(base) == 1:
            table[letter] = OTHERS.get(base, base)
    return table | OTHERS | ARABIC | TYPED


def _ligatures() -> dict[str, str]:
    capitals = {name.upper(): text for name, text in LIGATURES.items() if name != "ß"}
    return LIGATURES | capitals


@cache
def _table() -> dict[int, str | None]:
    gone: dict[str, str | None] = dict.fromkeys(MARKS)
    return str.maketrans(letters() | _ligatures() | gone)


def fold(text: str) -> str:
    """“Déminage” and “DEMINAGE” are both “deminage”; Arabic loses its vowel marks."""
    return text.lower() if text.isascii() else text.translate(_table())


class Folded(Func):
    """All the given texts, folded, one a line; NULL adds nothing.

    In SQLite a function of ours (see ``teach_sqlite``), in PostgreSQL TRANSLATE.
    """

    function = SQLITE_NAME
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """One plain text of ASCII alone, which is as long in bytes, is left to SQLite's own
        function."""
        folded, params = self.as_sql(compiler, connection, **extra)
        only = self.source_expressions
        if len(only) > 1 or isinstance(only[0], Spoken):
            return folded, params
        text, own = compiler.compile(only[0])
        is_plain = f"LENGTH({text}) = LENGTH(CAST({text} AS BLOB))"
        return f"CASE WHEN {is_plain} THEN LOWER({text}) ELSE {folded} END", [*own * 3, *params]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        sql, params = self.as_sql(compiler, connection, template="CONCAT_WS(%%s, %(expressions)s)")
        values: list[Any] = ["\n", *params]
        for spelling, text in _ligatures().items():
            sql = f"REPLACE({sql}, %s, %s)"
            values += [spelling, text]
        table = letters()
        return f"TRANSLATE({sql}, %s, %s)", [
            *values,
            "".join(table) + MARKS,
            "".join(table.values()),
        ]


class Spoken(Func):
    """A text in several languages as one text, a language a line."""

    function = "appui_spoken"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.source_expressions[0])
        parts = ", ".join(f"{sql} ->> '{language}'" for language in LANGUAGES)
        return f"CONCAT_WS(%s, {parts})", ["\n", *[*params] * len(LANGUAGES)]


@lru_cache(maxsize=64)
def _fold_all(*texts: object) -> str:
    """Remembered for a moment: the database asks for the same row once for each word."""
    return fold("\n".join(str(text) for text in texts if text is not None))


@lru_cache(maxsize=64)
def _spoken(stored: str | None) -> str:
    texts = json.loads(stored) if stored else {}
    return "\n".join(texts[language] for language in LANGUAGES if texts.get(language))


def teach_sqlite(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Give a new SQLite connection the functions that ``Folded`` and ``Spoken`` call."""
    if connection.vendor == "sqlite":
        add = connection.connection.create_function
        add(SQLITE_NAME, -1, _fold_all, deterministic=True)
        add(Spoken.function, 1, _spoken, deterministic=True)
