"""Design over the API."""

from ninja import Router

from appui.design.api import kit, papers, theory, way

router = Router(tags=["design"])
for part in (kit.router, way.router, papers.router, theory.router):
    router.add_router("", part)
