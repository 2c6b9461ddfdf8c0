import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Labels are read in English unless a test says otherwise."""
    with translation.override("en"):
        yield
