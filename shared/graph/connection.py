"""The connection to Graph as one managed identity. The client is built on first use and then kept."""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.domain.streams import Family
from shared.graph.endpoints import Endpoint
from shared.graph.failures import code_in, failure_of
from shared.graph.limits import Limits
from shared.graph.request_pace import RequestPace
from shared.graph.waits import retry_after

if TYPE_CHECKING:  # The SDK takes about a second to import: only what calls Graph waits for it.
    from collections.abc import Awaitable, Callable, Mapping

    import httpx
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.graph_service_client import GraphServiceClient

    from shared.graph.client import GraphClient

_LONGEST_LINK = 30_000
"""Characters: a property of a Table row holds little more."""


class GraphConnection:
    """All readers of one identity share one. Use it within one event loop, and close it at the end.

    ``endpoint`` is Graph's address without a path, https or loopback; tokens are sent to nothing else. They are asked
    for ``audience``, which is an https endpoint itself (a national cloud has its own). ``client_id`` names the
    user-assigned identity; None is the system-assigned one.
    """

    def __init__(
        self,
        endpoint: str,
        client_id: str | None = None,
        *,
        audience: str = "https://graph.microsoft.com",
        limits: Limits | None = None,
    ) -> None:
        self._address = endpoint.rstrip("/").lower()
        self._client_id = client_id
        self._audience = audience.rstrip("/")
        self._client: GraphClient | None = None
        self.limits = limits or Limits()
        self._paces = {
            Family.REPORTS: RequestPace(5, 5 * self.limits.report_pause_seconds),
            Family.IDENTITY_PROTECTION: RequestPace(1, self.limits.identity_pause_seconds),
        }

    def address_of(self, endpoint: Endpoint, path: str) -> str:
        """The absolute address of a path of the endpoint, which begins with a slash, after the version."""
        return f"{self._address}/{endpoint.version}{path}"

    def is_own(self, link: str) -> bool:
        """Whether the link leads to the endpoint (same scheme, host and port), and can be followed and stored.

        As text, which no two ways of reading an address can disagree about.
        """
        is_plain = link.isascii() and link.isprintable() and len(link) <= _LONGEST_LINK
        return is_plain and link.startswith(f"{self._address}/")

    async def send(
        self,
        endpoint: Endpoint,
        method: str,
        url: str,
        content: bytes | None = None,
        headers: "Mapping[str, str] | None" = None,
    ) -> "httpx.Response":
        """One request, tried once, to an absolute address of ours; the answer is a success.

        ``headers`` stand in place of those that every request has. A request of a family
        that takes few waits for its turn first.
        Raises Unavailable, PermissionMissing, NotLicensed, NotFound, DeltaExpired and Refused.
        """
        if not self.is_own(url):
            raise ValueError(f"{endpoint.name}: the address is not of the endpoint")
        async with self._turn(endpoint):
            response = await self._opened().send(endpoint, method, url, content, headers)
        return self._checked(endpoint, response)

    async def send_typed(
        self,
        endpoint: Endpoint,
        call: "Callable[[GraphServiceClient, RequestConfiguration[Any]], Awaitable[object]]",
    ) -> "httpx.Response":
        """As ``send``, by the SDK's own builders."""
        return self._checked(endpoint, await self._opened().send_typed(endpoint, call))

    async def close(self) -> None:
        """Close what was opened."""
        if self._client is not None:
            await self._client.close()

    def _opened(self) -> "GraphClient":
        from shared.graph.client import GraphClient

        if self._client is None:
            self._client = GraphClient(self._address, self._client_id, self._audience, self.limits)
        return self._client

    def _turn(self, endpoint: Endpoint) -> AbstractAsyncContextManager[None]:
        pace = self._paces.get(endpoint.family) if endpoint.family else None
        return pace.turn() if pace else nullcontext()

    @staticmethod
    def _checked(endpoint: Endpoint, response: "httpx.Response") -> "httpx.Response":
        if response.is_success:
            return response
        wait = retry_after(response.headers, datetime.now(UTC))
        raise failure_of(endpoint, response.status_code, code_in(response.content), wait)
