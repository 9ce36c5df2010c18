"""Ways out that remember what was sent, as a receiver would."""

from dataclasses import replace

from shared.domain.alerts import Alert, Delivery
from shared.domain.errors import Unavailable
from shared.domain.route_status import Heartbeat
from shared.domain.summaries import Summary
from shared.pipeline.ports import Route
from shared.pipeline.services import Services


class Receiver:
    """Takes every alert; refuses the first ``failures`` attempts."""

    name = "receiver"

    def __init__(self, failures: int = 0) -> None:
        self.received: list[str] = []
        self.attempts = 0
        self._failures = failures

    def wants(self, alert: Alert) -> bool:
        return bool(alert.id)

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        self._attempt()
        self.received.append(f"{alert.id}/{delivery.sequence}")

    def _attempt(self) -> None:
        self.attempts += 1
        if self.attempts <= self._failures:
            raise Unavailable("the receiver is down")


class Channel(Receiver):
    """A receiver that people read. ``error`` is raised at every attempt while it is set.

    ``told`` holds each delivery that a card told of, by itself or in a summary of at most ten.
    """

    name = "channel"

    def __init__(self) -> None:
        super().__init__()
        self.error: Unavailable | None = None
        self.summaries: list[Summary] = []
        self.heartbeats: list[Heartbeat] = []

    @property
    def told(self) -> list[str]:
        summed_up = [f"{one.alert_id}/{one.sequence}" for summary in self.summaries for one in summary.gravest]
        return self.received + summed_up

    async def send_summary(self, summary: Summary) -> None:
        self._attempt()
        self.summaries.append(summary)

    async def send_heartbeat(self, heartbeat: Heartbeat) -> None:
        self._attempt()
        self.heartbeats.append(heartbeat)

    def _attempt(self) -> None:
        self.attempts += 1
        if self.error is not None:
            raise self.error


def with_route(services: Services, route: Route) -> Services:
    return replace(services, routes={route.name: route})
