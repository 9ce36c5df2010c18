"""The logs of Entra: audits, sign-ins, and detections of risk."""

from collections.abc import Mapping
from typing import Final

from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Service, Source
from shared.domain.operations import DIRECTORY_OPERATIONS
from shared.policies.operators import Operator
from shared.policies.sigma.conditions import all_of, negated, test
from shared.policies.sigma.derived_fields import CategoryField, ChangeField, ChoiceField, ConditionField, GuardedField
from shared.policies.sigma.fields import NumberField, TextField, TokenField
from shared.policies.sigma.forms import guid
from shared.policies.sigma.log import (
    ACTOR_ID,
    ACTOR_NAME,
    ADDRESS,
    APP_ID,
    APP_NAME,
    COUNTRY,
    OPERATION,
    USER_AGENT,
    Log,
    fields_of,
)

_IS_USER = test("event.actor.kind", Operator.EQ, ActorKind.USER.value)
_IS_APP = test("event.actor.kind", Operator.EQ, ActorKind.APP.value)
_IS_INTERACTIVE = test("event.signInKind", Operator.EQ, "interactiveUser")
_CREDENTIALS: Final[Mapping[str, str | None]] = {
    **{name: name for name in ("clientSecret", "clientAssertion", "federatedIdentityCredential", "managedIdentity")},
    "none": None,
}
_SUCCEEDED = ChoiceField("event.succeeded", {"success": True, "failure": False})
_TEXT_FLAG: Final[Mapping[str, bool]] = {"true": True, "false": False}
_LEVELS = {"low": "low", "medium": "medium", "high": "high", "hidden": "hidden"}

_CONTEXT = (
    *("ConsentContext.OnBehalfOfAll", "ConsentContext.IsAppOnly", "ConsentContext.Tags"),
    *("ConsentAction.Permissions", "DelegatedPermissionGrant.Scope", "DelegatedPermissionGrant.ConsentType"),
    *("AppRole.Value", "Role.DisplayName", "AppAddress", "AppIdentifierUri"),
)
"""Modified properties that rules name as if they were fields."""

_CATEGORIES = {
    "ApplicationManagement": frozenset(
        {
            *(Activity.CONSENT_GRANTED, Activity.CONSENT_REVOKED, Activity.GRANT_ADDED, Activity.GRANT_CHANGED),
            *(Activity.GRANT_REVOKED, Activity.APP_ROLE_GRANTED, Activity.APP_ROLE_REVOKED),
            *(Activity.CREDENTIAL_ADDED, Activity.CREDENTIAL_REMOVED, Activity.PERMISSIONS_REQUESTED),
            *(Activity.FEDERATED_CREDENTIAL_ADDED, Activity.FEDERATED_CREDENTIAL_REMOVED, Activity.APP_ADDED),
            *(Activity.APP_UPDATED, Activity.APP_DELETED, Activity.APP_RESTORED, Activity.SERVICE_PRINCIPAL_ADDED),
            *(Activity.SERVICE_PRINCIPAL_UPDATED, Activity.SERVICE_PRINCIPAL_REMOVED),
            *(Activity.OWNER_ADDED, Activity.OWNER_REMOVED),
        }
    ),
    "RoleManagement": frozenset({Activity.DIRECTORY_ROLE_ASSIGNED, Activity.DIRECTORY_ROLE_REMOVED}),
}

AUDITS = Log(
    name="azure auditlogs",
    categorised=frozenset().union(*_CATEGORIES.values()),
    operations=DIRECTORY_OPERATIONS,
    # The unified audit log tells the same facts, whose first telling counts; what it tells of data has a service.
    guard=all_of(
        (
            test("event.source", Operator.IN, [Source.DIRECTORY_AUDITS.value, Source.UNIFIED_AUDIT_LOG.value]),
            {"ifApplicable": test("event.service", Operator.EQ, Service.DIRECTORY.value)},
        )
    ),
    fields=fields_of(
        {
            "message ActivityDisplayName OperationName Operation ActivityType": OPERATION,
            "Result Status": _SUCCEEDED,
            "Category": CategoryField(_CATEGORIES),
            "ResultReason failure_status_reason": TextField("event.riskReason"),
            "IPAddress CallerIPAddress InitiatedBy.user.ipAddress": ADDRESS,
            "UserAgent": USER_AGENT,
            "InitiatedBy Actor": ACTOR_NAME,
            "InitiatedBy.user.userPrincipalName UserPrincipalName": GuardedField(ACTOR_NAME, _IS_USER),
            "InitiatedBy.user.id": GuardedField(ACTOR_ID, _IS_USER),
            "InitiatedBy.app.displayName": GuardedField(ACTOR_NAME, _IS_APP),
            "InitiatedBy.app.servicePrincipalId": GuardedField(ACTOR_ID, _IS_APP),
            "ConsentContext.IsAdminConsent": ChoiceField("event.adminConsent", _TEXT_FLAG),
            "TargetResources.ModifiedProperties.displayName ModifiedProperties.displayName": ChangeField("name"),
            "TargetResources.ModifiedProperties.newValue ModifiedProperties.newValue": ChangeField("after"),
            "TargetResources.ModifiedProperties.oldValue ModifiedProperties.oldValue": ChangeField("before"),
            **{name: ChangeField("after", name) for name in _CONTEXT},
        }
    ),
)

SIGN_INS = Log(
    name="azure signinlogs",
    activities=frozenset({Activity.SIGN_IN}),
    only_operation="Sign-in activity",
    fields=fields_of(
        {
            "OperationName Operation": OPERATION,
            "ResultType Status.errorCode errorCode": NumberField("event.errorCode"),
            "Status Result": _SUCCEEDED,
            "AppId ApplicationId": APP_ID,
            "AppDisplayName ApplicationDisplayName": APP_NAME,
            "ResourceDisplayName": TextField("event.resourceName"),
            "ResourceId ResourceIdentity": TokenField("event.resourceAppId", guid),
            "IPAddress CallerIPAddress": ADDRESS,
            "Location Location.countryOrRegion LocationDetails.countryOrRegion": COUNTRY,
            "AutonomousSystemNumber": NumberField("event.asn"),
            "UserAgent": USER_AGENT,
            "UserPrincipalName Username": GuardedField(ACTOR_NAME, _IS_USER),
            "UserId": GuardedField(ACTOR_ID, _IS_USER),
            "ServicePrincipalName": GuardedField(APP_NAME, _IS_APP),
            "ServicePrincipalId": GuardedField(ACTOR_ID, _IS_APP),
            "IsInteractive": ConditionField({"true": _IS_INTERACTIVE, "false": negated(_IS_INTERACTIVE)}),
            "ClientCredentialType": ChoiceField("event.credentialKind", _CREDENTIALS),
            "ServicePrincipalCredentialKeyId": TokenField("event.credentialKeyId", str.lower),
            "RiskLevelDuringSignIn RiskLevel": ChoiceField("event.riskLevel", {**_LEVELS, "none": None}),
            "Category": ChoiceField(
                "event.signInKind",
                {
                    "SignInLogs": "interactiveUser",
                    "NonInteractiveUserSignInLogs": "nonInteractiveUser",
                    "ServicePrincipalSignInLogs": "servicePrincipal",
                    "ManagedIdentitySignInLogs": "managedIdentity",
                },
            ),
        }
    ),
)

_RISK_TYPES = (
    *("investigationsThreatIntelligence", "suspiciousSignins", "adminConfirmedServicePrincipalCompromised"),
    *("leakedCredentials", "maliciousApplication", "suspiciousApplication"),
    *("anomalousServicePrincipalActivity", "suspiciousAPITraffic"),
)
_RISK_STATES = ("none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised")

RISK_DETECTIONS = Log(
    name="azure riskdetection",
    activities=frozenset({Activity.RISK_DETECTED}),
    fields=fields_of(
        {
            "riskEventType riskType": ChoiceField(
                "event.riskType",
                {name: name for name in _RISK_TYPES},
                "risk detections are read for service principals, and not for users",
            ),
            "riskLevel": ChoiceField("event.riskLevel", {**_LEVELS, "none": "none"}),
            "riskState": ChoiceField("event.riskState", {name: name for name in _RISK_STATES}),
            "ipAddress": ADDRESS,
            "location location.countryOrRegion": COUNTRY,
            "AppId": APP_ID,
            "servicePrincipalDisplayName AppDisplayName": APP_NAME,
            **{name: ChangeField("after", name) for name in ("source", "riskDetail", "additionalInfo")},
        }
    ),
)
