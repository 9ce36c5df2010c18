"""A client of Graph made from its public documentation alone: HTTP, JSON and nothing of ours."""

import asyncio
import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode, urlsplit

RESOURCE = "https://graph.microsoft.com"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.json["error"]["code"])

    @property
    def values(self) -> list[dict[str, Any]]:
        return list(self.json["value"])


class PlainClient:
    """Calls as one identity. It blocks in threads, as the server runs in the test's loop."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    @classmethod
    async def signed_in(cls, environment: Mapping[str, str], client_id: str) -> Self:
        """With the token that the platform gives the app for this managed identity."""
        answer = await identity_token(environment, client_id)
        assert answer.status == 200, answer.text
        return cls(environment["GRAPH_ENDPOINT"], answer.json["access_token"])

    async def get(
        self, path: str, options: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """``path`` below ``/v1.0``, or a whole link."""
        query = f"?{urlencode(options, quote_via=quote)}" if options else ""
        return await self.send("GET", f"{path}{query}", headers=headers)

    async def everything(self, path: str, options: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """All pages of a list."""
        answer = await self.get(path, options)
        found = answer.values
        while link := answer.json.get("@odata.nextLink"):
            answer = await self.get(link)
            found += answer.values
        return found

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, version: str = "v1.0"
    ) -> Answer:
        target = path.removeprefix(self.address) if path.startswith("http") else f"/{version}{path}"
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return await asyncio.to_thread(exchange, self.address, method, target, body, sent)


async def identity_token(environment: Mapping[str, str], client_id: str, /, **changes: str) -> Answer:
    """Ask the platform for a token; ``changes`` to the query make it wrong."""
    options = {"resource": RESOURCE, "api-version": "2019-08-01", "client_id": client_id, **changes}
    address = urlsplit(environment["IDENTITY_ENDPOINT"])
    headers = {"X-IDENTITY-HEADER": environment["IDENTITY_HEADER"]}
    target = f"{address.path}?{urlencode(options)}"
    return await asyncio.to_thread(exchange, f"http://{address.netloc}", "GET", target, None, headers)


def exchange(address: str, method: str, target: str, body: Any, headers: Mapping[str, str]) -> Answer:
    """One request. Text is sent as a form, anything else as JSON."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        sent = body if body is None or isinstance(body, str) else json.dumps(body)
        kind = "application/x-www-form-urlencoded" if isinstance(body, str) else "application/json"
        connection.request(method, target, sent, {**({"Content-Type": kind} if sent else {}), **headers})
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, response.read().decode())
    finally:
        connection.close()
