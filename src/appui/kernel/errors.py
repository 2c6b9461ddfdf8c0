"""What can go wrong, each with the HTTP status a door answers with and a sentence for a person."""

from collections.abc import Mapping


class AppuiError(Exception):
    """A refusal with a whole sentence that may be shown as it is."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(AppuiError):
    """The person may not do this."""

    status = 403


class Missing(AppuiError):
    """What was asked for is not there, or not for this person to see."""

    status = 404


class Conflict(AppuiError):
    """Someone else changed the record meanwhile; ``version`` is the one now stored."""

    status = 409

    def __init__(self, message: str, version: int | None = None) -> None:
        super().__init__(message)
        self.version = version


class Unavailable(AppuiError):
    """Something this installation needs cannot be used now."""

    status = 503


class Invalid(AppuiError):
    """The input cannot be accepted; ``fields`` maps a field name to its sentence."""

    status = 422

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})
