"""How a question and the buttons that move it are shown."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.questionnaires import answering
from appui.questionnaires.models import Question, Section
from appui.ui import formats

register = template.Library()


@register.inclusion_tag("questionnaires/_move.html", takes_context=True)
def move_buttons(context: Context, obj: Section | Question, version: int) -> dict[str, Any]:
    """Two buttons that bring a section or question one place up or down."""
    name = f"questionnaires:{obj._meta.model_name}_move"
    return {
        "up": reverse(name, args=[obj.pk, "up"]),
        "down": reverse(name, args=[obj.pk, "down"]),
        "name": str(obj),
        "version": version,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def question_line(question: Question) -> str:
    """“One choice: Yes (2) · Partly (1) · No (0) · weight 2”."""
    told = [
        option.text if option.score is None else f"{option.text} ({formats.number(option.score)})"
        for option in question.choices
    ]
    kind = str(question.get_kind_display())
    line = _("%(kind)s: %(options)s") % {"kind": kind, "options": " · ".join(told)}
    if question.weight == 1 or not question.is_scored:
        return line if told else kind
    weight = _("weight %(weight)s") % {"weight": formats.number(question.weight)}
    return f"{line} · {weight}"


@register.filter
def condition(question: Question) -> str:
    """When the question is asked; empty when always."""
    return answering.condition_text(question)
