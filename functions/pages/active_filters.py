"""The filters that are set, each with the list as it would be without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from functions.pages.app_forms import filters_of, parameters_of
from functions.pages.app_views import api_name, trait_name
from functions.pages.wording import words
from shared.domain.app_summaries import AppQuery

_NAMES: Final = {
    "text": "Name, publisher or app id",
    "origin": "Origin",
    "privilege": "Privilege",
    "consent": "Consent by",
    "status": "Status",
    "permissionType": "Permission type",
    "certification": "Certification",
    "trait": "",
    "notTrait": "Known not to be",
    "permission": "Permission",
    "api": "Holds a permission of",
    "directoryRole": "Directory role",
    "publisher": "Publisher",
    "homeTenantId": "Home tenant",
    "enabled": "Enabled",
    "verified": "Publisher verified",
    "new": "Added in the last 7 days",
    "hasOwner": "Has an owner",
    "riskFrom": "Risk at least",
    "usersFrom": "Users at least",
    "priorityUsersFrom": "Priority accounts at least",
    "dataUseFrom": "Items touched in 30 days at least",
    "usedBefore": "Not used since",
    "usedAfter": "Used since",
    "createdBefore": "Added before",
    "createdAfter": "Added since",
    "modifiedBefore": "Changed before",
    "modifiedAfter": "Changed since",
    "credentialExpiresBefore": "Credential ends before",
    "includeMicrosoft": "With Microsoft's own and managed identities",
    "includeDeleted": "With deleted apps",
}
"""By parameter. A trait speaks for itself."""

_SEVERAL: Final = frozenset(
    {"origin", "privilege", "consent", "status", "permissionType", "certification", "trait", "notTrait", "api"}
)
"""Filters with several values, of which each can be taken away."""
_FLAGS: Final = frozenset({"includeMicrosoft", "includeDeleted"})
_CHOICES: Final = frozenset({"enabled", "verified", "new", "hasOwner"})
_DAYS: Final = frozenset(name for name in _NAMES if name.endswith(("Before", "After")))


@dataclass(frozen=True, kw_only=True)
class ActiveFilter:
    """``value`` is what was asked for, as text; ``address`` leads to the list without this filter."""

    name: str
    value: str
    address: str


def active_filters(query: AppQuery) -> list[ActiveFilter]:
    parameters = parameters_of(query)
    return [active for name in filters_of(query) for active in _of_one(name, parameters)]


def _of_one(name: str, parameters: dict[str, str]) -> Iterator[ActiveFilter]:
    values = parameters[name].split(",") if name in _SEVERAL else [parameters[name]]
    for value in values:
        rest = ",".join(other for other in values if other != value)
        kept = {key: rest if key == name else text for key, text in parameters.items() if key != name or rest}
        yield ActiveFilter(name=_NAMES[name], value=_told(name, value), address=f"/apps?{urlencode(kept)}")


def _told(name: str, value: str) -> str:
    if name in _FLAGS:
        return ""
    if name in {"trait", "notTrait"}:
        return trait_name(value)
    if name == "api":
        return api_name(value)
    if name in _SEVERAL:
        return words(value)
    if name in _DAYS:
        moment = datetime.fromisoformat(value)
        return moment.date().isoformat() if f"{moment:%H%M%S}" == "000000" else f"{moment:%Y-%m-%d %H:%M} UTC"
    return {"true": "yes", "false": "no"}.get(value, value) if name in _CHOICES else value
