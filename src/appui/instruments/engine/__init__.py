"""Simulators of ways to pay for one programme; they know neither Django nor a database.

Money is Decimal in major units of one currency, flows are by calendar year and fall on its end,
present values are those of the programme's first year. A rate or a share is a ratio of one.
"""
