"""Forms of design."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.design.facts import choices as fact_choices
from appui.design.models import (
    AskedForm,
    ChecklistItem,
    Comment,
    Link,
    Node,
    NodeKind,
    Paper,
    PaperSection,
    PaperVersion,
    Stage,
    Template,
    TemplateSection,
    Theory,
)
from appui.kernel.access import Role
from appui.kernel.multilingual import localise
from appui.registry.choices import ManyChoice
from appui.registry.forms import RecordForm
from appui.ui.checklist import Checklist
from appui.ui.forms import PageForm, Section

WHO_SEES = (
    _("Who sees it"),
    _("Others see published versions only, never the draft or the comments."),
    ("visibility", "shared_with"),
)


class PlacedForm(RecordForm):
    """A row in an order: ``siblings`` are the rows it can stand after."""

    def __init__(self, *args: Any, siblings: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [row for row in siblings if self.obj is None or row.pk != self.obj.pk]
        self.after = {str(row.pk): row for row in others}
        self.fields["after"] = forms.ChoiceField(
            label=_("Comes after"),
            required=False,
            choices=[
                ("", _("It is the first")),
                *((key, str(row)) for key, row in self.after.items()),
            ],
            initial=self._present(siblings),
        )

    def _present(self, siblings: Sequence[Any]) -> str:
        """After which row it stands now; a new one is the last."""
        keys = [row.pk for row in siblings]
        place = keys.index(self.obj.pk) if self.obj is not None else len(keys)
        return str(keys[place - 1]) if place else ""

    def clean(self) -> dict[str, Any]:
        """``after`` as the row itself, None for the first place."""
        data = super().clean()
        data["after"] = self.after.get(data.get("after") or "")
        return data


class StageForm(PlacedForm):
    model = Stage
    role = Role.MANAGER
    sections = (
        (_("The stage"), "", ("name", "after", "is_retired")),
        (
            _("What a project needs to enter it"),
            _("The checklist is written on the page of the stage."),
            ("entry_role", "required_facts", "required_papers", "rests_on_consultations"),
        ),
    )

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["required_facts"] = forms.MultipleChoiceField(
            label=self.fields["required_facts"].label,
            required=False,
            choices=fact_choices,
            widget=Checklist,
        )
        self.fields["required_papers"] = ManyChoice(
            label=self.fields["required_papers"].label, required=False, queryset=templates
        )


ANSWERS = ("moment", "answer", "most_months")


class AskForm(RecordForm):
    model = AskedForm
    sections = (("", "", ("form", *ANSWERS)),)


class AskedFormEditForm(RecordForm):
    model = AskedForm
    sections = (("", "", (*ANSWERS, "is_retired")),)


class ItemForm(PlacedForm):
    model = ChecklistItem
    sections = (("", "", ("text", "is_required", "after", "is_retired")),)


class TemplateForm(RecordForm):
    model = Template
    sections = (("", "", ("title", "kind", "description")),)


class TemplateEditForm(RecordForm):
    model = Template
    sections = (("", "", ("title", "description", "is_retired")),)


class SectionForm(PlacedForm):
    model = TemplateSection
    sections = (("", "", ("title", "guidance", "expected_words", "after", "is_retired")),)


class MoveForm(PageForm):
    """Where a project goes, and why when the way is not the plain one."""

    stage = forms.ChoiceField(label=_("Move to"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to go back, and for a manager to let pass what is not complete."),
    )
    unheard = forms.CharField(
        label=_("Why nobody was consulted"),
        max_length=500,
        required=False,
        help_text=_("Only where the decision rests on no consultation."),
    )

    def __init__(
        self,
        *args: Any,
        ahead: Sequence[Stage],
        behind: Sequence[Stage],
        consultations: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        asking = [str(stage) for stage in ahead if stage.rests_on_consultations]
        told = _("Needed to come to: %(stages)s.") % {"stages": ", ".join(asking)}
        self.fields["consultations"] = ManyChoice(
            label=_("Consultations it rests on"),
            required=False,
            queryset=consultations,
            help_text=told if asking else "",
        )
        self.order_fields(["stage", "reason", "consultations", "unheard"])
        self.stages = {str(stage.pk): stage for stage in [*ahead, *behind]}
        chosen: Any = self.fields["stage"]
        groups = [
            (_("Forward"), [(str(stage.pk), str(stage)) for stage in ahead]),
            (_("Back"), [(str(stage.pk), str(stage)) for stage in reversed(behind)]),
        ]
        chosen.choices = [group for group in groups if group[1]]

    def clean_stage(self) -> Stage:
        """The stage itself."""
        return self.stages[self.cleaned_data["stage"]]


class PaperForm(RecordForm):
    model = Paper
    sections = (("", "", ("template", "title", "language")), WHO_SEES)

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["template"]
        chosen.queryset = templates


class DraftForm(RecordForm):
    """A whole paper: one area a section."""

    model = Paper
    sections = ((_("The paper"), "", ("title", "language")), WHO_SEES)

    def __init__(
        self, *args: Any, obj: Paper, parts: Sequence[PaperSection], **kwargs: Any
    ) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.keys = {f"text_{part.pk}": part.pk for part in parts}
        for part in parts:
            self.fields[f"text_{part.pk}"] = forms.CharField(
                label=str(part),
                required=False,
                max_length=part._meta.get_field("text").max_length,
                initial=part.text,
                help_text=_guidance(part),
                widget=forms.Textarea(
                    attrs={"rows": 9, "lang": obj.language, "dir": obj.direction}
                ),
            )

    def shown_sections(self) -> list[Section]:
        """The text comes first."""
        return sorted(super().shown_sections(), key=lambda section: bool(section.title))

    def clean(self) -> dict[str, Any]:
        """``texts`` by the key of the section."""
        data = super().clean()
        data["texts"] = {key: data.pop(name, "") for name, key in self.keys.items()}
        return data


def _guidance(part: PaperSection) -> str:
    """What the template says of a section."""
    found = localise(part.guidance).text
    if part.expected_words is None:
        return found
    length = _("About %(count)d words.") % {"count": part.expected_words}
    return f"{found} {length}".strip()


class PublishForm(RecordForm):
    model = PaperVersion
    sections = (("", "", ("note",)),)


class CommentForm(RecordForm):
    model = Comment
    sections = (("", "", ("text",)),)


class TheoryForm(RecordForm):
    model = Theory
    sections = (
        (
            _("Who sees it"),
            _("Private to the organisation unless you say otherwise."),
            ("visibility", "shared_with"),
        ),
    )


class NodeForm(RecordForm):
    """A node; what an assumption is about is one choice among nodes and arrows."""

    model = Node
    sections = (
        (_("The node"), "", ("kind", "text")),
        (_("If it is a result"), "", ("indicator",)),
        (_("If it is an assumption"), "", ("about", "evidence", "source")),
    )

    def __init__(
        self, *args: Any, nodes: Sequence[Node], links: Sequence[Link], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chain = [node for node in nodes if node.kind != NodeKind.ASSUMPTION]
        self.targets: dict[str, Any] = {f"node-{node.pk}": node for node in chain}
        arrows = {f"link-{link.pk}": link for link in links}
        groups = [
            (_("Nodes"), [(key, str(node)) for key, node in self.targets.items()]),
            (_("Arrows"), [(key, str(link)) for key, link in arrows.items()]),
        ]
        self.targets |= arrows
        self.fields["about"] = forms.ChoiceField(
            label=_("Assumed of"),
            required=False,
            choices=[("", "—"), *[group for group in groups if group[1]]],
            initial=self._present(),
        )

    def _present(self) -> str:
        if not isinstance(self.obj, Node):
            return ""
        if self.obj.about_node_id:
            return f"node-{self.obj.about_node_id}"
        return f"link-{self.obj.about_link_id}" if self.obj.about_link_id else ""

    def clean(self) -> dict[str, Any]:
        """``about_node`` and ``about_link``, one of them None."""
        data = super().clean()
        target = self.targets.get(data.pop("about", "") or "")
        if target is not None and data.get("kind") != NodeKind.ASSUMPTION:
            self.add_error("about", _("Only an assumption is about a node or an arrow."))
        data["about_node"] = target if isinstance(target, Node) else None
        data["about_link"] = target if isinstance(target, Link) else None
        return data


class LinkForm(PageForm):
    """Which node leads to which."""

    tail = forms.ChoiceField(label=pgettext_lazy("from whom or what", "From"))
    head = forms.ChoiceField(label=_("Leads to"))

    def __init__(self, *args: Any, nodes: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chain = [node for node in nodes if node.kind != NodeKind.ASSUMPTION]
        self.nodes = {str(node.pk): node for node in chain}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, node in self.nodes.items():
            groups.setdefault(node.get_kind_display(), []).append((key, str(node)))
        for name in ("tail", "head"):
            chosen: Any = self.fields[name]
            chosen.choices = list(groups.items())

    def clean_tail(self) -> Node:
        """The node itself."""
        return self.nodes[self.cleaned_data["tail"]]

    def clean_head(self) -> Node:
        """The node itself."""
        return self.nodes[self.cleaned_data["head"]]
