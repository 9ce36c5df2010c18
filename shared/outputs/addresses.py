"""Which addresses the service may post to: the guard against being made to call inside the network.

Rules: https only, except to a loopback host that the operator listed by name; the host must be on the operator's
list; the name is resolved once and the connection goes to that very address (a second answer of the name server
changes nothing); private, link-local and other special ranges are refused; redirects are never followed.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's own service beside every machine: it hands out configuration
            "::/96",  # carries an IPv4 address, which may be one inside the network; so does the next
            "64:ff9b::/96",
            "fec0::/10",  # site-local: withdrawn, but some networks still route it
        ),
    )
)
"""Special ranges that Python's ``is_global`` lets through."""


class RefusedAddress(Exception):
    """The address may not be called. The message names the host, never the path or query: they may hold a signature."""


def check_address(url: str, allowed_hosts: frozenset[str]) -> None:
    """Raises RefusedAddress unless ``url`` is https (or loopback http) to an allowed host.

    A name that starts with a dot allows every host below it: ``.example.com`` allows ``a.example.com``.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise RefusedAddress("the address cannot be read") from None  # the error's own text may repeat it
    host = (parts.hostname or "").lower()
    if not is_allowed_host(host, allowed_hosts):
        raise RefusedAddress(f"host {host!r} is not among the allowed hosts")
    if "@" in parts.netloc:
        raise RefusedAddress(f"the address of {host!r} carries a user name")
    if _is_special_literal(host) and not is_loopback_host(host):
        raise RefusedAddress(f"{host!r} is not a public address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_host(host)):
        raise RefusedAddress(f"{host!r} must be called by https")


def is_allowed_host(host: str, allowed_hosts: frozenset[str]) -> bool:
    """``host`` in lower case, as a parsed address gives it."""
    below = any(allowed.startswith(".") and host.endswith(allowed) for allowed in allowed_hosts)
    return not host.startswith(".") and (below or host in allowed_hosts)


def is_loopback_host(host: str) -> bool:
    """True only for the plain spellings of this machine; decimal, octal and hexadecimal ones are not."""
    return host in {"127.0.0.1", "localhost", "::1"}


def _is_special_literal(host: str) -> bool:
    """A literal address is never resolved, so its range is checked here. Odd spellings are no address to us."""
    try:
        return not _is_public(host)
    except ValueError:
        return host.replace(".", "").isdigit() or host.startswith("0x")


def _is_public(address: str) -> bool:
    """Raises ValueError for text that is no address."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_global and not parsed.is_multicast and not any(parsed in network for network in _REFUSED)


class PublicResolver(AbstractResolver):
    """Resolves a name once per connection and drops every answer that is not a public address.

    A loopback host that passed ``check_address`` was listed by the operator and stays allowed.
    """

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        results = await self._resolver.resolve(host, port, family)
        if is_loopback_host(host):
            return [result for result in results if ipaddress.ip_address(result["host"]).is_loopback]
        public = [result for result in results if _is_public(result["host"])]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        await self._resolver.close()
