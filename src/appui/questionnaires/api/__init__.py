"""Questionnaires over the API, cut by noun."""

from ninja import Router

from appui.questionnaires.api import consultations, forms, responses

router = Router(tags=["questionnaires"])
for part in (forms, responses, consultations):
    router.add_router("", part.router)
