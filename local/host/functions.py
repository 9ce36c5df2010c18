"""What the host knows of a function: its name, its trigger and its outputs, as the app declares them."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.host.errors import HostError

HTTP_TRIGGER = "httpTrigger"
QUEUE_TRIGGER = "queueTrigger"
TIMER_TRIGGER = "timerTrigger"
_TRIGGERS = (HTTP_TRIGGER, QUEUE_TRIGGER, TIMER_TRIGGER)
_OUTPUTS = ("http", "queue")


@dataclass(frozen=True, slots=True)
class Binding:
    """One binding of a function; ``properties`` holds it whole, as in a function.json."""

    name: str
    type: str
    outgoing: bool
    properties: Mapping[str, object]

    def text(self, key: str, default: str = "") -> str:
        """A property that is a text; ``default`` where it is absent or empty."""
        value = self.properties.get(key)
        return value if isinstance(value, str) and value else default


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app."""

    id: str
    name: str
    bindings: tuple[Binding, ...]

    @property
    def trigger(self) -> Binding:
        """The one binding that starts it."""
        return next(binding for binding in self.bindings if binding.type.endswith("Trigger"))

    @property
    def outputs(self) -> tuple[Binding, ...]:
        """The bindings it writes to."""
        return tuple(binding for binding in self.bindings if binding.outgoing)


def refuse_unknown_bindings(functions: tuple[Function, ...]) -> None:
    """Raise HostError for a binding type that the local host does not serve."""
    for function in functions:
        for binding in function.bindings:
            if binding.type not in (_OUTPUTS if binding.outgoing else _TRIGGERS):
                known = ", ".join((*_TRIGGERS, *_OUTPUTS))
                raise HostError(
                    f"Function {function.name} has a binding of type {binding.type}; the local host serves {known}."
                )
