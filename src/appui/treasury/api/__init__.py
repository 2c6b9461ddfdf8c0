"""Treasury over the API."""

from ninja import Router

from appui.treasury.api import accounts, bank, movements, periods

router = Router(tags=["treasury"])
for part in (accounts, movements, periods, bank):
    router.add_router("", part.router)
