"""Runs one function as its instance does: ``python -m local.bench.one_function NAME`` prints its time and memory.

Every function of the app is imported first, as in Azure. A timer runs twice: the second time little is left to do. A
queue function takes all that waits in its queue.
"""

import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time
from typing import Any

import azure.functions as func
import msgspec

import function_app
from local.bench.peak_memory import peak_megabytes
from shared.bootstrap import application

_MOST_MESSAGES = 200


class Ran(msgspec.Struct, frozen=True, rename="camel"):
    """``seconds`` and ``worked`` (processor time) are those of the last run, the longest that of all."""

    runs: int
    seconds: float
    worked: float
    longest: float
    imported_megabytes: float
    megabytes: float


async def _run(name: str, imported: float) -> Ran:
    function = next(one for one in function_app.app.get_functions() if one.get_function_name() == name)
    trigger = function.get_trigger()
    told: dict[str, Any] = trigger.get_dict_repr() if trigger else {}
    work, spent = function.get_user_function(), [(0.0, 0.0)]
    try:
        if told["type"] == "timerTrigger":
            spent = [await _timed(work, None) for _ in range(2)]
        else:
            spent = [await _timed(work, message) for message in await _waiting(told["queueName"])] or spent
    finally:
        await application().close()
    seconds, worked = spent[-1]
    return Ran(len(spent), seconds, worked, max(each for each, _ in spent), imported, peak_megabytes())


async def _timed(work: Callable[[Any], Awaitable[object]], argument: object) -> tuple[float, float]:
    started, before = perf_counter(), process_time()
    await work(argument)
    return perf_counter() - started, process_time() - before


async def _waiting(name: str) -> list[func.QueueMessage]:
    queue = await application().connection.queue(name)
    found = queue.receive_messages(messages_per_page=32, max_messages=_MOST_MESSAGES, visibility_timeout=300)
    return [func.QueueMessage(body=base64.b64decode(message.content)) async for message in found]


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_run(sys.argv[1], peak_megabytes()))).decode())
