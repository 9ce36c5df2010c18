"""The admin endpoints: run a function at once, list the functions, tell the state of the host."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Literal

from local.host.functions import HTTP_TRIGGER, QUEUE_TRIGGER, Function
from local.host.http.asgi import Request, Response, json_response
from local.host.invocation import HttpRequest, Payload, QueueMessage, Tick
from local.host.invoker import Invoker


@dataclass(slots=True)
class HostState:
    """What ``GET /admin/host/status`` tells."""

    id: str
    state: Literal["Starting", "Running", "Stopping"] = "Starting"
    since: float = field(default_factory=monotonic)


class Admin:
    """Answers below ``/admin/``. Locally no key is asked for."""

    def __init__(
        self, state: HostState, functions: tuple[Function, ...], disabled: frozenset[str], invoker: Invoker
    ) -> None:
        self._state = state
        self._functions: Mapping[str, Function] = {each.name.lower(): each for each in functions}
        self._disabled = disabled
        self._invoker = invoker

    async def respond(self, request: Request) -> Response:
        """The answer: 404 for what is not there."""
        match (request.method, *request.route_path.strip("/").lower().split("/")):
            case ["GET", "admin", "host", "status"]:
                return json_response(200, self._status())
            case ["GET", "admin", "functions"]:
                return json_response(200, [self._describe(each) for each in self._functions.values()])
            case ["GET", "admin", "functions", name] if name in self._functions:
                return json_response(200, self._describe(self._functions[name]))
            case ["POST", "admin", "functions", name] if name in self._functions:
                return self._start(self._functions[name], request.body)
            case _:
                return Response(404)

    def _start(self, function: Function, body: bytes) -> Response:
        try:
            document = json.loads(body or b"{}")
            text = str(document.get("input") or "")
        except (ValueError, AttributeError):
            return Response(400)
        # A disabled function starts too: the switch stops its trigger only.
        self._invoker.start(function, _payload(function, text), reason="admin endpoint")
        return Response(202)

    def _status(self) -> dict[str, object]:
        return {
            "id": self._state.id,
            "state": self._state.state,
            "computerName": socket.gethostname(),
            "processUptime": int((monotonic() - self._state.since) * 1000),
        }

    def _describe(self, function: Function) -> dict[str, object]:
        return {
            "name": function.name,
            "language": "python",
            "isDisabled": function.name in self._disabled,
            "config": {"bindings": [dict(binding.properties) for binding in function.bindings]},
        }


def _payload(function: Function, text: str) -> Payload:
    if function.trigger.type == HTTP_TRIGGER:
        url = f"http://127.0.0.1/admin/functions/{function.name}"
        return HttpRequest("POST", url, headers={}, query={}, route={}, body=text.encode())
    if function.trigger.type == QUEUE_TRIGGER:
        now = datetime.now(UTC)
        return QueueMessage("", text, 1, inserted=now, expires=now, next_visible=now, pop_receipt="")
    return Tick(past_due=False)
