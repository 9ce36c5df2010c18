"""The one error of this package."""


class RecordError(Exception):
    """A record cannot be read. ``reason`` names the field and what is wrong with it, never the field's value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def shown(name: str) -> str:
    """A key of a record, fit for a reason: an attacker may have written it, so it is short and printable."""
    return "".join(character if character.isprintable() else " " for character in name[:40])
