"""A donor as its published flows show it: one content for the page and for the PDF."""

from appui.intelligence.profile.assemble import assemble_profile
from appui.intelligence.profile.content import Profile, Section

__all__ = ["Profile", "Section", "assemble_profile"]
