"""host.json: the settings of the host itself."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from local.host.errors import HostError
from local.host.queues.encoding import Encoding
from local.host.timespan import parse_timespan

_OVERRIDE = "AzureFunctionsJobHost__"
_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """``extensions.queues``."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    visibility_timeout: timedelta
    max_polling_interval: timedelta
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class HostJson:
    """The parts of host.json that the local host follows."""

    route_prefix: str
    queues: QueueOptions
    function_timeout: timedelta
    log_level: int


def read_host_json(file: Path, environment: Mapping[str, str]) -> HostJson:
    """Read host.json, with overrides like ``AzureFunctionsJobHost__extensions__queues__batchSize=1``.

    Raises HostError for a value that the platform would refuse.
    """
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise HostError(f"{file} cannot be read: {error}") from error
    if not isinstance(document, dict) or document.get("version") != "2.0":
        raise HostError(f'{file} has no "version": "2.0".')
    values = _flatten(document) | _overrides(environment)
    try:
        return HostJson(
            route_prefix=str(values.get("extensions.http.routeprefix", "api")).strip("/"),
            queues=_queues(values),
            function_timeout=_timespan(values, "functiontimeout", "00:30:00"),
            log_level=_LEVELS[str(values.get("logging.loglevel.default", "Information")).lower()],
        )
    except (ValueError, KeyError) as error:
        raise HostError(f"{file} has a value that cannot be used: {error}") from error


def _flatten(document: Mapping[str, object], above: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in document.items():
        path = above + key.lower()
        flat |= _flatten(value, path + ".") if isinstance(value, dict) else {path: value}
    return flat


def _overrides(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(_OVERRIDE).replace("__", ".").lower(): value
        for name, value in environment.items()
        if name.startswith(_OVERRIDE)
    }


def _queues(values: Mapping[str, object]) -> QueueOptions:
    prefix = "extensions.queues."
    batch_size = _number(values, prefix + "batchsize", 16, 1, 32)
    encoding = str(values.get(prefix + "messageencoding", "base64")).lower()
    if encoding not in {"base64", "none"}:
        raise ValueError(f"messageEncoding {encoding!r}")
    return QueueOptions(
        batch_size=batch_size,
        new_batch_threshold=_number(values, prefix + "newbatchthreshold", batch_size // 2, 0, 1000),
        max_dequeue_count=_number(values, prefix + "maxdequeuecount", 5, 1, 1000),
        visibility_timeout=_timespan(values, prefix + "visibilitytimeout", "00:00:00"),
        max_polling_interval=_timespan(values, prefix + "maxpollinginterval", "00:01:00"),
        encoding="none" if encoding == "none" else "base64",
    )


def _number(values: Mapping[str, object], key: str, default: int, least: int, most: int) -> int:
    number = int(str(values.get(key, default)))
    if not least <= number <= most:
        raise ValueError(f"{key} is {number}, not {least} to {most}")
    return number


def _timespan(values: Mapping[str, object], key: str, default: str) -> timedelta:
    return parse_timespan(str(values.get(key, default)))
