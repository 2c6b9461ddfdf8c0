"""Outlook over the API."""

from ninja import Router

from appui.outlook.api import gap, ledger, vintages

router = Router(tags=["outlook"])
for part in (gap.router, ledger.router, vintages.router):
    router.add_router("", part)
