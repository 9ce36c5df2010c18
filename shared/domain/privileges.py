"""How much a permission lets an app do. The table of permissions is in ``permissions.py``."""

from enum import StrEnum


class Privilege(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(Privilege).index(self)
