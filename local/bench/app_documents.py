"""The workload's app documents: structs of the fields that its policies read, and the facts over them.

Fields that no policy reads are skipped while decoding, which is most of the speed. ``gc=False``: the structs hold no
cycles, so the collector need not track them.
"""

from datetime import datetime

from msgspec import Struct, field

from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary


class Permission(Struct, gc=False, rename="camel"):
    resource: str
    type: str
    privilege: str
    in_use: bool


class Credential(Struct, gc=False, rename="camel"):
    type: str
    end_date_time: datetime


class ByWorkload(Struct, gc=False):
    exchange: int
    teams: int


class Usage(Struct, gc=False, rename="camel"):
    # Named by hand: msgspec would write a capital after the digits.
    data_bytes_30d: int = field(name="dataBytes30d")
    sign_ins_30d: int = field(name="signIns30d")
    errors_30d: int = field(name="errors30d")
    trend_pct: float
    by_workload: ByWorkload


class Publisher(Struct, gc=False):
    """Only whether there is one."""


class AppDocument(Struct, gc=False, rename="camel"):
    name_key: str
    publisher_name: str
    verified_publisher: Publisher | None
    origin: str
    certification: str
    account_enabled: bool
    sign_in_audience: str
    homepage: str | None
    created_date_time: datetime
    first_consent_date_time: datetime
    last_used_date_time: datetime | None
    privilege_level: str
    consent_type: str
    consented_users: int
    priority_users: int
    permissions: list[Permission]
    permission_values: list[str]
    permission_count: int
    unused_permission_count: int
    credentials: list[Credential]
    next_credential_expiry: datetime | None
    owner_count: int
    usage: Usage


def _element(name: str, kind: FactType, field: str) -> Fact:
    return Fact(name, kind, (field,), "", may_be_unknown=False)


_PERMISSION = Vocabulary(
    [
        _element("resource", FactType.TOKEN, "resource"),
        _element("type", FactType.TOKEN, "type"),
        _element("privilege", FactType.TOKEN, "privilege"),
        _element("inUse", FactType.BOOLEAN, "in_use"),
    ]
)
_CREDENTIAL = Vocabulary(
    [
        _element("type", FactType.TOKEN, "type"),
        _element("endDateTime", FactType.TIME, "end_date_time"),
    ]
)

_ELEMENTS = {"permissions": _PERMISSION, "credentials": _CREDENTIAL}

# The workload's name of each fact, its type, and where it is read.
_FACTS: tuple[tuple[str, FactType, str], ...] = (
    ("nameKey", FactType.TEXT, "name_key"),
    ("publisherName", FactType.TEXT, "publisher_name"),
    ("verifiedPublisher", FactType.TOKEN, "verified_publisher"),
    ("origin", FactType.TOKEN, "origin"),
    ("certification", FactType.TOKEN, "certification"),
    ("accountEnabled", FactType.BOOLEAN, "account_enabled"),
    ("signInAudience", FactType.TOKEN, "sign_in_audience"),
    ("homepage", FactType.TEXT, "homepage"),
    ("createdDateTime", FactType.TIME, "created_date_time"),
    ("firstConsentDateTime", FactType.TIME, "first_consent_date_time"),
    ("lastUsedDateTime", FactType.TIME, "last_used_date_time"),
    ("privilegeLevel", FactType.TOKEN, "privilege_level"),
    ("consentType", FactType.TOKEN, "consent_type"),
    ("consentedUsers", FactType.NUMBER, "consented_users"),
    ("priorityUsers", FactType.NUMBER, "priority_users"),
    ("permissions", FactType.COLLECTION, "permissions"),
    ("permissionValues", FactType.TOKENS, "permission_values"),
    ("permissionCount", FactType.NUMBER, "permission_count"),
    ("unusedPermissionCount", FactType.NUMBER, "unused_permission_count"),
    ("credentials", FactType.COLLECTION, "credentials"),
    ("nextCredentialExpiry", FactType.TIME, "next_credential_expiry"),
    ("ownerCount", FactType.NUMBER, "owner_count"),
    ("usage.dataBytes30d", FactType.NUMBER, "usage.data_bytes_30d"),
    ("usage.trendPct", FactType.NUMBER, "usage.trend_pct"),
    ("usage.signIns30d", FactType.NUMBER, "usage.sign_ins_30d"),
    ("usage.errors30d", FactType.NUMBER, "usage.errors_30d"),
    ("usage.byWorkload.exchange", FactType.NUMBER, "usage.by_workload.exchange"),
    ("usage.byWorkload.teams", FactType.NUMBER, "usage.by_workload.teams"),
)

APP_VOCABULARY = Vocabulary(
    Fact(
        f"app.{name}",
        kind,
        tuple(path.split(".")),
        "",
        root=Root.APP,
        may_be_unknown=False,
        element=_ELEMENTS.get(name),
    )
    for name, kind, path in _FACTS
)
