"""The logs of Microsoft 365: the unified audit log, and alerts of Defender."""

from collections.abc import Mapping
from typing import Final

from shared.domain.activities import Activity
from shared.domain.events import Service, Source
from shared.domain.operations import DATA_OPERATIONS, DIRECTORY_OPERATIONS
from shared.policies.operators import Operator
from shared.policies.sigma.conditions import test
from shared.policies.sigma.derived_fields import ChangeField, ChoiceField, ConditionField, ConstantField
from shared.policies.sigma.fields import Field, TextField, TokenField
from shared.policies.sigma.forms import guid
from shared.policies.sigma.log import (
    ACTOR_NAME,
    ADDRESS,
    APP_ID,
    APP_NAME,
    OPERATION,
    USER_AGENT,
    Log,
    fields_of,
)

_RESULTS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("success", "succeeded", "partiallysucceeded", "true"), True),
    **dict.fromkeys(("failure", "failed", "false"), False),
}
_WORKLOADS = {
    "Exchange": Service.EXCHANGE,
    "SharePoint": Service.SHAREPOINT,
    "OneDrive": Service.ONEDRIVE,
    "MicrosoftTeams": Service.TEAMS,
}
_WORKLOAD = ConditionField(
    {
        **{name: test("event.service", Operator.EQ, service.value) for name, service in _WORKLOADS.items()},
        # What tells of the directory itself names no service.
        "AzureActiveDirectory": {"ifApplicable": test("event.service", Operator.EQ, Service.DIRECTORY.value)},
    }
)
_UNIFIED_FIELDS: Mapping[str, Field] = {
    "Operation eventName Operations": OPERATION,
    "ResultStatus status": ChoiceField("event.succeeded", _RESULTS),
    "Workload eventSource": _WORKLOAD,
    "UserId User": ACTOR_NAME,
    "ClientIP ClientIPAddress ActorIpAddress": ADDRESS,
    "UserAgent ClientInfoString": USER_AGENT,
    "AppId ApplicationId ClientAppId AppAccessContext.ClientAppId": APP_ID,
    "ApplicationDisplayName ClientAppName AppAccessContext.ClientAppName AppDisplayName": APP_NAME,
    "MailAccessType OperationProperties.MailAccessType": ChoiceField(
        "event.accessType", {"Bind": "Bind", "Sync": "Sync"}
    ),
    "SensitivityLabelId": TokenField("event.labelId", guid),
    "MailboxGuid": TokenField("event.mailbox", str.lower),
    "SourceFileName": TextField("event.targetName"),
    "ModifiedProperties.Name": ChangeField("name"),
    "ModifiedProperties.NewValue": ChangeField("after"),
    "ModifiedProperties.OldValue": ChangeField("before"),
}
_OF_UNIFIED = test("event.source", Operator.IN, [Source.UNIFIED_AUDIT_LOG.value, Source.DIRECTORY_AUDITS.value])

UNIFIED = Log(
    name="m365 audit",
    operations={**DIRECTORY_OPERATIONS, **DATA_OPERATIONS},
    guard=_OF_UNIFIED,
    fields=fields_of(_UNIFIED_FIELDS),
)
EXCHANGE = Log(
    name="m365 exchange",
    operations={
        name: activities
        for name, activities in DATA_OPERATIONS.items()
        if {"mail", "inboxRule"} & {activity.partition(".")[0] for activity in activities}
    },
    guard=test("event.service", Operator.EQ, Service.EXCHANGE.value),
    fields={**fields_of(_UNIFIED_FIELDS), **fields_of({"Workload eventSource": ConstantField("Exchange")})},
)
THREATS = Log(
    name="m365 threat_management",
    activities=frozenset({Activity.DEFENDER_ALERT}),
    fields=fields_of(
        {
            "eventSource Workload": ConstantField("SecurityComplianceCenter"),
            "status ResultStatus": ConstantField("success"),
            "eventName Name": TextField("event.foreignAlert.title"),
            "Category": TextField("event.foreignAlert.category"),
            "Severity": TokenField("event.foreignAlert.severity", str.lower),
        }
    ),
)
