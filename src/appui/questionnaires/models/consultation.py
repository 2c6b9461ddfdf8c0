"""Consultations: who was heard, where, and what was said."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import MultilingualField, localise
from appui.questionnaires.models.about import About
from appui.registry.models import Location, Organisation, Owned, OwnedQuerySet


def _within_total(part: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(people=None) | Q(**{part: None}) | Q(**{f"{part}__lte": F("people")}),
        name=f"consultation_{part}_within_people",
        violation_error_message=_("A part is larger than the number of people heard."),
    )


class Consultation(About, Owned):
    """People heard before a decision. A number left empty is not stated, which is not zero."""

    title = MultilingualField(verbose_name=_("Title"))
    starts_on = models.DateField(_("Date"))
    ends_on = models.DateField(_("Last day, if there were several"), null=True, blank=True)
    places = models.ManyToManyField(
        Location, verbose_name=_("Places"), blank=True, related_name="+"
    )
    asked = MultilingualField(verbose_name=_("What was asked"))
    said = MultilingualField(verbose_name=_("What was said"))
    people = models.PositiveIntegerField(_("People heard"), null=True, blank=True)
    women = models.PositiveIntegerField(_("Women"), null=True, blank=True)
    men = models.PositiveIntegerField(_("Men"), null=True, blank=True)
    youth = models.PositiveIntegerField(_("Young people"), null=True, blank=True)
    with_disabilities = models.PositiveIntegerField(
        _("Persons with disabilities"), null=True, blank=True
    )
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("Organisations heard"), blank=True, related_name="+"
    )
    note = models.TextField(_("Note"), blank=True)

    objects = OwnedQuerySet["Consultation"].as_manager()

    class Meta(About.Meta):
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *About.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="consultation_dates_in_order",
                violation_error_message=_("The consultation ends before it begins."),
            ),
            *map(_within_total, ("women", "men", "youth", "with_disabilities")),
            models.CheckConstraint(
                condition=Q(people=None)
                | Q(women=None)
                | Q(men=None)
                | Q(people__gte=F("women") + F("men")),
                name="consultation_women_and_men_within_people",
                violation_error_message=_(
                    "Women and men together are more than the number of people heard."
                ),
            ),
        ]
        verbose_name = _("consultation")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:consultation", args=[self.pk])

    @property
    def women_share(self) -> Decimal | None:
        """A ratio of 1; None unless women and people are both stated."""
        return share(self.women, self.people)

    @property
    def youth_share(self) -> Decimal | None:
        """A ratio of 1; None unless young people and people are both stated."""
        return share(self.youth, self.people)


def share(part: int | None, whole: int | None) -> Decimal | None:
    """``part`` of ``whole``; None when one is not stated or nobody was heard."""
    return Decimal(part) / Decimal(whole) if part is not None and whole else None
