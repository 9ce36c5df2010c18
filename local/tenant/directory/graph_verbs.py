"""What a step of a scenario can do with Microsoft Graph; it is no write, and so tells the directory nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.stage import Stage

_BETWEEN = timedelta(seconds=2)


def call_graph(  # noqa: PLR0913 -- the keys of the step, most of them optional
    stage: Stage,
    _actor: Actor,
    *,
    app: str,
    method: str,
    path: str,
    person: str | None = None,
    whose: str | None = None,
    times: int = 1,
    status: int = 200,
    size: int = 20_000,
    ip: str = "203.0.113.10",
    user_agent: str = "python-requests/2.32.5",
    country: str | None = None,
) -> None:
    """The app calls Graph ``times`` times within a while that ends now: for itself, or for a ``person``.

    ``{user}`` in the path is the object id of the person ``whose`` data it wants.
    """
    user = stage.user_id(person) if person else None
    uri = path.replace("{user}", stage.user_id(whose)) if whose else path
    now = stage.tenant.clock.now()
    for before in range(times - 1, -1, -1):
        at = now - before * _BETWEEN
        stage.tenant.call_graph(
            stage.app_ids[app],
            method,
            uri,
            user=user,
            at=at,
            status=status,
            size=size,
            ip=ip,
            user_agent=user_agent,
            country=country,
        )


GRAPH_VERBS: dict[str, Callable[..., Any]] = {"call-graph": call_graph}
