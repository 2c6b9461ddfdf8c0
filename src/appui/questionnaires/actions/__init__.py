"""Writes of questionnaires, cut by noun."""
