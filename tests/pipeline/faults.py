"""A process that dies at a chosen call to the outside: before the call takes effect, or after it.

``Dying`` wraps the real ports. It counts every call of every port and, at the chosen one, raises ``Died``, which no
code of ours catches: to the code it is the end of the process. What the real port did until then stays done.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from inspect import iscoroutinefunction
from typing import Any, cast

from shared.pipeline.delivery.ports import CardRoute
from shared.pipeline.ports import Route
from shared.pipeline.services import Services

_PORTS = (
    *("ledger", "archive", "queue", "state", "aliases", "apps", "alerts", "intents", "alert_list"),
    *("pace", "held", "route_statuses"),
)


class Died(BaseException):
    """The process is gone. Not an Exception, so that nothing handles it."""


@dataclass
class Death:
    """When to die: at the call with this number (from 1), before or after it. 0 never comes."""

    at: int = 0
    after: bool = False
    calls: int = 0
    log: list[str] | None = None

    async def around(self, name: str, call: Callable[[], Awaitable[object]]) -> object:
        self.calls += 1
        if self.log is not None:
            self.log.append(name)
        chosen = self.calls == self.at
        if chosen and not self.after:
            raise Died(f"before {name}")
        result = await call()
        if chosen:
            raise Died(f"after {name}")
        return result


class DyingPort:
    def __init__(self, port: object, name: str, death: Death) -> None:
        self._port, self._name, self._death = port, name, death

    def __getattr__(self, method: str) -> object:
        real = getattr(self._port, method)
        if not callable(real):
            return real

        def call(*args: Any, **kwargs: Any) -> Any:
            if not iscoroutinefunction(real):
                return real(*args, **kwargs)
            return self._death.around(f"{self._name}.{method}", lambda: real(*args, **kwargs))

        return call


class _DyingCardRoute(DyingPort):
    """Shows that it takes cards: a protocol looks for methods and not for what ``__getattr__`` would give."""

    def __init__(self, port: CardRoute, name: str, death: Death) -> None:
        super().__init__(port, name, death)
        self.name = port.name
        for method in ("wants", "send", "send_summary", "send_heartbeat"):
            setattr(self, method, self.__getattr__(method))


def dying(services: Services, death: Death) -> Services:
    """The same services, every call of which may be the last."""
    present = [name for name in _PORTS if name in {field.name for field in fields(services)}]
    wrapped = {name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in present}
    routes = {name: _dying_route(route, f"route {name}", death) for name, route in services.routes.items()}
    return replace(services, **wrapped, routes=routes)


def _dying_route(route: Route, name: str, death: Death) -> Any:
    return _DyingCardRoute(route, name, death) if isinstance(route, CardRoute) else DyingPort(route, name, death)
