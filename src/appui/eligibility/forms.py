"""Forms of rules and of answers about projects."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.eligibility.models import EligibilityRule, Statement
from appui.eligibility.rulesets import set_choices
from appui.eligibility.vocabulary import stated_facts
from appui.kernel.access import Role
from appui.portfolio.models import Activity
from appui.registry.forms import RecordForm
from appui.ui.forms import MultilingualFormField, PageForm

WHAT = ("position", "severity", "message", "fix")
SOURCE = (
    _("Where it is written"),
    _("Copy the sentence as it stands, so that anybody can check the rule."),
    ("citation", "citation_url"),
)
WHEN = (
    _("When it applies"),
    _("Once it applies, a rule is no longer changed: a new edition stands in its place."),
    ("valid_from", "valid_until"),
)
TEST = (
    _("What is tested"),
    _("A short expression over the facts of the project; examples and words stand below."),
    ("expression", "project"),
)


class RuleForm(RecordForm):
    """A rule; ``project`` is only there to try it on."""

    model = EligibilityRule
    role = Role.MANAGER
    sections: Sequence[tuple[Any, Any, Sequence[str]]] = (
        (_("The rule"), "", ("code", *WHAT)),
        TEST,
        SOURCE,
        WHEN,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].initial = None
        self.fields["message"] = MultilingualFormField(
            label=self.fields["message"].label,
            rows=2,
            help_text=_("As it is shown with the verdict, for example: It lasts a year at most."),
        )
        self.fields["fix"] = MultilingualFormField(
            label=self.fields["fix"].label, rows=2, required=False
        )
        self.fields["expression"].widget = forms.Textarea(
            attrs={"rows": 6, "spellcheck": "false", "dir": "ltr", "class": "code"}
        )
        self.fields["project"] = forms.ModelChoiceField(
            label=_("Try it on a project"),
            queryset=Activity.objects.visible_to(self.reader).order_by("reference"),
            required=False,
            help_text=_("“Try it” shows the verdict and saves nothing."),
        )

    def act_data(self) -> dict[str, Any]:
        """Without the project, which is no part of the rule."""
        data = super().act_data()
        data.pop("project", None)
        return data


class ChangeRuleForm(RuleForm):
    """A rule that is there: its short name stays."""

    sections = ((_("The rule"), "", WHAT), TEST, SOURCE, WHEN)


class LoadForm(PageForm):
    """Which of the rules that come with Appui."""

    rules = forms.ChoiceField(label=_("Rules that come with Appui"), choices=set_choices)


class AnswerForm(RecordForm):
    """An answer to a question about the project that no table answers."""

    model = Statement
    sections = (
        (_("The answer"), "", ("fact", "value")),
        (_("Who says so"), "", ("said_by", "said_on", "source", "note")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"] = forms.ChoiceField(
            label=_("Question"),
            choices=[(fact.name, fact.question) for fact in stated_facts().values()],
        )
        self.fields["value"].help_text = _(
            "“yes” or “no”; a number; or codes of countries such as KH LA, “none” for none."
        )
        self.fields["said_by"].help_text = _("A person or an office, for example “Mission”.")
