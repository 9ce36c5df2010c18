"""Facts of an event in the form in which roll-ups keep them, so that policies can compare them with what is usual."""

from datetime import UTC, datetime

from shared.domain.events import Event
from shared.domain.known import UNKNOWN
from shared.domain.usage_counting import operation_of
from shared.policies.vocabulary import Fact, FactType, Root


def _network(event: Event, _now: datetime) -> object:
    asn = event.client.asn
    return str(asn) if isinstance(asn, int) else asn


def _hour(event: Event, _now: datetime) -> object:
    return str(event.time.astimezone(UTC).hour) if event.time else UNKNOWN


def _call(event: Event, _now: datetime) -> object:
    return operation_of(event)


USAGE_FACTS: tuple[Fact, ...] = (
    Fact(
        "event.network",
        FactType.TOKEN,
        ("client", "asn"),
        "The network it came from, as text: for the baseline app.networks.",
        root=Root.EVENT,
        derive=_network,
    ),
    Fact(
        "event.hour",
        FactType.TOKEN,
        ("time",),
        "The hour of the day in UTC, 0 to 23: for the baseline app.hours.",
        root=Root.EVENT,
        derive=_hour,
    ),
    Fact(
        "event.call",
        FactType.TOKEN,
        ("operation",),
        "As GET /users/{id}/messages, or exchange MailItemsAccessed: for the baseline app.operations.",
        root=Root.EVENT,
        may_be_unknown=False,
        derive=_call,
    ),
)
