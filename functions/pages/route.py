"""What a page or form is: where it is, which right it needs, what it reads."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal
from urllib.parse import quote

from functions.models.shapes import Parameters
from functions.pages.forms import MOST_FORM_BYTES, Form
from shared.domain.roles import Right

_PARAMETER = re.compile(r"{(\w+)[^}]*}")


class Anyone(Enum):
    """Stands where a right would, so that no page is open by omission."""

    SIGNED_IN = "anyone who is signed in"


@dataclass(frozen=True, kw_only=True)
class PageRoute[P: Parameters, F: Form]:
    """One page (GET) or form (POST). ``name`` is that of its function and of its file."""

    name: str
    method: Literal["GET", "POST"]
    template: str
    right: Right | Anyone
    parameters: type[P]
    form: type[F]
    most_form_bytes: int = MOST_FORM_BYTES

    def address(self, **values: str) -> str:
        """The path, which always begins with one slash: no value can make it the address of another site."""
        return "/" + _PARAMETER.sub(lambda found: quote(values.get(found[1], ""), safe=""), self.template)
