"""Queue messages: small, fixed, and only a hint. The ledger and the intents hold the truth.

``schema`` is on every message: an older host refuses a newer message plainly instead of misreading it.
"""

from typing import Literal

import msgspec
from msgspec import Struct

SCHEMA = 1
_MOST_BYTES = 8192


class UndecodableMessage(Exception):
    """No host of this version can ever read it: poison."""


class ChunkWaits(Struct, frozen=True, kw_only=True, tag="chunk", tag_field="kind", forbid_unknown_fields=True):
    """A chunk is collected and not evaluated."""

    source: str
    sequence: int
    schema: Literal[1] = 1
    traceparent: str | None = None


class AlertUnsettled(Struct, frozen=True, kw_only=True, tag="alert", tag_field="kind", forbid_unknown_fields=True):
    """An alert's list rows or deliveries may be incomplete."""

    alert_id: str
    schema: Literal[1] = 1
    traceparent: str | None = None


class RemediationWaits(
    Struct, frozen=True, kw_only=True, tag="remediation", tag_field="kind", forbid_unknown_fields=True
):
    """A remediation waits to be carried out."""

    remediation_id: str
    schema: Literal[1] = 1
    traceparent: str | None = None


class AppsWait(Struct, frozen=True, kw_only=True, tag="apps", tag_field="kind", forbid_unknown_fields=True):
    """A partition of apps waits to be judged."""

    partition: str
    schema: Literal[1] = 1
    traceparent: str | None = None


class ExportWaits(Struct, frozen=True, kw_only=True, tag="export", tag_field="kind", forbid_unknown_fields=True):
    """An export of the list of apps waits to be built."""

    export_id: str
    schema: Literal[1] = 1
    traceparent: str | None = None


class SimulationWaits(
    Struct, frozen=True, kw_only=True, tag="simulation", tag_field="kind", forbid_unknown_fields=True
):
    """A simulation waits to be run."""

    simulation_id: str
    schema: Literal[1] = 1
    traceparent: str | None = None


class QueueDepth(Struct, frozen=True, kw_only=True):
    """About how many messages of a queue wait, and how many went to its poison queue."""

    queue: str
    waiting: int
    poison: int


def encode_message(
    message: ChunkWaits | AlertUnsettled | RemediationWaits | AppsWait | ExportWaits | SimulationWaits,
) -> bytes:
    return msgspec.json.encode(message)


def decode_message[T: (ChunkWaits, AlertUnsettled, RemediationWaits, AppsWait, ExportWaits, SimulationWaits)](
    body: bytes, kind: type[T]
) -> T:
    """Raises UndecodableMessage, saying what is wrong without quoting the body."""
    if len(body) > _MOST_BYTES:
        raise UndecodableMessage(f"{len(body)} bytes are more than {_MOST_BYTES}")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableMessage(f"not a {kind.__name__} message of schema {SCHEMA}: {error}") from None
