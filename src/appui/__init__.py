"""Appui: from a need to a funded result, with every number traceable to who said it and when."""

__version__ = "0.1.0"
