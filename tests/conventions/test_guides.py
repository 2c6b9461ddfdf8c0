"""The guides name commands, options, files and examples that exist."""

import re

import click
import pytest

from appui.config.cli import assemble
from appui.home.examples.files import read
from tests.conventions import ROOT

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
COMMAND = re.compile(r"`\./appui ([^`]+)`")
LINK = re.compile(r"\]\(([^)#]+)")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_command_of_a_guide_exists_with_its_options(guide):
    for written in COMMAND.findall(guide.read_text(encoding="utf-8")):
        command, words = assemble(), written.split()
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        options = {name for option in command.params for name in option.opts} | {"--help"}

        assert not isinstance(command, click.Group), written
        assert [word for word in words if word.startswith("--") and word not in options] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_link_of_a_guide_leads_to_a_page(guide):
    for target in LINK.findall(guide.read_text(encoding="utf-8")):
        assert (guide.parent / target).exists(), target


def test_the_index_links_every_guide():
    index = (ROOT / "docs" / "guides" / "README.md").read_text(encoding="utf-8")

    assert {*LINK.findall(index)} - {"../concepts.md"} == {
        guide.name for guide in GUIDES if guide.name != "README.md"
    }


def test_the_needs_that_guides_use_as_examples_exist():
    references = {need["reference"] for need in read("needs")["need"]}
    used = {
        found
        for guide in GUIDES
        for found in re.findall(r"\bkh-[a-z0-9-]+", guide.read_text(encoding="utf-8"))
    }

    assert used == {"kh-mines-2024-2025"}
    assert used <= references
