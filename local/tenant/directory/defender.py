"""Alerts of Microsoft Defender. Each version of an alert is a record of a log of its own."""

from collections.abc import Sequence
from itertools import cycle, islice
from random import Random
from typing import Any

from local.tenant.directory.collections import Object
from local.tenant.directory.errors import not_found
from local.tenant.directory.ragged_times import ragged_time
from local.tenant.directory.risks import Risks

DEFENDER_ALERTS = "defenderAlerts"
_EVIDENCE = "#microsoft.graph.security."
_PEOPLE_OF_A_LARGE_ALERT = 85
"""With so many users as evidence an alert has the 43 kilobytes of the largest that was seen."""


class DefenderAlerts(Risks):
    """The part of ``Tenant`` for Defender's alerts."""

    def raise_defender_alert(
        self,
        app_id: str | None,
        title: str,
        severity: str = "medium",
        techniques: Sequence[str] = (),
        *,
        people: int = 1,
        source: str | None = None,
    ) -> str:
        """The id of the alert. Without an ``app_id`` it is about somebody's mail, as most are.

        ``people`` are so many users of the tenant among its evidence. Raises Refused for an app that is not here.
        """
        principal = None if app_id is None else self.service_principal_of(app_id)
        if app_id is not None and principal is None:
            raise not_found(app_id)
        identifier = f"da{self.new_id().replace('-', '')}_1"
        random, now = Random(identifier), self.clock.now()
        moment = ragged_time(now, random)
        service, detection = _sources(principal, source)
        alert = {
            **_EMPTY,
            # Services disagree about what nothing is.
            "additionalData": random.choice((None, {})),
            "customDetails": random.choice((None, {})),
            "id": identifier,
            "providerAlertId": identifier.removesuffix("_1"),
            "incidentId": str(random.randrange(1, 100_000)),
            "incidentWebUrl": f"https://security.microsoft.com/incidents/1?tid={self.tenant_id}",
            "alertWebUrl": f"https://security.microsoft.com/alerts/{identifier}?tid={self.tenant_id}",
            "tenantId": self.tenant_id,
            "title": title,
            "severity": severity,
            "serviceSource": service,
            "detectionSource": detection,
            "mitreTechniques": list(techniques),
            "firstActivityDateTime": moment,
            "lastActivityDateTime": moment,
            "createdDateTime": moment,
            "lastUpdateDateTime": moment,
            "evidence": self._evidence(principal, moment, people),
        }
        self.log(DEFENDER_ALERTS).emit(alert, now)
        return identifier

    def raise_large_alert(self, app_id: str, title: str) -> str:
        return self.raise_defender_alert(app_id, title, people=_PEOPLE_OF_A_LARGE_ALERT)

    def update_defender_alert(self, identifier: str, **changes: object) -> None:
        """What an analyst changes in the portal, by the API's names. Raises Refused for an alert that is not there."""
        versions = [one for one in self.log(DEFENDER_ALERTS).every_record() if one["id"] == identifier]
        if not versions:
            raise not_found(identifier)
        now = self.clock.now()
        moment = ragged_time(now, Random(f"{identifier} {now.isoformat()}"))
        resolved = {"resolvedDateTime": moment if changes.get("status") == "resolved" else None}
        self.log(DEFENDER_ALERTS).emit({**versions[-1], **resolved, **changes, "lastUpdateDateTime": moment}, now)

    def _evidence(self, principal: Object | None, moment: str, people: int) -> list[Object]:
        users = islice(cycle(self.users.all()), people)
        evidence = [_piece("userEvidence", moment, userAccount=_account(user)) for user in users]
        if principal is None:
            return [*evidence, _piece("mailboxEvidence", moment, primaryAddress="ada@contoso.example")]
        # The number is Defender for Cloud Apps' own, and no app's.
        cloud = _piece("cloudApplicationEvidence", moment, appId=20893, displayName="Microsoft Graph", instanceId=0)
        app = _piece(
            "oauthApplicationEvidence",
            moment,
            appId=principal["appId"],
            objectId=principal["id"],
            displayName=principal["displayName"],
            publisher=None,
        )
        return [cloud, *evidence, app]


_EMPTY: Object = {
    **dict.fromkeys(("actorDisplayName", "alertPolicyId", "assignedTo", "classification", "determination")),
    **dict.fromkeys(("recommendedActions", "resolvedDateTime", "threatDisplayName", "threatFamilyName")),
    "categories": [],
    "category": "Exfiltration",
    "comments": [],
    "description": "An app showed behaviour that attackers show.",
    "detectorId": "3f0a1c52-6f0f-4f5e-9a7b-000000000001",
    "investigationState": "unsupportedAlertType",
    "productName": "Microsoft Defender for Cloud Apps",
    "status": "new",
    "systemTags": [],
}


def _sources(principal: Object | None, source: str | None) -> tuple[str, str]:
    if source is not None:
        return source, source
    if principal is None:
        return "microsoftDefenderForOffice365", "microsoftDefenderForOffice365"
    return "microsoftAppGovernance", "appGovernanceDetection"


def _piece(kind: str, moment: str, **own: Any) -> Object:
    return {
        "@odata.type": f"{_EVIDENCE}{kind}",
        "createdDateTime": moment,
        "detailedRoles": [],
        "remediationStatus": "none",
        "remediationStatusDetails": None,
        "roles": [],
        "tags": [],
        "verdict": "suspicious",
        **own,
    }


def _account(user: Object) -> Object:
    name, _, domain = user["userPrincipalName"].partition("@")
    return {
        "accountName": name,
        "activeDirectoryObjectGuid": None,
        "azureAdUserId": user["id"],
        "displayName": user["displayName"],
        "domainName": domain,
        "userPrincipalName": user["userPrincipalName"],
        "userSid": None,
    }
