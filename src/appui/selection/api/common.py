"""What the calls of selection share."""

from typing import Annotated

from ninja import Field, Schema

Line = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Text = dict[str, Line]
Percent = Annotated[int, Field(ge=0, le=100)]
Points = Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?$", max_length=7)]
Year = Annotated[str, Field(pattern=r"^(19[9][0-9]|20[0-9]{2}|2100)$")]


class SeenOf(Schema):
    """The version of the record that the caller saw; with another one stored, 409."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)


class Gone(Schema):
    """What was removed is gone; the trail keeps it."""

    removed: bool = True


class Nothing(Schema):
    """A call that needs no more than its address."""
