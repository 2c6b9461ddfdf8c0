"""Writes of design."""

from appui.design.actions.graph import (
    add_link,
    add_node,
    begin_theory,
    change_node,
    change_theory,
    put_graph,
    remove_link,
    remove_node,
)
from appui.design.actions.kit import (
    add_item,
    add_section,
    add_stage,
    add_template,
    adopt,
    ask_form,
    change_asked_form,
    change_item,
    change_section,
    change_stage,
    change_template,
)
from appui.design.actions.papers import (
    add_comment,
    publish,
    save_draft,
    settle,
    write_paper,
)
from appui.design.actions.way import move, tick, untick

__all__ = [
    "add_comment",
    "add_item",
    "add_link",
    "add_node",
    "add_section",
    "add_stage",
    "add_template",
    "adopt",
    "ask_form",
    "begin_theory",
    "change_asked_form",
    "change_item",
    "change_node",
    "change_section",
    "change_stage",
    "change_template",
    "change_theory",
    "move",
    "publish",
    "put_graph",
    "remove_link",
    "remove_node",
    "save_draft",
    "settle",
    "tick",
    "untick",
    "write_paper",
]
