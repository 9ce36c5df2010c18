"""The workload's audit and sign-in events: decoded in two stages, the second only where some rule looks at them."""

from datetime import datetime

from msgspec import Struct

from shared.policies.vocabulary import Derivation, Fact, FactType, Root, Vocabulary

SIGN_IN = "signIn"
"""The activity of a sign-in, which its record does not name."""


class Header(Struct, gc=False, rename="camel"):
    """The first stage: enough to know which rules care."""

    activity_display_name: str = SIGN_IN


class ActingUser(Struct, gc=False, rename="camel"):
    user_principal_name: str | None = None


class ActingApp(Struct, gc=False, rename="camel"):
    display_name: str | None = None


class InitiatedBy(Struct, gc=False):
    user: ActingUser | None = None
    app: ActingApp | None = None


class ModifiedProperty(Struct, gc=False, rename="camel"):
    display_name: str
    new_value: str | None = None


class Target(Struct, gc=False, rename="camel"):
    display_name: str | None = None
    type: str | None = None
    modified_properties: list[ModifiedProperty] = []


class Detail(Struct, gc=False):
    key: str
    value: str


class Audit(Struct, gc=False, rename="camel"):
    category: str
    result: str
    initiated_by: InitiatedBy
    target_resources: list[Target]
    additional_details: list[Detail]


class Status(Struct, gc=False, rename="camel"):
    error_code: int


class Location(Struct, gc=False, rename="camel"):
    country_or_region: str


class Device(Struct, gc=False, rename="camel"):
    operating_system: str


class SignIn(Struct, gc=False, rename="camel"):
    service_principal_name: str | None
    app_display_name: str
    ip_address: str
    client_app_used: str
    conditional_access_status: str
    risk_level_aggregated: str
    resource_display_name: str
    authentication_protocol: str
    status: Status
    user_agent: str
    location: Location
    device_detail: Device


def _modified(audit: Audit, _now: datetime) -> object:
    changes = (f"{change.display_name}={change.new_value}" for change in audit.target_resources[0].modified_properties)
    return " ".join(changes)


def _target_name(audit: Audit, _now: datetime) -> object:
    return audit.target_resources[0].display_name


def _target_type(audit: Audit, _now: datetime) -> object:
    return audit.target_resources[0].type


def _user_agent(audit: Audit, _now: datetime) -> object:
    return next((detail.value for detail in audit.additional_details if detail.key == "User-Agent"), None)


def _event(name: str, kind: FactType, path: str = "", derive: Derivation | None = None) -> Fact:
    fields = tuple(path.split(".")) if path else ()
    return Fact(f"event.{name}", kind, fields, "", root=Root.EVENT, may_be_unknown=False, derive=derive)


EVENT_FACTS = (
    _event("category", FactType.TEXT, "category"),
    _event("result", FactType.TEXT, "result"),
    _event("initUser", FactType.TEXT, "initiated_by.user.user_principal_name"),
    _event("initApp", FactType.TEXT, "initiated_by.app.display_name"),
    _event("targetName", FactType.TEXT, derive=_target_name),
    _event("targetType", FactType.TEXT, derive=_target_type),
    _event("mods", FactType.TEXT, derive=_modified),
    _event("auditUa", FactType.TEXT, derive=_user_agent),
    _event("spName", FactType.TEXT, "service_principal_name"),
    _event("appName", FactType.TEXT, "app_display_name"),
    _event("ip", FactType.TEXT, "ip_address"),
    _event("client", FactType.TEXT, "client_app_used"),
    _event("caStatus", FactType.TEXT, "conditional_access_status"),
    _event("risk", FactType.TEXT, "risk_level_aggregated"),
    _event("resource", FactType.TEXT, "resource_display_name"),
    _event("proto", FactType.TEXT, "authentication_protocol"),
    _event("errorCode", FactType.NUMBER, "status.error_code"),
    _event("ua", FactType.TEXT, "user_agent"),
    _event("country", FactType.TEXT, "location.country_or_region"),
    _event("os", FactType.TEXT, "device_detail.operating_system"),
)


def event_vocabulary(activities: list[str]) -> Vocabulary:
    return Vocabulary(EVENT_FACTS, activities=activities)
