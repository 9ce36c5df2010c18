"""What can tell each activity, fact and baseline: streams of logs, and the other things that are read of a tenant.

Of a fact, whatever may carry it counts: a single record may still come without it.
"""

from enum import StrEnum
from typing import Final

from shared.domain.activities import USE_OF_DATA, Activity
from shared.domain.streams import UNIFIED, Stream
from shared.policies.vocabulary import Fact, Root


class Part(StrEnum):
    """What is read beside the streams."""

    INVENTORY = "inventory"
    USE_REPORTS = "useReports"
    """Graph's reports of the last sign-ins of apps and credentials."""
    APP_INFO = "oauthAppInfo"
    """The table of Microsoft's app governance."""
    PRIORITY_ACCOUNTS = "priorityAccounts"
    """Accounts that the settings mark as such."""


type Teller = Stream | Part
type Tellers = frozenset[Teller]

ANYTHING: Final[Tellers] = frozenset(Stream)
"""Every record has it."""

_EVERY_LOG: Final = frozenset({Stream.AUDIT_SEARCH, Stream.CLOUD_APP_EVENTS})
"""Streams that bring the unified audit log whole."""
_DIRECTORY: Final[Tellers] = _EVERY_LOG | {Stream.DIRECTORY_AUDITS, Stream.ENTRA_AUDITS}
_MAIL: Final[Tellers] = _EVERY_LOG | {Stream.EXCHANGE_AUDITS}
_FILES: Final[Tellers] = _EVERY_LOG | {Stream.SHAREPOINT_AUDITS}
_TEAMS: Final[Tellers] = _EVERY_LOG | {Stream.GENERAL_AUDITS}
_DATA: Final[Tellers] = _MAIL | _FILES | _TEAMS
_GRAPH: Final[Tellers] = frozenset({Stream.GRAPH_ACTIVITY, Stream.GRAPH_ACTIVITY_LOGS})
_SIGN_INS: Final[Tellers] = frozenset(
    {
        Stream.INTERACTIVE_SIGN_INS,
        Stream.NON_INTERACTIVE_SIGN_INS,
        Stream.SERVICE_PRINCIPAL_SIGN_INS,
        Stream.MANAGED_IDENTITY_SIGN_INS,
    }
)
_RISK: Final[Tellers] = frozenset({Stream.RISK_DETECTIONS, Stream.RISKY_SERVICE_PRINCIPALS})
_DETECTIONS: Final[Tellers] = frozenset({Stream.RISK_DETECTIONS})
_DEFENDER: Final[Tellers] = frozenset({Stream.DEFENDER_ALERTS})
_AZURE: Final[Tellers] = frozenset({Stream.AZURE_ACTIVITY})
_USE: Final[Tellers] = _DATA | _GRAPH | _SIGN_INS
_INVENTORY: Final[Tellers] = frozenset({Part.INVENTORY})
_USE_REPORTS: Final[Tellers] = frozenset({Part.USE_REPORTS})
_PRIORITY: Final[Tellers] = frozenset({Part.PRIORITY_ACCOUNTS})

_OF_SERVICES: Final[dict[str, Tellers]] = {"mail": _MAIL, "inboxRule": _MAIL, "file": _FILES, "teamsMessage": _TEAMS}

ACTIVITY_TELLERS: Final[dict[Activity, Tellers]] = {
    **dict.fromkeys(Activity, _DIRECTORY),
    **{activity: _OF_SERVICES[activity.partition(".")[0]] for activity in USE_OF_DATA},
    Activity.SIGN_IN: _SIGN_INS,
    Activity.GRAPH_CALLED: _GRAPH,
    Activity.RISK_DETECTED: _DETECTIONS,
    Activity.RISK_CHANGED: frozenset({Stream.RISKY_SERVICE_PRINCIPALS}),
    Activity.DEFENDER_ALERT: _DEFENDER,
    Activity.AZURE_ROLE_ASSIGNED: _AZURE,
    Activity.AZURE_ROLE_REMOVED: _AZURE,
    Activity.KEY_VAULT_CHANGED: _AZURE,
    Activity.VIRTUAL_MACHINE_CHANGED: _AZURE,
    Activity.AZURE_CHANGED: _AZURE,
    Activity.OTHER: frozenset({*UNIFIED, Stream.DIRECTORY_AUDITS}),
}

EVENT_TELLERS: Final[dict[str, Tellers]] = {
    **dict.fromkeys(("activity", "source", "operation", "succeeded", "time", "actor", "app", "changes"), ANYTHING),
    "resource": _DIRECTORY | _USE,
    "client.ip_address": ANYTHING - {Stream.RISKY_SERVICE_PRINCIPALS},
    "client.country": _SIGN_INS | _DETECTIONS | _DEFENDER | {Stream.CLOUD_APP_EVENTS},
    "client.asn": _SIGN_INS,
    "client.user_agent": _DIRECTORY | _USE,
    **dict.fromkeys(("consent_type", "admin_consent", "risk_reason", "scopes", "app_roles"), _DIRECTORY),
    **dict.fromkeys(("app_role", "app_role_id", "directory_role", "user"), _DIRECTORY),
    **dict.fromkeys(("credentials_added", "credentials_removed"), _DIRECTORY),
    "mailbox": _MAIL | _GRAPH,
    "item_count": _MAIL | _FILES,
    "access_type": _MAIL,
    "error_code": _SIGN_INS,
    "credential_key_id": _SIGN_INS | _DETECTIONS,
    "credential_kind": _SIGN_INS | _GRAPH,
    "sign_in_kind": _SIGN_INS,
    "service": _USE | _AZURE,
    "target": _DATA | _AZURE,
    "byte_count": _MAIL | _FILES | _GRAPH,
    "label_id": _DATA,
    **dict.fromkeys(("method", "path", "status_code", "token_permissions"), _GRAPH),
    "risk_level": _SIGN_INS | _RISK,
    "risk_state": _RISK,
    "risk_type": _DETECTIONS,
    "foreign_alert": _DEFENDER,
}
"""By the field of the event that a fact is read from, or by its first part."""

_READ_WITH_DIRECTORY: Final = (
    *("app_id", "display_name", "enabled", "origin", "home_tenant_id", "created", "registered", "tags", "links"),
    *("publisher_name", "publisher_verified", "certification", "sign_in_audience", "service_principal_type"),
    *("homepage", "reply_urls", "permissions", "privilege", "credentials", "owner_count", "owners", "grants"),
    *("consented_users", "consented_users_before", "consenting_users", "consenting_roles", "privileged_users"),
    *("directory_roles", "disabled_by_microsoft", "first_seen", "modified", "deleted"),
)
APP_TELLERS: Final[dict[str, Tellers]] = {
    **dict.fromkeys(_READ_WITH_DIRECTORY, _INVENTORY),
    **dict.fromkeys(("sign_ins", "use_read", "credential_use_read"), _USE_REPORTS),
    **dict.fromkeys(("priority_users", "has_priority_accounts"), _PRIORITY),
    **dict.fromkeys(("data_use", "activity"), _DATA | _GRAPH),
    "permission_use": _USE | {Part.APP_INFO},
    "countries": _SIGN_INS | {Stream.CLOUD_APP_EVENTS},
    "users_30d": _USE,
    "app_governance": frozenset({Part.APP_INFO}),
}
"""By the field of the app that a fact is read from."""

_NAMED: Final[dict[str, Tellers]] = {
    "app.overprivileged": _USE | {Part.APP_INFO},
    "app.priorityConsent": _PRIORITY,
    "app.credentials.lastUsed": _USE_REPORTS,
    **dict.fromkeys(("app.callsPerDay", "app.callsPerHour", "app.errorRate"), _GRAPH),
    **dict.fromkeys(("app.callsIncrease", "app.callsIncreaseWeek"), _GRAPH),
    **dict.fromkeys(("app.itemsPerDay", "app.itemsIncrease", "app.labelsAccessed"), _DATA),
}
"""Facts for which the field alone does not decide."""

BASELINE_TELLERS: Final[dict[str, Tellers]] = {
    "app.mailboxesPerHour": _MAIL | _GRAPH,
    "app.itemsPerHour": _DATA,
    "app.filesPerHour": _FILES,
    "app.signInsPerHour": _SIGN_INS,
    "app.callsPerHour": _GRAPH,
    "app.bytesPerHour": _DATA | _GRAPH,
    "app.countries": _SIGN_INS | {Stream.CLOUD_APP_EVENTS},
    "app.networks": _SIGN_INS,
    "app.credentials": _SIGN_INS,
    **dict.fromkeys(("app.ipAddresses", "app.userAgents", "app.resources", "app.operations", "app.hours"), _USE),
}


def fact_tellers(fact: Fact) -> Tellers | None:
    """What can tell a fact of an app or an event; None where the tables do not say."""
    if fact.name in _NAMED:
        return _NAMED[fact.name]
    by_field = EVENT_TELLERS if fact.root is Root.EVENT else APP_TELLERS
    return by_field.get(".".join(fact.path)) or by_field.get(fact.path[0] if fact.path else "")


def element_tellers(collection: str, name: str) -> Tellers | None:
    """What tells a fact of the elements of a collection, where that is another than tells the collection."""
    return _NAMED.get(f"{collection}.{name}")
