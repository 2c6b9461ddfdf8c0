from tests.factories import in_english

__all__ = ["in_english"]
