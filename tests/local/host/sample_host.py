"""The sample app in a host process, and requests to it."""

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

SAMPLE = Path(__file__).with_name("sample")
NEVER = "0 0 0 29 2 Mon"


class Answer(NamedTuple):
    """An HTTP answer; header names as sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def sample_settings(connection_string: str) -> dict[str, str]:
    """Settings of the sample app: queues of its own, and a timer that does not tick."""
    name = uuid4().hex[:12]
    return {
        "AzureWebJobsStorage": connection_string,
        "WORK_QUEUE": f"work{name}",
        "RESULT_QUEUE": f"result{name}",
        "TICK_SCHEDULE": NEVER,
    }


def send(
    address: str,
    path: str,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
) -> Answer:
    """Send one request just as it is written here: repeated headers and odd paths too."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.putrequest(method, path)
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()
