"""One route: what may be called, with which right, and what goes in and out."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from functions.models.shapes import Body, NoBody, Parameters, Sent
from shared.domain.roles import Right

MOST_BODY_BYTES: Final = 65_536
MOST_POLICY_BODY_BYTES: Final = 262_144
"""A policy holds 64 KB as it is stored; as it is sent it may be indented, and its letters escaped."""


class Open(Enum):
    """Stands where a right would, so that no route is open by omission."""

    TO_ANYBODY = "anybody"


@dataclass(frozen=True, kw_only=True)
class Route[P: Parameters, B: Body]:
    """One operation. ``name`` is that of its function and of its file; ``reply`` is what is answered at once (200).

    ``accepted`` is what is answered where work goes on (202, with the address to look at). Without both the answer is
    empty (204).
    """

    name: str
    method: Literal["DELETE", "GET", "PATCH", "POST", "PUT"]
    template: str
    right: Right | Open
    summary: str
    parameters: type[P]
    body: type[B]
    reply: type[Sent] | None
    accepted: type[Sent] | None = None
    most_body_bytes: int = MOST_BODY_BYTES

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.template))

    @property
    def reads_body(self) -> bool:
        return self.body is not NoBody
