"""The API under /api/: one router a room, the same actions and queries as the pages."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.operation import Operation

from appui.accounts.api import router as accounts
from appui.accounts.api_auth import signed_in
from appui.design.api import router as design
from appui.eligibility.api import router as eligibility
from appui.evidence.api import router as evidence
from appui.funding.api import router as funding
from appui.home.api import router as home
from appui.instruments.api import router as instruments
from appui.intake.api import router as intake
from appui.intelligence.api import router as intelligence
from appui.kernel.errors import AppuiError, Invalid
from appui.needs.api import router as needs
from appui.obligations.api import router as obligations
from appui.outlook.api import router as outlook
from appui.portfolio.api import router as portfolio
from appui.publishing.api import router as publishing
from appui.questionnaires.api import router as questionnaires
from appui.registry.api import router as registry
from appui.selection.api import router as selection
from appui.strategies.api import router as strategies
from appui.treasury.api import router as treasury
from appui.watch.api import router as watch


class Api(NinjaAPI):
    """Names operations after their room, so that cutting a file does not rename them."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        room = operation.view_func.__module__.split(".")[1]
        return f"appui_{room}_api_{operation.view_func.__name__}"


api = Api(title="Appui", version="1", urls_namespace="api", docs_url=None, auth=signed_in)


@api.exception_handler(AppuiError)
def answer_error(request: HttpRequest, error: AppuiError) -> HttpResponse:
    """Errors of the rooms, as JSON with their own status."""
    fields = error.fields if isinstance(error, Invalid) else {}
    body = {"message": str(error), "fields": {name: str(text) for name, text in fields.items()}}
    return api.create_response(request, body, status=error.status)


for router in (
    accounts,
    registry,
    evidence,
    questionnaires,
    intelligence,
    needs,
    portfolio,
    design,
    funding,
    instruments,
    eligibility,
    obligations,
    treasury,
    outlook,
    selection,
    strategies,
    watch,
    intake,
    publishing,
    home,
):
    api.add_router("", router)
