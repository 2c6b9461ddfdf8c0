"""Reads of the outlook, one file a question."""
