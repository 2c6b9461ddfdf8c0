"""Activities over the API."""

from ninja import Router

from appui.portfolio.api.activities import router as activities
from appui.portfolio.api.budget import router as budget
from appui.portfolio.api.links import router as links

router = Router(tags=["portfolio"])
for part in (activities, budget, links):
    router.add_router("", part)
