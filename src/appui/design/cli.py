"""Design from the command line."""

import click

from appui.registry.doors import Doors

DOORS = Doors(
    (
        "stages",
        "checklist-items",
        "design-kits",
        "paper-templates",
        "template-sections",
        "project-stages",
        "activities",
        "papers",
        "comments",
    ),
    {
        "move": ("stage", "Move the project at ADDRESS (activities/3) to another stage."),
        "tick": ("ticks", "Say that an item of the checklist of a project is done, or is not."),
        "publish": ("versions", "Freeze the draft of the paper at ADDRESS as its next version."),
        "resolve": ("resolve", "Resolve the comment at ADDRESS, or open it again."),
        "share": ("theory/sharing", "Say who sees the theory of change of the project."),
    },
)


@click.group("design")
def design() -> None:
    """Stages of projects, papers and theories of change: JSON in, JSON out."""


DOORS.add_to(design)
commands: list[click.Command] = [design]
