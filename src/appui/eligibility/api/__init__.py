"""Eligibility over the API."""

from ninja import Router

from appui.eligibility.api import rules, statements, windows

router = Router(tags=["eligibility"])
for part in (windows.router, rules.router, statements.router):
    router.add_router("", part)
