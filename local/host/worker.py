"""The Python worker that Azure itself runs, driven from here: index an app, invoke one of its functions.

The only module that knows ``azure_functions_runtime``. The entries used are not documented, so its version is
pinned and the tests of this package guard an upgrade. The worker keeps what it indexed in module state:
one app a process.
"""

import json
import logging
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

# The package ships no types.
from azure_functions_runtime import (  # type: ignore[import-untyped]
    functions_metadata_request,
    start_threadpool_executor,
    stop_threadpool_executor,
    worker_init_request,
)
from azure_functions_runtime.bindings.datumdef import Datum  # type: ignore[import-untyped]
from azure_functions_runtime.native_invocation import (  # type: ignore[import-untyped]
    invocation_request_native,
)

from local.host.errors import HostError
from local.host.functions import Binding, Function
from local.host.invocation import (
    HttpRequest,
    HttpResponse,
    Outcome,
    OutputMessage,
    Payload,
    QueueMessage,
    Tick,
    TimerStatus,
    TraceContext,
)

_ENTRY = "function_app.py"


class _Record(SimpleNamespace):
    """A record of the worker's protocol that the host keeps as it comes."""


class _StatusResult(_Record):
    Failure, Success = 0, 1


class _BindingInfo(_Record):
    undefined = 0
    # The values of BindingDirection in azure.functions, which the worker compares with these.
    out, inout = 1, 2


# Stands in for the protobuf module; the worker only builds records with it.
_PROTOCOL = SimpleNamespace(
    BindingInfo=_BindingInfo,
    FunctionMetadataResponse=_Record,
    RpcException=_Record,
    RpcFunctionMetadata=_Record,
    RpcRetryOptions=_Record,
    StatusResult=_StatusResult,
    WorkerInitResponse=_Record,
    WorkerMetadata=_Record,
)


async def index(app: Path) -> tuple[Function, ...]:
    """Import the app in folder ``app`` and list its functions in alphabetical order.

    Raises HostError with the message that Azure would log. Indexing twice in a process gives the first app.
    """
    if not (app / _ENTRY).is_file():
        raise HostError(f"There is no {_ENTRY} in {app}.")
    sys.path.insert(0, str(app))
    start_threadpool_executor()
    # The worker logs stack traces of its own for an app that it refuses; the message below is enough.
    log = logging.getLogger("azure.functions")
    log.setLevel(logging.CRITICAL)
    started = await worker_init_request(_init_request(app))
    listed = await functions_metadata_request(None)
    log.setLevel(logging.WARNING)
    if started.result.status != _StatusResult.Success:
        raise HostError(_refusal(app, started.result.exception))
    if not listed.function_metadata_results:
        raise HostError(f"The app in {app} has no functions.")
    functions = (
        Function(each.function_id, each.name, tuple(_binding(raw) for raw in each.raw_bindings))
        for each in listed.function_metadata_results
    )
    return tuple(sorted(functions, key=lambda function: function.name.casefold()))


def stop() -> None:
    """Wait for the running synchronous functions and end their threads."""
    stop_threadpool_executor()


async def invoke(function: Function, payload: Payload, trace: TraceContext) -> Outcome:
    """Run a function once. Its exceptions come back as ``Outcome.error``; none is raised."""
    value, metadata = _encode(payload)
    _ok, returned, outputs, error, _traceback = await invocation_request_native(
        str(uuid4()),
        function.id,
        [(function.trigger.name, value)],
        metadata,
        trace.parent,
        trace.state,
    )
    if error is not None:
        return Outcome(error=error)
    results = list(outputs) if returned is None else [("$return", returned), *outputs]
    return _outcome(function, results)


def _init_request(app: Path) -> SimpleNamespace:
    request = SimpleNamespace(capabilities={}, function_app_directory=str(app))
    return SimpleNamespace(
        request=SimpleNamespace(worker_init_request=request),
        properties={"host": "127.0.0.1", "protos": _PROTOCOL},
    )


def _binding(raw: str) -> Binding:
    properties = json.loads(raw)
    return Binding(properties["name"], properties["type"], properties["direction"] == "OUT", properties)


def _refusal(app: Path, error: Any) -> str:
    # The tail lists sys.path, which says nothing to the reader here.
    message = str(error.message).partition(" Current sys.path")[0]
    frames = re.findall(r'File "([^"]+)", line (\d+)', error.stack_trace)
    own = [f" ({path}, line {line})" for path, line in frames if Path(path).is_relative_to(app)]
    return f"The app in {app} was refused: {message}{own[-1] if own else ''}"


def _encode(payload: Payload) -> tuple[Datum, dict[str, Datum]]:
    match payload:
        case HttpRequest():
            return Datum(_http_fields(payload), "http"), {}
        case QueueMessage():
            return _text(payload.body), {
                "Id": _text(payload.id),
                "DequeueCount": _text(str(payload.dequeue_count)),
                "InsertionTime": _text(payload.inserted.isoformat()),
                "ExpirationTime": _text(payload.expires.isoformat()),
                "NextVisibleTime": _text(payload.next_visible.isoformat()),
                "PopReceipt": _text(payload.pop_receipt),
            }
        case Tick():
            return Datum(json.dumps(_tick_fields(payload)), "json"), {}


def _http_fields(request: HttpRequest) -> dict[str, Any]:
    return {
        "method": _text(request.method),
        "url": _text(request.url),
        "headers": {name: _text(value) for name, value in request.headers.items()},
        "query": {name: _text(value) for name, value in request.query.items()},
        "params": {name: _text(value) for name, value in request.route.items()},
        "body": Datum(request.body, "bytes"),
    }


def _tick_fields(tick: Tick) -> dict[str, Any]:
    def moments(status: TimerStatus) -> dict[str, str]:
        last = status.last.isoformat() if status.last else "0001-01-01T00:00:00+00:00"
        return {"Last": last, "Next": status.next.isoformat(), "LastUpdated": status.updated.isoformat()}

    return {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": moments(tick.status) if tick.status else None,
        "IsPastDue": tick.past_due,
    }


def _text(value: str) -> Datum:
    return Datum(value, "string")


def _outcome(function: Function, results: list[tuple[str, Datum]]) -> Outcome:
    kinds = {output.name: output.type for output in function.outputs}
    response: HttpResponse | None = None
    messages: list[OutputMessage] = []
    for name, datum in results:
        if kinds[name] == "http":
            response = _http_response(datum)
        else:
            messages += (OutputMessage(name, text) for text in _queue_texts(datum))
    return Outcome(response=response, messages=tuple(messages))


def _http_response(datum: Datum) -> HttpResponse:
    if datum.type != "http":
        return HttpResponse(200, (("content-type", "text/plain; charset=utf-8"),), _bytes(datum))
    fields = datum.value
    headers = [(name, value.value) for name, value in fields["headers"].items()]
    headers += (
        ("Set-Cookie", morsel.OutputString()) for cookie in fields["cookies"] or () for morsel in cookie.values()
    )
    return HttpResponse(int(fields["status_code"].value), tuple(headers), _bytes(fields["body"]))


def _queue_texts(datum: Datum) -> list[str]:
    if datum.value is None:
        return []
    value = json.loads(datum.value) if datum.type == "json" else datum.value
    # A list is one message an element. Anything but a text travels as JSON: a func.QueueMessage too,
    # which arrives as {"id": null, "body": "…"}, so set a str.
    items = value if isinstance(value, list) else [value]
    return [_queue_text(item) for item in items]


def _queue_text(item: Any) -> str:
    if isinstance(item, bytes):
        return item.decode()
    return item if isinstance(item, str) else json.dumps(item)


def _bytes(datum: Datum) -> bytes:
    value = datum.value
    return value if isinstance(value, bytes) else str(value).encode()
