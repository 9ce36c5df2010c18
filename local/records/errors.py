"""The one error of this package."""


class NotRecorded(ValueError):
    """No record of this log can tell the event; the text says which fact is missing or too much."""
