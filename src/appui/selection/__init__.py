"""Selection: what each project is worth, which ones deserve money now, and who decided so.

Nouns: a criteria set with its criteria and judgements, an appraisal with its reviewers and scores,
a scenario with its envelopes and rules, a portfolio run. Verbs: weigh, publish, score, appraise,
choose, override, sign. Projects live in portfolio, windows and agreements in funding. The engines
``appraisal`` and ``optimum`` know neither Django nor a database.
"""
