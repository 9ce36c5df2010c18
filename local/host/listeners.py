"""The listeners of an app: one for each queue or timer function that is switched on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from local.host.errors import HostError
from local.host.functions import QUEUE_TRIGGER, TIMER_TRIGGER, Function
from local.host.host_json import QueueOptions
from local.host.invocation import QueueMessage, Tick
from local.host.invoker import Invoker
from local.host.queues.clients import QueueClients
from local.host.settings import resolve
from local.host.timers.schedules import comes_often, parse_schedule
from local.host.timers.status import TimerStatuses
from local.host.timers.timer import Timer


class Listener(Protocol):
    """Something that starts functions."""

    async def prepare(self) -> None:
        """Reach what it listens to. Raises AzureError."""
        ...

    async def listen(self) -> None:
        """Start runs until told to stop, then wait for those under way."""
        ...

    def stop_taking(self) -> None:
        """Start no more runs."""
        ...


def queue_listeners(
    functions: Iterable[Function], invoker: Invoker, queues: QueueClients, options: QueueOptions
) -> list[Listener]:
    """The listeners of the queue functions. Raises HostError where a name or connection does not resolve."""
    return [
        _queue_listener(function, invoker, queues, options)
        for function in functions
        if function.trigger.type == QUEUE_TRIGGER
    ]


def timers(
    functions: Iterable[Function], invoker: Invoker, statuses: TimerStatuses, environment: Mapping[str, str]
) -> list[Listener]:
    """The listeners of the timer functions. Raises HostError where a schedule cannot be read."""
    return [
        _timer(function, invoker, statuses, environment)
        for function in functions
        if function.trigger.type == TIMER_TRIGGER
    ]


def check_queue_outputs(functions: Iterable[Function], queues: QueueClients) -> None:
    """Raise HostError where the name or connection of a queue output does not resolve."""
    for function in functions:
        for output in function.outputs:
            if output.type == "queue":
                with _naming(function):
                    queues.queue(output)


def _queue_listener(function: Function, invoker: Invoker, queues: QueueClients, options: QueueOptions) -> Listener:
    # Brings the storage client, which takes half a second; see QueueClients.
    from local.host.queues.listener import QueueListener

    async def run(message: QueueMessage) -> bool:
        outcome = await invoker.run(function, message, reason=f"message {message.id}")
        return outcome.error is None

    with _naming(function):
        queue, poison = queues.queue(function.trigger), queues.poison_queue(function.trigger)
    return QueueListener(queue, poison, options, run)


def _timer(function: Function, invoker: Invoker, statuses: TimerStatuses, environment: Mapping[str, str]) -> Listener:
    trigger = function.trigger
    with _naming(function):
        schedule = parse_schedule(resolve(trigger.text("schedule"), environment))
        monitored = trigger.properties.get("useMonitor") is not False
        keeps = monitored and not comes_often(schedule, datetime.now(UTC))
        store = statuses.of(function.name) if keeps else None

    async def run(tick: Tick) -> None:
        await invoker.run(function, tick, reason="timer, past due" if tick.past_due else "timer")

    return Timer(function.name, schedule, run, store=store, on_startup=trigger.properties.get("runOnStartup") is True)


@contextmanager
def _naming(function: Function) -> Iterator[None]:
    """Say which function an error is about."""
    try:
        yield
    except (HostError, ValueError) as error:
        raise HostError(f"Function {function.name}: {error}") from error
