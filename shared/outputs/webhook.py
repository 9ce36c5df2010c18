"""Posts alerts as signed JSON to one webhook: the receiver can be a Logic App, a SOAR or a script."""

import hashlib
import hmac

import msgspec

from shared.domain.alerts import Alert, Delivery
from shared.domain.severities import Severity
from shared.outputs.posting import GuardedPost


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
    """One route."""

    name = "webhook"

    def __init__(self, url: str, secret: str | None, allowed_hosts: frozenset[str], minimum_severity: Severity) -> None:
        self._post = GuardedPost("the webhook", url, allowed_hosts)
        self._secret = secret
        self._minimum_severity = minimum_severity

    def wants(self, alert: Alert) -> bool:
        return alert.severity.rank >= self._minimum_severity.rank

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        body = render(alert, delivery)
        signed = {"X-Consentry-Signature": signature_of(body, self._secret)} if self._secret else {}
        await self._post.post(body, signed)

    async def close(self) -> None:
        await self._post.close()
