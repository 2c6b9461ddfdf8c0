"""Funding over the API, one file a noun-family."""

from ninja import Router

from appui.funding.api import (
    agreements,
    amendments,
    donors,
    forecast,
    funds,
    gap,
    interactions,
    ledger,
    proposals,
    stages,
    suggestions,
    targets,
)

router = Router(tags=["funding"])
for part in (
    gap,
    donors,
    funds,
    forecast,
    stages,
    proposals,
    interactions,
    agreements,
    amendments,
    ledger,
    targets,
    suggestions,
):
    router.add_router("", part.router)
