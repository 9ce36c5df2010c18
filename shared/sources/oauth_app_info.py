"""Rows of OAuthAppInfo, the table of app governance, as hunting writes them.

Truth is 0 or 1, a null is an empty object, and each permission is JSON in a string with its truth in a string again.
The documentation names the parts of a permission otherwise.
"""

from shared.domain.app_governance import AppGovernanceFacts, GovernedPermission
from shared.domain.privileges import Privilege
from shared.sources.decoding import as_text, decode, embedded
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, guid, integer, text
from shared.sources.times import time_of

_MOST_PERMISSIONS = 1000
_KINDS = {"delegated": "delegated", "application": "application"}
_TRUTHS: dict[object, bool] = {"true": True, "1": True, "false": False, "0": False}


def read_app_info(line: bytes) -> tuple[str, AppGovernanceFacts]:
    """The appId and what is held of it. Raises RecordError."""
    row = decode(line)
    app_id = guid(row.get("OAuthAppId")) if isinstance(row, dict) else None
    if not isinstance(row, dict) or app_id is None:
        raise RecordError("OAuthAppId is not an id")
    filled = {name: value for name, value in row.items() if value != {}}
    return app_id, AppGovernanceFacts(
        risk_score=_count(filled, "RiskScore"),
        privilege=_privilege(filled),
        status=as_text(text(filled, "AppStatus")),
        consented_users=_count(filled, "ConsentedUsersCount"),
        admin_consented=_truth(filled.get("IsAdminConsented")),
        last_used=time_of(filled, "LastUsedTime"),
        permissions=_permissions(filled.get("Permissions")),
    )


def _permissions(value: object) -> tuple[GovernedPermission, ...]:
    """Sorted, so that another order is no change. What is no permission is left out."""
    listed = embedded(value)
    told = [embedded(each) for each in listed] if isinstance(listed, list) else []
    read = [_permission(each) for each in told[:_MOST_PERMISSIONS] if isinstance(each, dict)]
    return tuple(sorted((each for each in read if each), key=lambda each: (each.kind, each.name)))


def _permission(told: Fields) -> GovernedPermission | None:
    name = as_text(text(told, "PermissionValue"))
    kind = _KINDS.get((text(told, "PermissionType") or "").lower())
    if name is None or kind is None:
        return None
    return GovernedPermission(name=name, kind=kind, in_use=_truth(told.get("InUse")), privilege=_privilege(told))


def _privilege(fields: Fields) -> Privilege | None:
    told = (text(fields, "PrivilegeLevel") or "").lower()
    return Privilege(told) if told in set(Privilege) else None


def _count(fields: Fields, name: str) -> int | None:
    count = integer(fields.get(name))
    return count if count is not None and 0 <= count < 1 << 31 else None


def _truth(value: object) -> bool | None:
    return _TRUTHS.get(str(value).lower()) if isinstance(value, bool | int | str) else None
