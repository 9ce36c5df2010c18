"""Single facts of an app from its two halves, the service principal and the registration; an absent half is empty.

A property that no half carries is unknown. Lists are sorted: Graph keeps to no order, and another one is no change.
"""

from datetime import datetime

from shared.domain.apps import AppLinks, Certification, Origin
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import HOME_TENANTS
from shared.sources.fields import Fields, guid, member, strings, text
from shared.sources.times import time_of

_PLATFORMS = ("web", "spa", "publicClient")


def first(halves: list[Fields], name: str) -> Known[str]:
    holders = [half for half in halves if name in half]
    return next((found for half in holders if (found := text(half, name))), None) if holders else UNKNOWN


def is_enabled(principal: Fields) -> Known[bool]:
    value = principal.get("accountEnabled", UNKNOWN)
    return value if isinstance(value, bool) or value is UNKNOWN else None


def is_disabled_by_microsoft(halves: list[Fields]) -> Known[bool]:
    """Null and ``NotDisabled`` both say no."""
    status = first(halves, "disabledByMicrosoftStatus")
    return status if status is UNKNOWN else status not in {None, "NotDisabled"}


def origin(principal: Fields, registration: Fields, tenant_id: str | None) -> Known[Origin]:
    """By the home tenant. A managed identity has none or this one, and a registration is always of this tenant."""
    owner = guid(principal.get("appOwnerOrganizationId"))
    if owner in HOME_TENANTS:
        return Origin.MICROSOFT
    if registration or text(principal, "servicePrincipalType") == "ManagedIdentity":
        return Origin.INTERNAL
    if tenant_id is None or "appOwnerOrganizationId" not in principal:
        return UNKNOWN
    if owner is None:
        return None
    return Origin.INTERNAL if owner == tenant_id.lower() else Origin.EXTERNAL


def home_tenant_id(principal: Fields, registration: Fields, tenant_id: str | None) -> Known[str]:
    owner = guid(principal.get("appOwnerOrganizationId"))
    if owner is not None:
        return owner
    if registration and tenant_id is not None:
        return tenant_id.lower()
    return None if "appOwnerOrganizationId" in principal else UNKNOWN


def created(halves: list[Fields]) -> Known[datetime]:
    """The service principal's, which says since when the app is in this tenant; the registration's where it has none.

    Graph returns ``createdDateTime`` of service principals although its metadata does not declare it.
    """
    holders = [half for half in halves if "createdDateTime" in half]
    if not holders:
        return UNKNOWN
    return next((found for half in holders if (found := time_of(half, "createdDateTime"))), None)


def registered(registration: Fields) -> Known[datetime]:
    """When it was registered, which only its home tenant can read."""
    return time_of(registration, "createdDateTime") if "createdDateTime" in registration else UNKNOWN


def certification(registration: Fields) -> Known[Certification]:
    """An app that was never reviewed has null, or an object that denies all."""
    if "certification" not in registration:
        return UNKNOWN
    told = member(registration, "certification")
    if told.get("isCertifiedByMicrosoft") is True:
        return Certification.MICROSOFT_365_CERTIFIED
    return Certification.PUBLISHER_ATTESTED if told.get("isPublisherAttested") is True else Certification.NONE


def publisher(halves: list[Fields], name: str) -> Known[str]:
    """Unverified apps have a ``verifiedPublisher`` of three nulls, not null."""
    holders = [half for half in halves if "verifiedPublisher" in half]
    if not holders:
        return UNKNOWN
    return next((found for half in holders if (found := text(member(half, "verifiedPublisher"), name))), None)


def is_verified(halves: list[Fields]) -> Known[bool]:
    publisher_id = publisher(halves, "verifiedPublisherId")
    return publisher_id if publisher_id is UNKNOWN else publisher_id is not None


def homepage(principal: Fields, registration: Fields) -> Known[str]:
    if "homepage" not in principal and "web" not in registration:
        return UNKNOWN
    return text(principal, "homepage") or text(member(registration, "web"), "homePageUrl")


def links(halves: list[Fields]) -> Known[AppLinks]:
    holders = [member(half, "info") for half in halves if "info" in half]
    if not holders:
        return UNKNOWN

    def told(name: str) -> str | None:
        return next((found for holder in holders if (found := text(holder, name))), None)

    return AppLinks(
        marketing=told("marketingUrl"),
        privacy=told("privacyStatementUrl"),
        support=told("supportUrl"),
        terms=told("termsOfServiceUrl"),
    )


def reply_urls(principal: Fields, registration: Fields) -> Known[tuple[str, ...]]:
    platforms = [name for name in _PLATFORMS if name in registration]
    if "replyUrls" not in principal and not platforms:
        return UNKNOWN
    urls = strings(principal.get("replyUrls"))
    for platform in platforms:
        urls += strings(member(registration, platform).get("redirectUris"))
    return tuple(sorted(set(urls)))
