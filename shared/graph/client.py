"""The SDK's client under our rules. Imported on first use only: the SDK takes about a second.

Switched off: the SDK's middleware. Its retries repeat writes as well and know no end of a run; its redirects may lead
to another host.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from azure.core.exceptions import AzureError
from azure.identity.aio import ManagedIdentityCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import ResponseHandlerOption
from kiota_http.observability_options import ObservabilityOptions
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from shared.domain.errors import Unavailable
from shared.graph.endpoints import Endpoint
from shared.graph.failures import AnswerTooLarge
from shared.graph.limits import Limits
from shared.graph.transport import CappedTransport, TooManyBytes, UnusableAnswer

_NATIVE: RequestConfiguration[Any] = RequestConfiguration(options=[ResponseHandlerOption(NativeResponseHandler())])
"""Hands back the answer as it is, whatever its status: parsing into the SDK's models costs 5 ms an object."""

_HEADERS = {
    "Accept": "application/json",
    # Reading is our background work: the tenant's other apps come first where its quota runs short.
    "x-ms-throttle-priority": "low",
}


class GraphClient:
    """One identity at one address. Use it within one event loop, and close it."""

    def __init__(self, address: str, client_id: str | None, audience: str, limits: Limits) -> None:
        # It logs every address at INFO, and links carry what must not be read in a log.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._limits = limits
        self._credential = ManagedIdentityCredential(client_id=client_id)
        self._http = httpx.AsyncClient(
            transport=CappedTransport(limits.body_bytes),
            timeout=httpx.Timeout(limits.request_seconds, connect=limits.connect_seconds),
            headers={"Accept-Encoding": "gzip"},
            trust_env=False,
        )
        authentication = AzureIdentityAuthenticationProvider(
            self._credential,
            scopes=[f"{audience}/.default"],
            allowed_hosts=[urlsplit(address).hostname or ""],
            is_cae_enabled=False,
        )
        self._adapter = GraphRequestAdapter(authentication, client=self._http)
        self._adapter.base_url = f"{address}/v1.0"
        self._adapter.observability_options = ObservabilityOptions(include_euii_attributes=False)
        self._service = GraphServiceClient(request_adapter=self._adapter)

    async def send(
        self,
        endpoint: Endpoint,
        method: str,
        url: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request to an absolute ``url``, tried once. The answer has any status. Raises Unavailable."""
        request = RequestInformation(method=Method(method))
        request.url = url
        for name, value in (_HEADERS | dict(headers or {})).items():
            request.headers.add(name, value)
        request.add_request_options(_NATIVE.options)
        if content is not None:
            request.headers.add("Content-Type", "application/json")
            request.content = content
        return await self._exchange(endpoint, self._adapter.send_primitive_async(request, "bytes", {}))

    async def send_typed(
        self, endpoint: Endpoint, call: Callable[[GraphServiceClient, RequestConfiguration[Any]], Awaitable[object]]
    ) -> httpx.Response:
        """A call of the SDK's own builders with the configuration that is handed in, tried once, as ``send``."""
        return await self._exchange(endpoint, call(self._service, _NATIVE))

    async def close(self) -> None:
        await self._http.aclose()
        await self._credential.close()

    async def _exchange(self, endpoint: Endpoint, call: Awaitable[object]) -> httpx.Response:
        with _translated(endpoint):
            # The client's own timeouts are between two pieces of an answer: one that drips would never end.
            async with asyncio.timeout(self._limits.request_seconds):
                return cast(httpx.Response, await call)


@contextmanager
def _translated(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except TooManyBytes as error:
        raise AnswerTooLarge(f"{endpoint.name} {error}") from None
    except UnusableAnswer as error:
        raise Unavailable(f"{endpoint.name} {error}") from None
    except (TimeoutError, httpx.TimeoutException):
        raise Unavailable(f"{endpoint.name} did not answer in time") from None
    except httpx.HTTPError as error:
        # Its own text may hold the address: only its kind is told.
        raise Unavailable(f"{endpoint.name} could not be read: {type(error).__name__}") from None
    except AzureError as error:
        raise Unavailable(f"no token for {endpoint.name}: {type(error).__name__}") from None
