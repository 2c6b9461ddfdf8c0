"""Strategies from the command line."""

import click

commands: list[click.Command] = []
