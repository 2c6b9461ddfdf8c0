"""What a record is about: any other record, named as the audit trail names it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import MultilingualField, localise


class About(models.Model):
    """``about_model`` is a label such as ``needs.need``; no foreign key, so that rooms above this
    one can be spoken about. ``about_label`` is its name when it was chosen."""

    about_model = models.CharField(max_length=80, blank=True, editable=False)
    about_id = models.BigIntegerField(null=True, blank=True, editable=False)
    about_label = MultilingualField(verbose_name=_("About"), blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(about_model="", about_id=None)
                | (~Q(about_model="") & Q(about_id__isnull=False)),
                name="%(class)s_about_is_whole",
            )
        ]
        indexes = [
            models.Index(fields=["about_model", "about_id"], name="%(class)s_about"),
        ]

    @property
    def about_reference(self) -> str:
        """“needs.need:12”; empty when it is about nothing."""
        return f"{self.about_model}:{self.about_id}" if self.about_model else ""

    @property
    def about_text(self) -> str:
        """What it is about, in the reader's language where it is written in it."""
        return localise(self.about_shown).text

    @property
    def about_shown(self) -> dict[str, str]:
        """Its name, unless ``queries.with_about`` found that the reader may not see it."""
        if getattr(self, "about_seen", True):
            label: dict[str, str] = self.about_label
            return label
        return {get_language() or "en": gettext("a record that is not shared with you")}


def about_fields(obj: models.Model | None) -> dict[str, Any]:
    """The three fields that say that a record is about ``obj``."""
    if obj is None:
        return {"about_model": "", "about_id": None, "about_label": {}}
    named = getattr(obj, "title", None) or getattr(obj, "name", None)
    label = named if isinstance(named, dict) else {"en": str(obj)[:300]}
    return {"about_model": obj._meta.label_lower, "about_id": obj.pk, "about_label": label}
