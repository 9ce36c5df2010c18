"""The policies of a running service, as ``python -m local policies diff`` and ``apply`` speak to it."""

import base64
import json
import re
import ssl
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from shared.policies.errors import Problem

_PATH = "/api/policy-files"
_SECONDS = 300
_LARGEST_ANSWER = 64 * 1024 * 1024
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""RFC 6750. What else a token holds would stand in the text of an error, and so in the log of a pipeline."""
_HINTS: Final = {
    401: "it does not accept the token: it is for another service, or has expired",
    403: "the token's app or user lacks the right",
    404: "there is no such service at this address",
    413: "the folder is too large to be sent at once",
}


class ServiceError(Exception):
    """The service cannot be asked, or refuses. ``problems`` are those of the folder, if that is why."""

    def __init__(self, text: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.problems = problems


class PolicyService:
    """``token`` is sent to this address and to no other: redirects are not followed.

    None will do for a service on this machine, such as the demonstration, which signs nobody in.
    """

    def __init__(self, address: str, token: str | None) -> None:
        """Raises ServiceError for an address to which no token may be sent, and for what is no token."""
        self._address = _parts(address)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {_checked(token.strip())}"

    def send(self, folder: dict[str, Any], if_match: str | None = None) -> tuple[dict[str, Any], str | None]:
        """The answer, and the state of all policies that it is about. Raises ServiceError."""
        headers = self._headers if if_match is None else {**self._headers, "If-Match": if_match}
        response, answer = self._ask(json.dumps(folder).encode(), headers)
        if response.status != 200:
            raise _refusal(response, answer)
        if not isinstance(answer, dict) or not {"problems", "changes"} <= answer.keys():
            raise ServiceError("what answers at this address is not Consentry")
        return answer, response.headers.get("ETag")

    def _ask(self, body: bytes, headers: dict[str, str]) -> tuple[HTTPResponse, object]:
        try:
            connection = _connection(self._address)
            try:
                connection.request("POST", _PATH, body, headers)
                response = connection.getresponse()
                content = response.read(_LARGEST_ANSWER)
            finally:
                connection.close()
            return response, json.loads(content) if "json" in response.headers.get("Content-Type", "") else None
        except (OSError, HTTPException, ValueError) as error:
            raise ServiceError(f"the service cannot be asked: {type(error).__name__}: {error}") from None


def problems_in(answer: dict[str, Any]) -> list[Problem]:
    """The problems that the service found."""
    return [
        Problem(each["message"], (each["key"],) if each["key"] else (), each["policyId"], each["file"], each["line"])
        for each in answer["problems"]
    ]


def needs_token(address: str) -> bool:
    """Raises ServiceError for what is no address of a service."""
    return not _is_here(_parts(address).hostname or "")


def _checked(token: str) -> str:
    """Raises ServiceError."""
    if not _TOKEN.fullmatch(token):
        raise ServiceError("the token holds signs that no token has")
    return token


def _parts(address: str) -> SplitResult:
    """Raises ServiceError."""
    wrong = ServiceError("--service is an address such as https://consentry.contoso.example")
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise wrong from None
    if not has_host or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        raise ServiceError("--service must be https: the token would be sent in the clear")
    return parts


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _connection(address: SplitResult) -> HTTPConnection:
    """Through the proxy that the environment names, if any: it sees where the call goes, and nothing of it."""
    host = address.hostname or ""
    if address.scheme != "https":
        return HTTPConnection(host, address.port or 80, timeout=_SECONDS)
    port, context = address.port or 443, ssl.create_default_context()
    proxy = None if proxy_bypass(host) else getproxies().get("https")
    if not proxy:
        return HTTPSConnection(host, port, timeout=_SECONDS, context=context)
    through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    tunnel = HTTPSConnection(through.hostname or "", through.port or 80, timeout=_SECONDS, context=context)
    tunnel.set_tunnel(host, port, _credentials(through))
    return tunnel


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _refusal(response: HTTPResponse, answer: object) -> ServiceError:
    told = answer if isinstance(answer, dict) else {}
    status = response.status
    if 300 <= status < 400:
        there = response.headers.get("Location", "nowhere")
        return ServiceError(f"the service answers {status} and points to {there:.200}: no token is sent there")
    errors = told.get("errors")
    problems = tuple(
        f"{each.get('field')}: {each.get('message')}"
        for each in (errors if isinstance(errors, list) else [])
        if isinstance(each, dict)
    )
    return ServiceError(
        f"the service answers {status}: {told.get('detail') or _HINTS.get(status, 'nothing more')}", problems
    )
