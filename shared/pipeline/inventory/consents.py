"""Who consented to an app for themselves, and to what: read from the mirror, so as fresh as the directory was read."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.domain.directory import DirectoryObject
from shared.domain.people import Person
from shared.pipeline.inventory.app_list import find_app
from shared.pipeline.inventory.services import InventoryServices
from shared.sources.fields import guid, text

_FOR_THEMSELVES = "Principal"


class UserConsent(Struct, frozen=True, kw_only=True):
    """What a user let the app do by one API, of which only the name may be known, or not even that."""

    resource_app_id: str | None
    resource_name: str | None
    scopes: tuple[str, ...]


class ConsentingUser(Struct, frozen=True, kw_only=True):
    """``person`` is None for a user that was not read: users may not be read here, or it is gone."""

    id: str
    person: Person | None
    consents: tuple[UserConsent, ...]


class ConsentingUsers(Struct, frozen=True, kw_only=True):
    """In the order of their ids; ``next`` is where the next page begins, None on the last."""

    users: tuple[ConsentingUser, ...]
    total: int
    next: str | None


async def consenting_users(services: InventoryServices, app_id: str, top: int, after: str | None) -> ConsentingUsers:
    """``after`` is the id of the last user shown. Raises UnknownApp, and ValueError for an ``after`` that is no id.

    All grants of the app are read for each page, a thousand in a request; users only those of the page.
    """
    if after is not None and guid(after) != after:
        raise ValueError("not the id of a user")
    app = await find_app(services, app_id)
    grants = _by_user(await _grants(services, app.service_principal_id))
    ids = sorted(grants)
    start = bisect_right(ids, after) if after is not None else 0
    shown = ids[start : start + top]
    people = await services.people.get(shown)
    apis = await _apis(services, {api for each in shown for grant in grants[each] if (api := _api_of(grant))})
    return ConsentingUsers(
        users=tuple(
            ConsentingUser(
                id=each,
                person=people.get(each),
                consents=tuple(_consent(grant, apis) for grant in grants[each]),
            )
            for each in shown
        ),
        total=len(ids),
        next=shown[-1] if start + top < len(ids) else None,
    )


async def _grants(services: InventoryServices, principal_id: str | None) -> Sequence[DirectoryObject]:
    if principal_id is None:
        return ()
    mirrored = (await services.mirror.principals([principal_id])).get(principal_id)
    return mirrored.grants if mirrored is not None else ()


def _by_user(grants: Iterable[DirectoryObject]) -> dict[str, list[DirectoryObject]]:
    found: dict[str, list[DirectoryObject]] = {}
    for grant in grants:
        user = guid(grant.get("principalId"))
        if user is not None and grant.get("consentType") == _FOR_THEMSELVES:
            found.setdefault(user, []).append(grant)
    return found


async def _apis(services: InventoryServices, object_ids: Iterable[str]) -> dict[str, DirectoryObject]:
    """The service principals of these APIs, as far as they were read."""
    return await services.mirror.bodies(sorted(object_ids))


def _consent(grant: DirectoryObject, apis: dict[str, DirectoryObject]) -> UserConsent:
    api = apis.get(_api_of(grant) or "", {})
    return UserConsent(
        resource_app_id=guid(api.get("appId")),
        resource_name=text(api, "displayName"),
        scopes=tuple(sorted((text(grant, "scope") or "").split())),
    )


def _api_of(grant: DirectoryObject) -> str | None:
    return guid(grant.get("resourceId"))
