"""What an app that is built anew keeps of the one that is stored."""

from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from shared.domain.apps import App, Credential
from shared.domain.inventory_reads import ReadStage
from shared.domain.known import UNKNOWN, Known

_CONSENTS = (
    *("permissions", "privilege", "grants", "consented_users", "priority_users", "privileged_users"),
    *("consenting_users", "consenting_roles"),
)
_TOLD_BY = {
    ReadStage.APPLICATIONS: (
        *("application_object_id", "registered", "certification", "links"),
        *("reply_urls", "credentials", "owner_count", "owners"),
    ),
    ReadStage.GRANTS: _CONSENTS,
    ReadStage.APP_ROLE_ASSIGNMENTS: ("permissions", "privilege"),
    ReadStage.ROLE_ASSIGNMENTS: ("directory_roles", "privileged_users", "consenting_roles"),
    ReadStage.USERS: ("priority_users", "privileged_users", "consenting_roles", "has_priority_accounts"),
}
"""Facts that come from one stage of a full read."""
_NO_CHANGES = frozenset(
    {
        *("sign_ins", "last_used", "use_read", "credential_use_read"),
        *("data_use", "permission_use", "countries", "users_30d", "activity", "app_governance"),
        *("first_seen", "modified", "has_priority_accounts", "consented_users_before"),
    }
)
"""Use is no change of an app, and the rest is what the service or its settings say."""


def carried_over(app: App, stored: App, stages: frozenset[ReadStage]) -> App:
    """The app with its use, which is read elsewhere, and with those facts whose ``stages`` nobody read."""
    unread = {name for stage, names in _TOLD_BY.items() if stage not in stages for name in names}
    kept: dict[str, Any] = {
        name: getattr(stored, name) for name in unread if getattr(app, name) is UNKNOWN or getattr(app, name) is None
    }
    known = structs.replace(app, **kept)
    return structs.replace(
        known,
        first_seen=stored.first_seen,
        modified=stored.modified,
        sign_ins=stored.sign_ins,
        use_read=stored.use_read,
        credential_use_read=stored.credential_use_read,
        data_use=stored.data_use,
        permission_use=stored.permission_use,
        countries=stored.countries,
        users_30d=stored.users_30d,
        activity=stored.activity,
        consented_users_before=stored.consented_users_before,
        app_governance=stored.app_governance,
        credentials=_with_use(known.credentials, stored.credentials),
    )


def with_modified(app: App, stored: App, now: datetime) -> App:
    return structs.replace(app, modified=now) if _differ(app, stored) else app


def _with_use(
    credentials: Known[tuple[Credential, ...]], stored: Known[tuple[Credential, ...]]
) -> Known[tuple[Credential, ...]]:
    if not isinstance(credentials, tuple):
        return credentials
    known = stored if isinstance(stored, tuple) else ()
    uses = {each.key_id: each.last_used for each in known if each.key_id is not None}
    return tuple(
        structs.replace(each, last_used=uses[each.key_id]) if each.key_id in uses else each for each in credentials
    )


def _differ(one: object, other: object) -> bool:
    """Whether anything that is known of both is not the same: what comes to be known is no change."""
    if one is UNKNOWN or other is UNKNOWN:
        return False
    if isinstance(one, Struct) and type(one) is type(other):
        names = (name for name in one.__struct_fields__ if name not in _NO_CHANGES)
        return any(_differ(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return any(_differ(*pair) for pair in zip(one, other, strict=True))
    return one != other
