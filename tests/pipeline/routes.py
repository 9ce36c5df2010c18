"""A way out that remembers what was sent, as a receiver would."""

from dataclasses import replace

from shared.domain.alerts import Alert, Delivery
from shared.domain.errors import Unavailable
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
        self.attempts += 1
        if self.attempts <= self._failures:
            raise Unavailable("the receiver is down")
        self.received.append(f"{alert.id}/{delivery.sequence}")


def with_route(services: Services, receiver: Receiver) -> Services:
    return replace(services, routes={receiver.name: receiver})
