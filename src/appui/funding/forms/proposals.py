"""Forms of asks and exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appui.funding.actions.documents import DOCUMENT_TYPES, LARGEST_DOCUMENT
from appui.funding.models import AskDocument, Interaction, LossReason, PipelineStage, Proposal
from appui.funding.queries import StageLine
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui.forms import PageForm


class ProposalForm(RecordForm):
    model = Proposal
    sections = (
        (
            _("The ask"),
            _("For a need, a project, or both."),
            ("reference", "title", "need", "activity"),
        ),
        (_("To whom"), "", ("donor", "fund", "contact")),
        (_("How much"), "", ("amount", "currency", "probability")),
        (
            _("What comes next"),
            _("What has a date appears on the dashboard."),
            ("submitted_on", "decision_on", "next_action", "next_action_on", "responsible"),
        ),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["probability"].help_text = _("Left empty, the usual one of the stage is used.")
        self.fields["reference"].help_text = _("Short and lasting, for example JPN-2026-01.")


class StageChoice(forms.ChoiceField):
    """Offers the stages an ask may pass to; any stage of the organisation is taken, and judged by
    the act, so that a form sent twice is not refused for what it did the first time."""

    known: frozenset[str] = frozenset()

    def valid_value(self, value: object) -> bool:
        """Whether it is a stage of the organisation."""
        return str(value) in self.known


class MoveForm(PageForm):
    """Which stage an ask passes to, when, and why when it ends."""

    sections = (
        ("", "", ("stage", "moved_on")),
        (
            _("When it is lost"),
            _("Needed when the ask is refused or withdrawn: the next ask learns from it."),
            ("loss_reason", "outcome_reason"),
        ),
    )
    stage = StageChoice(label=_("New stage"), choices=())
    moved_on = forms.DateField(
        label=_("On"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, it is today."),
    )
    loss_reason = forms.ChoiceField(
        label=_("Kind of reason"), choices=[("", "—"), *LossReason.choices], required=False
    )
    outcome_reason = forms.CharField(
        label=_("Reason of the outcome"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, stages: Sequence[StageLine], known: Iterable[StageLine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["stage"]
        chosen.choices = [(line.code, line.name) for line in stages]
        chosen.known = frozenset(line.code for line in known)


class StageForm(RecordForm):
    """What an organisation may change of a stage of its own."""

    model = PipelineStage
    sections: Sequence[tuple[Any, Any, Sequence[str]]] = (
        ("", "", ("name",)),
        (
            _("What is usual"),
            _("The chance is taken for asks that state none; the days say when an ask is stale."),
            ("probability", "stale_after"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stale_after"].help_text = _(
            "Days without a move, an exchange or a change. Left empty, asks never grow stale here."
        )


class NewStageForm(StageForm):
    """A stage to add; what it counts as is chosen once."""

    sections = (
        ("", "", ("name", "category")),
        *StageForm.sections[1:],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].help_text = _(
            "Totals, forecasts and win rates rely on it, so it does not change later."
        )


class RetireForm(PageForm):
    """Where the asks of a stage pass to when it is retired."""

    into = forms.ModelChoiceField(
        label=_("Its asks pass to"), queryset=PipelineStage.objects.none(), required=False
    )

    def __init__(self, *args: Any, others: QuerySet[PipelineStage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["into"]
        chosen.queryset = others


class DocumentForm(RecordForm):
    """A file to keep with an ask, or the address of one kept elsewhere."""

    model = AskDocument
    sections = (
        ("", "", ("title", "kind", "language", "dated")),
        (
            _("The document"),
            _("A file of at most 10 MB, or the address of one kept elsewhere."),
            ("file", "url"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = ",".join(DOCUMENT_TYPES)
        self.fields["file"] = forms.FileField(
            label=_("File"),
            required=False,
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": accepted}),
        )

    def act_data(self) -> dict[str, Any]:
        """The file as its name and bytes."""
        data = super().act_data()
        file = data.pop("file", None)
        if file is not None:
            data |= {"file_name": file.name, "content": file.read(LARGEST_DOCUMENT + 1)}
        return data


class InteractionForm(RecordForm):
    model = Interaction
    sections = (
        (
            _("What happened"),
            "",
            ("organisation", "person", "proposal", "kind", "took_place_on", "summary", "note"),
        ),
        (_("What follows"), "", ("follow_up", "follow_up_on", "responsible", "followed_up")),
        OWNERSHIP,
    )


class AskForm(ProposalForm):
    """An ask born from a suggestion; an unknown donor is added to the register."""

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not known:
            self.fields["donor"].required = False
            self.fields["donor"].help_text = _(
                "Left empty, the suggested donor is added to the register."
            )


class SetAsideForm(PageForm):
    """Why a suggested donor is not for a need."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=300,
        help_text=_("Such as: does not fund demining any more; met in March, no."),
    )
