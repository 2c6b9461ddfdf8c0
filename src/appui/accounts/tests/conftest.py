import pytest

from appui.accounts.models import User

PASSWORD = "quiet-harbour-42"


@pytest.fixture
def user(db):
    return User.objects.create_user("ana@example.org", PASSWORD, display_name="Ana", language="en")
