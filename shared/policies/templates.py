"""Templates: policies with gaps that whoever enables one may fill, bundled in ``templates/*.yaml``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, JsonValue

from shared.domain.policy_book import PolicyBody
from shared.policies.model import Part, Text


class Template(Part):
    """``policy`` is a definition without an id; its ``parameters`` are what can be filled in, each with a default."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    category: Annotated[str, Field(pattern=r"^(usage|permissions|risk|certification|credentials|custom)$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Text
    policy: dict[str, JsonValue]


def load_templates() -> dict[str, Template]:
    """By id. Reads them each time: the caller keeps the result."""
    raise NotImplementedError


def policy_from(
    template: Template, policy_id: str, title: str | None, parameters: Mapping[str, object], changes: PolicyBody
) -> PolicyBody:
    """The definition of an ordinary policy. Raises PolicyError, as for a parameter that the template does not have."""
    raise NotImplementedError
