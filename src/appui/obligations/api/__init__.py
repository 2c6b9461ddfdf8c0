"""Obligations over the API, one file a noun-family."""

from ninja import Router

from appui.obligations.api import due, rules

router = Router(tags=["obligations"])
for part in (due, rules):
    router.add_router("", part.router)
