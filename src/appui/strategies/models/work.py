"""What an action of a strategy and an item of a work plan share: who, by when, for how much."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.money import Money
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Code, Person

FROZEN = _("It is approved, so nothing in it changes: draft a new version instead.")
PLAN_FROZEN = _("It is approved, so nothing in it changes: only progress is reported.")


class Work(Record):
    """Something to do or to reach: what, who, by when, for how much, seen by which measure."""

    title = MultilingualField(verbose_name=_("Title"))
    description = MultilingualField(verbose_name=_("Description"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible colleague"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    person = models.ForeignKey(
        Person,
        verbose_name=_("Responsible contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    cost = MoneyField(_("Cost"), null=True, blank=True)
    currency = CurrencyField(_("Currency"), default="USD")
    indicator = MultilingualField(verbose_name=_("Indicator"), blank=True)
    indicator_target = models.DecimalField(
        _("Value to reach"),
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    indicator_unit = models.ForeignKey(
        Code,
        verbose_name=_("Unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Unit"},
    )

    COPIED = (
        "title",
        "description",
        "responsible_id",
        "person_id",
        "due_on",
        "cost",
        "currency",
        "indicator",
        "indicator_target",
        "indicator_unit_id",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(responsible=None) | Q(person=None),
                name="%(class)s_one_responsible",
                violation_error_message=_("Name a colleague or a contact, not both."),
            ),
            models.CheckConstraint(
                condition=Q(indicator_target=None) | Q(indicator_unit__isnull=False),
                name="%(class)s_value_has_a_unit",
                violation_error_message=_("Say in which unit the value to reach is."),
            ),
        ]

    def __str__(self) -> str:
        return localise(self.title).text

    @property
    def who(self) -> str:
        """Whoever is responsible, as shown; empty when nobody is, or for this reader to know."""
        return str(self.responsible or self.person or "")

    @property
    def price(self) -> Money | None:
        """The cost with its currency; None when it is not stated."""
        return None if self.cost is None else Money(self.cost, self.currency)

    def clean(self) -> None:
        """A value to reach says of what. Raises ``ValidationError``."""
        if self.indicator_target is not None and not self.indicator:
            raise ValidationError({"indicator": _("Say what the value to reach measures.")})
