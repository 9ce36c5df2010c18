"""Posts alerts as signed JSON to one webhook: the receiver can be a Logic App, a SOAR or a script."""

import hashlib
import hmac
from datetime import timedelta

import aiohttp
import msgspec

from shared.domain.alerts import Alert, Delivery
from shared.domain.errors import Unavailable
from shared.domain.severities import Severity
from shared.outputs.addresses import PublicResolver, RefusedAddress, check_address

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_LONGEST_RETRY_AFTER = timedelta(hours=1)


def render(alert: Alert, delivery: Delivery) -> bytes:
    """The body: the alert in the API's words, why it is sent, and an id by which a receiver drops a repeat."""
    return msgspec.json.encode(
        {
            "schema": 1,
            "id": f"{alert.id}/{delivery.route}/{delivery.sequence}",
            "reason": delivery.reason,
            "alert": {
                "id": alert.id,
                "incidentId": alert.incident_id,
                "policyId": alert.policy_id,
                "title": alert.title,
                "severity": alert.severity,
                "status": alert.status,
                "appId": alert.app.app_id,
                "appDisplayName": alert.app.display_name,
                "servicePrincipalId": alert.app.service_principal_id,
                "identity": alert.app.resolution,
                "createdDateTime": alert.created_date_time,
                "firstActivityDateTime": alert.first_activity_date_time,
                "lastActivityDateTime": alert.last_activity_date_time,
                "evidenceCount": alert.evidence_count,
            },
        }
    )


def signature_of(body: bytes, secret: str) -> str:
    """``sha256=`` and the hexadecimal HMAC-SHA256 of the body, as the ``X-Consentry-Signature`` header carries it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Webhook:
    """One route. Keeps a session for the life of the process, made on first use."""

    name = "webhook"

    def __init__(self, url: str, secret: str | None, allowed_hosts: frozenset[str], minimum_severity: Severity) -> None:
        self._url = url
        self._secret = secret
        self._allowed_hosts = allowed_hosts
        self._minimum_severity = minimum_severity
        self._session: aiohttp.ClientSession | None = None

    def wants(self, alert: Alert) -> bool:
        return alert.severity.rank >= self._minimum_severity.rank

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        body = render(alert, delivery)
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Consentry-Signature"] = signature_of(body, self._secret)
        try:
            check_address(self._url, self._allowed_hosts)
            async with self._open().post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                if not 200 <= response.status < 300:
                    raise Unavailable(f"the webhook answered {response.status}", _retry_after(response))
        except RefusedAddress as error:
            raise Unavailable(str(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The error's own text holds the address, and with it the signature: only its kind is told.
            raise Unavailable(f"the webhook could not be reached: {type(error).__name__}") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=PublicResolver())
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=_TIMEOUT,
                # Answers are never read, so one that cannot be unpacked is no failure: it would be sent again.
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _retry_after(response: aiohttp.ClientResponse) -> timedelta | None:
    """Seconds only: a date would trust the other side's clock."""
    value = response.headers.get("Retry-After", "")
    if not (value.isascii() and value.isdigit()):
        return None
    # Compared by length first: Python refuses to read thousands of digits.
    return _LONGEST_RETRY_AFTER if len(value) > 9 else min(timedelta(seconds=int(value)), _LONGEST_RETRY_AFTER)
