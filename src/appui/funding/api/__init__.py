"""Funding over the API, one file a noun-family."""

from ninja import Router

from appui.funding.api import (
    agreements,
    amendments,
    forecast,
    funds,
    gap,
    interactions,
    ledger,
    proposals,
    stages,
    targets,
)

router = Router(tags=["funding"])
for part in (
    gap,
    funds,
    forecast,
    stages,
    proposals,
    interactions,
    agreements,
    amendments,
    ledger,
    targets,
):
    router.add_router("", part.router)
