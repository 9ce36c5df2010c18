"""Messages that can never be handled are set aside after five tries, and harm neither their neighbours nor the host."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp

from shared.domain.built_in import OperatorKind
from tests.soak.contents import contents_of
from tests.soak.expected import expected_of
from tests.soak.feeder import SOURCE, feed_round
from tests.soak.poison import send, set_aside, stored
from tests.soak.records import chunks_of
from tests.soak.service import Service, running
from tests.soak.work_left import become_quiet

_TRIES = 5
_SET_ASIDE_WITHIN_SECONDS = 60.0
_MOST_BYTES = 48 * 1024
"""More do not fit on a queue once they are base64."""

UNREADABLE = {
    "invalid JSON": b'{"kind":',
    "NUL": b"\0",
    "newer schema": b'{"kind":"chunk","source":"tenant","sequence":1,"schema":2}',
    "unknown kind": b'{"kind":"wish","source":"tenant","sequence":1}',
    "unknown property": b'{"kind":"chunk","source":"tenant","sequence":1,"wish":1}',
    "largest": b'{"kind":"chunk","source":"' + b"x" * (_MOST_BYTES - 28) + b'"}',
    "nested": b"[" * 8000,
    "nested within": b'{"kind":"chunk","source":"tenant","sequence":1,"traceparent":' + b"[" * 8000,
    "long number": b'{"kind":"chunk","source":"tenant","sequence":' + b"9" * 8000 + b"}",
    "longest number": b"9" * _MOST_BYTES,
}
UNKNOWN_CHUNKS = {
    "unknown chunk": b'{"kind":"chunk","source":"tenant","sequence":999999}',
    "unknown source": b'{"kind":"chunk","source":"nobody","sequence":1}',
    "source with NUL": b'{"kind":"chunk","source":"a\\u0000b","sequence":1}',
    "source with slashes": b'{"kind":"chunk","source":"../tenant?x#y","sequence":1}',
    "longest source": b'{"kind":"chunk","source":"' + b"x" * 8000 + b'","sequence":1}',
    "negative sequence": b'{"kind":"chunk","source":"tenant","sequence":-1}',
    "huge sequence": b'{"kind":"chunk","source":"tenant","sequence":999999999999999999999999999999}',
}
NO_TEXT = ["no base64!", stored(b"\xff\xfe\x00")]
"""As stored. The host sets them aside without a try."""

POISON = {"evaluate": {**UNREADABLE, **UNKNOWN_CHUNKS}, "settle": UNREADABLE}
BAD_RECORDS = [b'{"id":' + b"9" * 10**6 + b"}", b"[" * 10**4, b"\0", b'{"id":"\\ud800"}']


async def test_poison_is_set_aside_and_its_neighbours_are_judged() -> None:
    first, *others = chunks_of(seed=2, round_number=0)
    async with running() as service:
        await feed_round(service.services, [first])
        for queue, messages in POISON.items():
            for body in messages.values():
                await send(service.application, queue, stored(body))
        for content in NO_TEXT:
            await send(service.application, "evaluate", content)
        await feed_round(service.services, [[*BAD_RECORDS, *others[0]], *others[1:]])
        await become_quiet(service.services)
        await _until_set_aside(service)
        async with aiohttp.ClientSession(service.host.address) as session, session.get("/api/live") as response:
            assert response.status == 204
        expected = await expected_of([first, *others], service.services.routes)
        found = await contents_of(service.application, SOURCE)
        # Where the machine is slow the watch over the service runs meanwhile, and tells the operator of the poison.
        told = {alert_id: alert for alert_id, alert in found.alerts.items() if not is_of_the_operator(alert)}
        unsent = {delivery_id for delivery_id in found.unsent if delivery_id.partition("/")[0] in told}
        assert (found.events, told, unsent) == (expected.events, expected.alerts, set())
        [coverage] = await service.services.ledger.coverage(datetime.now(UTC), hours=1)
        assert (coverage.rejected, coverage.waiting) == (len(BAD_RECORDS), 0)
        said = await service.host.stop()
    for queue, messages in POISON.items():
        assert said.count(f"Executed 'queue_{queue}' (Failed") == _TRIES * len(messages)


def is_of_the_operator(alert: dict[str, Any]) -> bool:
    return bool(alert["alert"]["policyId"] == OperatorKind.MESSAGE_POISONED)


async def _until_set_aside(service: Service) -> None:
    """Every message, each once, as it was sent."""
    wanted = {queue: Counter(map(stored, messages.values())) for queue, messages in POISON.items()}
    wanted["evaluate"].update(NO_TEXT)
    async with asyncio.timeout(_SET_ASIDE_WITHIN_SECONDS):
        while True:
            if {queue: await set_aside(service.application, queue) for queue in wanted} == wanted:
                return
            await asyncio.sleep(0.1)
