"""Problem bodies, after RFC 9457."""

from functions.models.shapes import Sent


class FieldError(Sent):
    """What is wrong with one member or parameter. What the caller sent is never repeated."""

    field: str
    message: str


class Problem(Sent):
    """``application/problem+json``. ``type`` is stable and meant for programs, ``detail`` for people."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
