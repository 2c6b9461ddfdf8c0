"""``python -m appui.intelligence.cli``: this room's commands without the rest of Appui."""

import click

from appui.intelligence.cli import commands

click.Group(name="intelligence", commands=commands)()
