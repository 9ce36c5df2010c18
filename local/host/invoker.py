"""Runs functions: with a time limit, a line in the log, and what they put on queues sent off."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import perf_counter

from local.host import worker
from local.host.functions import Binding, Function
from local.host.invocation import Outcome, Payload, TraceContext
from local.host.trace import new_span

type SendToQueue = Callable[[Binding, str], Awaitable[None]]

_log = logging.getLogger(__name__)


class Invoker:
    """Runs the functions of the app."""

    def __init__(self, timeout: timedelta, send_to_queue: SendToQueue) -> None:
        self._timeout = timeout
        self._send_to_queue = send_to_queue
        self._background: set[asyncio.Task[Outcome]] = set()

    async def run(
        self, function: Function, payload: Payload, reason: str, trace: TraceContext | None = None
    ) -> Outcome:
        """Run a function to its end and send its queue outputs; a failure of either is in the outcome."""
        _log.info("Executing '%s' (Reason='%s')", function.name, reason)
        started = perf_counter()
        outcome = await self._run(function, payload, trace or new_span())
        milliseconds = (perf_counter() - started) * 1000
        if outcome.error is None:
            _log.info("Executed '%s' (Succeeded, %.0f ms)", function.name, milliseconds)
        else:
            _log.error("Executed '%s' (Failed, %.0f ms): %s", function.name, milliseconds, outcome.error)
        return outcome

    def start(self, function: Function, payload: Payload, reason: str) -> None:
        """Run a function without waiting for it; ``drain`` does."""
        task = asyncio.create_task(self.run(function, payload, reason))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def drain(self) -> None:
        """Wait for everything begun by ``start``."""
        await asyncio.gather(*self._background)

    async def _run(self, function: Function, payload: Payload, trace: TraceContext) -> Outcome:
        try:
            # A synchronous function cannot be stopped: past the limit its thread runs on, unheard.
            async with asyncio.timeout(self._timeout.total_seconds()):
                outcome = await worker.invoke(function, payload, trace)
                outputs = {output.name: output for output in function.outputs}
                for message in outcome.messages:
                    await self._send_to_queue(outputs[message.binding], message.text)
                return outcome
        except TimeoutError:
            return Outcome(error=f"Timeout value of {self._timeout} exceeded by function {function.name}")
        # What a storage client raises is the failure of this run, not of the host.
        except Exception as error:
            return Outcome(error=repr(error))
