from django.http import HttpRequest
from ninja import Router, Schema

from appui.accounts.api_auth import signed_in
from appui.accounts.models import User

router = Router(tags=["accounts"], auth=signed_in)


class Me(Schema):
    """The person whose token or session this is."""

    id: int
    email: str
    display_name: str
    language: str


@router.get("/me", response=Me, summary="Who am I?")
def me(request: HttpRequest) -> User:
    return request.auth  # type: ignore[attr-defined, no-any-return]  # set by django-ninja
