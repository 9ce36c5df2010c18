"""What the service tells of itself and of the caller."""

from typing import Any, Literal

from functions.models.shapes import Sent


class CallerResource(Sent):
    """Who the service takes the caller for, and what that caller may do."""

    id: str
    name: str
    is_user: bool
    roles: list[str]
    rights: list[str]


class CheckResource(Sent):
    name: str
    healthy: bool
    detail: str


class HealthResource(Sent):
    """``degraded`` comes with status 503, so that a monitor needs to look at nothing else."""

    status: Literal["healthy", "degraded"]
    checks: list[CheckResource]


class OpenApiDocument(Sent):
    """An OpenAPI 3.1 document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]
