"""Forms for what people judge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.intelligence.models import Release
from appui.ui.forms import PageForm

LONGEST_KEY = 2000


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PairForm(PageForm):
    """One pair with what is said of it."""

    left = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)
    right = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)
    judgement = forms.ChoiceField(
        label=_("Judgement"),
        choices=[("same", _("The same organisation")), ("different", _("Two organisations"))],
    )
    reason = _reason(required=False)


class AmountForm(PageForm):
    """What becomes of an amount."""

    verdict = forms.ChoiceField(label=_("Judgement"), choices=Release.choices)
    reason = _reason(required=True)


class UndoForm(PageForm):
    """Why a judgement is taken back."""

    reason = _reason(required=False)
