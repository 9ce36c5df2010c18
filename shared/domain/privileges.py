"""How much a permission lets an app do. The permissions and their privileges are in ``permission_table/``."""

from enum import StrEnum


class Privilege(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(Privilege).index(self)
