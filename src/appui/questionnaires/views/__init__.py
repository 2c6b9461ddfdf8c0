"""Pages of questionnaires, cut by noun."""
