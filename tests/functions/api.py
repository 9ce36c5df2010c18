"""The API of a running host, as its callers use it."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from local.host.process import HostProcess
from tests.local.host.sample_host import Answer, send

NOBODY = "none"
"""Nobody known: a request without a token to a host whose persona is none."""
_KEPT_SECONDS = 600
"""Of the hour for which a token is good."""


@dataclass(frozen=True)
class Api:
    """``persona`` is who calls unless a call says otherwise."""

    host: HostProcess
    persona: str = "security-administrator"

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        persona: str | None = None,
    ) -> Answer:
        caller = persona or self.persona
        token = () if caller == NOBODY else (("Authorization", f"Bearer {self._token(caller)}"),)
        return send(self.host.address, path, method, (*token, *headers), body)

    def get(self, path: str, query: Mapping[str, object] | None = None, persona: str | None = None) -> Answer:
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path, persona=persona)

    def follow(self, link: str) -> Answer:
        """Gets an absolute address of this API, such as a ``nextLink``."""
        assert link.startswith(f"{self.host.address}/")
        parts = urlsplit(link)
        return self.request("GET", f"{parts.path}?{parts.query}")

    def send_json(
        self, method: str, path: str, document: object, *headers: tuple[str, str], persona: str | None = None
    ) -> Answer:
        body = json.dumps(document).encode()
        return self.request(method, path, body, (("Content-Type", "application/json"), *headers), persona)

    def update(self, alert_id: str, document: object, if_match: str | None = None, **options: Any) -> Answer:
        headers = (("If-Match", if_match),) if if_match is not None else ()
        return self.send_json("PATCH", f"/api/alerts/{alert_id}", document, *headers, **options)

    def _token(self, persona: str) -> str:
        return _token_of(self.host, persona, int(time.monotonic() // _KEPT_SECONDS))


@cache
def _token_of(host: HostProcess, persona: str, _period: int) -> str:
    return host.token(persona)


def header(answer: Answer, name: str) -> str | None:
    return next((value for each, value in answer.headers if each.lower() == name.lower()), None)


def problem(answer: Answer) -> dict[str, Any]:
    """The problem body, which must agree with the status."""
    assert header(answer, "content-type") == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == answer.status
    return {**document, "kind": document["type"].removeprefix("urn:consentry:problem:")}


def wrong_fields(answer: Answer) -> list[str]:
    assert answer.status == 400, answer
    return [error["field"] for error in problem(answer)["errors"]]
