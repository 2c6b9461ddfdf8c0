"""Selection over the API, by noun."""

from ninja import Router

from appui.selection.api import appraisal, criteria, run, scenario

router = Router(tags=["selection"])
for part in (criteria, appraisal, scenario, run):
    router.add_router("", part.router)
