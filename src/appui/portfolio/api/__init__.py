"""Activities over the API."""

from ninja import Router

from appui.portfolio.api.activities import router as activities
from appui.portfolio.api.budget import router as budget
from appui.portfolio.api.codes import router as codes
from appui.portfolio.api.links import router as links
from appui.portfolio.api.partners import router as partners

router = Router(tags=["portfolio"])
for part in (activities, budget, links, partners, codes):
    router.add_router("", part)
