"""What Identity Protection detects of service principals: it writes nothing to the directory and leaves no audit."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from local.tenant.directory.collections import Object
from local.tenant.directory.errors import not_found
from local.tenant.directory.ragged_times import ragged_time
from local.tenant.directory.state import State

RISK_DETECTIONS, RISKY_PRINCIPALS = "riskDetections", "riskyServicePrincipals"
FILLED_AFTER = timedelta(minutes=10)
"""From then on a detection has its source, names and appId."""
_LATE = ("source", "detectionTimingType", "servicePrincipalDisplayName", "appId", "tokenIssuerType")


class Risks(State):
    """The part of ``Tenant`` for risks. Each version of a detection is a record of a log of its own."""

    def detect_risk(
        self, app_id: str, kind: str, level: str = "high", address: str | None = None, keys: Iterable[str] = ()
    ) -> str:
        """The id of the detection; the principal is at risk from now on. Raises Refused for an app that is not here.

        ``kind`` is a ``riskEventType``; ``keys`` are the ids of leaked credentials.
        """
        principal = self.service_principal_of(app_id)
        if principal is None:
            raise not_found(app_id)
        now, random = self.clock.now(), Random(f"{app_id} {kind} {self.clock.now().isoformat()}")
        whole = _detection(self.new_id(), principal, kind, level, now, random)
        whole |= {"ipAddress": address, "keyIds": list(keys)}
        log = self.log(RISK_DETECTIONS)
        log.emit({**whole, **dict.fromkeys(_LATE), "lastUpdatedDateTime": ragged_time(now, random)}, now)
        filled = now + FILLED_AFTER / log.factor
        log.emit({**whole, "lastUpdatedDateTime": ragged_time(filled, random)}, filled)
        self.judge_risk(app_id, "atRisk", level)
        return str(whole["id"])

    def judge_risk(self, app_id: str, state: str, level: str = "none", detail: str = "none") -> None:
        """The risk of a principal as it stands from now on, e.g. ``dismissed`` by an administrator."""
        principal = self.service_principal_of(app_id)
        if principal is None:
            raise not_found(app_id)
        now = self.clock.now()
        record = {
            "id": principal["id"],
            "appId": app_id,
            "displayName": principal["displayName"],
            "isEnabled": principal["accountEnabled"],
            "isProcessing": False,
            "riskDetail": detail,
            "riskLastUpdatedDateTime": ragged_time(now, Random(f"{app_id} {now.isoformat()}")),
            "riskLevel": level,
            "riskState": state,
            "servicePrincipalType": principal["servicePrincipalType"],
        }
        self.log(RISKY_PRINCIPALS).emit(record, now)

    def newest_versions(self, log: str) -> list[Object]:
        """Of each object of a log of versions the newest that can be read by now, by its id."""
        now = self.clock.now()
        newest = {record["id"]: record for record in self.log(log).query(None, None, now, ascending=True)}
        return [newest[identifier] for identifier in sorted(newest)]


def _detection(
    identifier: str, principal: Object, kind: str, level: str, now: datetime, random: Random
) -> dict[str, object]:
    told = [{"Key": "alertUrl", "Value": None}, {"Key": "mitreTechniques", "Value": "T1078"}]
    return {
        "id": identifier.replace("-", "") * 2,
        "requestId": None,
        "correlationId": None,
        "riskEventType": kind,
        "riskState": "atRisk",
        "riskLevel": level,
        "riskDetail": "none",
        "source": "IdentityProtection",
        "detectionTimingType": "offline",
        "activity": "servicePrincipal",
        "tokenIssuerType": "AzureAD",
        "ipAddress": None,
        "activityDateTime": ragged_time(now, random),
        "detectedDateTime": ragged_time(now, random),
        "lastUpdatedDateTime": ragged_time(now, random),
        "servicePrincipalId": principal["id"],
        "servicePrincipalDisplayName": principal["displayName"],
        "appId": principal["appId"],
        "keyIds": [],
        "additionalInfo": json.dumps(told, separators=(",", ":")),
        "location": None,
    }
