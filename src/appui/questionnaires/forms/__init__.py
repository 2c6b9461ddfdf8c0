"""Forms on the pages of questionnaires, cut by what they are for."""
