"""The outlook on the command line, one file a question."""

import click

from appui.outlook.cli.gap import show_gap
from appui.outlook.cli.publications import compare_vintages
from appui.outlook.cli.targets import targets
from appui.outlook.cli.whatif import outlook

commands: list[click.Command] = [show_gap, targets, outlook, compare_vintages]
