"""Model fields for amounts and currencies, with the checks every door shares."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from babel.core import get_global
from babel.numbers import get_currency_name, list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

COMMON = ["USD", "EUR", "GBP", "XOF"]
LARGEST_AMOUNT = Decimal("9999999999999.99")


def validate_currency(value: str) -> None:
    """Refuse what is not an ISO 4217 code."""
    if value not in list_currencies():
        raise ValidationError(
            _("“%(value)s” is not a currency code of ISO 4217. Write for example USD, EUR or XOF."),
            params={"value": value},
        )


@cache
def current_currencies() -> frozenset[str]:
    """Codes that are legal tender somewhere today, and the special drawing right."""
    spans = [span for found in get_global("territory_currencies").values() for span in found]
    return frozenset(code for code, _from, until, tender in spans if tender and not until) | {"XDR"}


def currency_choices(used: Iterable[str] = (), stored: str = "") -> list[tuple[Any, Any]]:
    """Currencies named in the active language: those ``used`` already, then all current ones.

    One no longer in use is offered only where it is used or ``stored``.
    """
    language = (get_language() or "en").split("-")[0]
    known = set(list_currencies())
    first = [code for code in dict.fromkeys([*used, stored]) if code in known]
    others = [
        code for code in dict.fromkeys(COMMON + sorted(current_currencies())) if code not in first
    ]
    named = {
        code: f"{code} · {get_currency_name(code, locale=language)}" for code in first + others
    }
    groups = [(_("Used here"), first), (_("All currencies"), others)]
    return [(label, [(code, named[code]) for code in codes]) for label, codes in groups if codes]


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        kwargs.setdefault("validators", [validate_currency])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for default in ("max_length", "validators"):
            kwargs.pop(default, None)
        return name, path, args, kwargs


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in major units, two decimals, at most 9,999,999,999,999.99 either way.

    ``minimum`` is the smallest accepted amount; 0 unless told, None for no floor.
    """

    def __init__(
        self, *args: Any, minimum: str | None = "0", validators: Any = None, **kwargs: Any
    ) -> None:
        self.minimum = minimum
        kwargs |= {"max_digits": 20, "decimal_places": 2}
        floor = Decimal(minimum) if minimum is not None else -LARGEST_AMOUNT
        checks = [
            MinValueValidator(
                floor, _("An amount below %(limit_value)s cannot be right: check the sign.")
            ),
            MaxValueValidator(
                LARGEST_AMOUNT,
                _("An amount above %(limit_value)s cannot be right: check the unit."),
            ),
        ]
        super().__init__(*args, validators=[*checks, *(validators or [])], **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Refuse NaN and infinity, which no comparison can check."""
        amount: Decimal | None = super().to_python(value)
        if amount is not None and not amount.is_finite():
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )
        return amount

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for default in ("max_digits", "decimal_places", "validators"):
            kwargs.pop(default, None)
        if self.minimum != "0":
            kwargs["minimum"] = self.minimum
        return name, path, args, kwargs
