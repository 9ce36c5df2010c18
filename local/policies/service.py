"""The policies of a running service, as ``python -m local policies diff`` and ``apply`` speak to it."""

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from shared.policies.errors import Problem

_PATH = "/api/policy-files"
_SECONDS = 300
_LARGEST_ANSWER = 64 * 1024 * 1024


class ServiceError(Exception):
    """The service cannot be asked, or refuses. ``problems`` are those of the folder, if that is why."""

    def __init__(self, text: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.problems = problems


class PolicyService:
    """``token`` is sent to this address and to no other: redirects are not followed."""

    def __init__(self, address: str, token: str) -> None:
        """Raises ServiceError for an address to which no token may be sent."""
        parts = urlsplit(address)
        if not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ServiceError("--service is an address such as https://consentry.contoso.example")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            raise ServiceError("--service must be https: the token would be sent in the clear")
        self._is_secure = parts.scheme == "https"
        self._netloc = parts.netloc
        self._token = token

    def send(self, folder: dict[str, Any], if_match: str | None = None) -> tuple[dict[str, Any], str | None]:
        """The answer, and the state of all policies that it is about. Raises ServiceError."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if if_match is not None:
            headers["If-Match"] = if_match
        status, answer, etag = self._ask(json.dumps(folder).encode(), headers)
        if status != 200:
            errors = answer.get("errors", [])
            told = tuple(f"{each['field']}: {each['message']}" for each in errors)
            raise ServiceError(f"the service answers {status}: {answer.get('detail', 'nothing more')}", told)
        return answer, etag

    def _ask(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any], str | None]:
        connection = self._connection()
        try:
            connection.request("POST", _PATH, body, headers)
            response = connection.getresponse()
            content = response.read(_LARGEST_ANSWER)
            answer = json.loads(content) if "json" in response.headers.get("Content-Type", "") else {}
        except (OSError, HTTPException, ValueError) as error:
            raise ServiceError(f"the service cannot be asked: {type(error).__name__}: {error}") from None
        finally:
            connection.close()
        return response.status, answer, response.headers.get("ETag")

    def _connection(self) -> HTTPConnection:
        if self._is_secure:
            return HTTPSConnection(self._netloc, timeout=_SECONDS, context=ssl.create_default_context())
        return HTTPConnection(self._netloc, timeout=_SECONDS)


def problems_in(answer: dict[str, Any]) -> list[Problem]:
    """The problems that the service found."""
    return [
        Problem(each["message"], (each["key"],) if each["key"] else (), each["policyId"], each["file"], each["line"])
        for each in answer["problems"]
    ]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
