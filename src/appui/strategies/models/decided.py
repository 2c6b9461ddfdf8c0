"""What an approval rests on: every decision names the consultations behind it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.questionnaires.models import Consultation


class Decided(models.Model):
    """Approved by somebody who names the consultations it rests on, or why there was none."""

    consultations = models.ManyToManyField(
        Consultation,
        verbose_name=_("Consultations it rests on"),
        blank=True,
        related_name="%(class)s_approvals",
    )
    unheard = models.CharField(
        _("Why nobody was consulted"), max_length=500, blank=True, editable=False
    )

    class Meta:
        abstract = True
