"""Posts cards to a Teams channel, by the address of the flow "when a Teams webhook request is received".

The flow answers 202 before it posts anything; what goes wrong later it never tells. Heartbeats are for that.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from shared.domain.alerts import Alert, Delivery
from shared.domain.errors import Unavailable
from shared.domain.route_status import Heartbeat, RouteGone
from shared.domain.severities import Severity
from shared.domain.summaries import Summary
from shared.outputs.cards.alert_card import alert_card
from shared.outputs.cards.heartbeat_card import heartbeat_card
from shared.outputs.cards.summary_card import summary_card
from shared.outputs.posting import GuardedPost, NotAccepted

_GONE = frozenset({401, 403, 404, 410})
"""The flow was removed or switched off, or no longer takes the signature of the address."""
_ASK_AGAIN = timedelta(hours=1)
"""Somebody has to mend a route that is gone: thirty tries at this pace give them more than a day."""


class TeamsRoute:
    """One channel. ``steps_of`` gives the triage steps of a policy by its id, none for one that is unknown.

    ``url`` carries the flow's signature: no error or log repeats it. ``severities`` are the lowest and the highest that
    the channel wants.
    """

    def __init__(
        self,
        name: str,
        url: str,
        allowed_hosts: frozenset[str],
        severities: tuple[Severity, Severity],
        dashboard_url: str,
        steps_of: Callable[[str], Sequence[str]],
    ) -> None:
        self.name = name
        self._post = GuardedPost("the Teams flow", url, allowed_hosts)
        self._minimum, self._maximum = severities
        self._dashboard_url = dashboard_url.rstrip("/")
        self._steps_of = steps_of

    def wants(self, alert: Alert) -> bool:
        return self._minimum.rank <= alert.severity.rank <= self._maximum.rank

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        await self._send(alert_card(alert, delivery, self._dashboard_url, self._steps_of(alert.policy_id)))

    async def send_summary(self, summary: Summary) -> None:
        await self._send(summary_card(summary, self._dashboard_url))

    async def send_heartbeat(self, heartbeat: Heartbeat) -> None:
        await self._send(heartbeat_card(heartbeat, self._dashboard_url))

    async def close(self) -> None:
        await self._post.close()

    async def _send(self, message: bytes) -> None:
        try:
            answer = await self._post.post(message)
        except NotAccepted as error:
            if error.status in _GONE:
                raise RouteGone(str(error), error.retry_after or _ASK_AGAIN) from None
            raise
        # Connectors of old, and what imitates them, say 200 and in the text that Teams refused the card.
        if b"error" in answer.lower():
            raise Unavailable("the Teams flow took the card and answered with an error")
