"""The commands of this room: ``flows`` (published aid) and ``donors`` (who is likely to help)."""

from appui.intelligence.cli import fidelity
from appui.intelligence.cli.donors import donors
from appui.intelligence.cli.flows import flows

commands = [flows, donors]

__all__ = ["commands", "donors", "fidelity", "flows"]
