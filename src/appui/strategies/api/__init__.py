"""Strategies over the API."""

from ninja import Router

from appui.strategies.api.mandates import router as mandates
from appui.strategies.api.plans import router as plans
from appui.strategies.api.strategies import router as strategies

router = Router(tags=["strategies"])
for part in (strategies, plans, mandates):
    router.add_router("", part)
