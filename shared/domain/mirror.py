"""The mirror of the directory: objects as they were read last, and the read that saw them."""

from collections.abc import Iterable

from msgspec import Struct

from shared.domain.directory import DirectoryKind, DirectoryObject

SLICES = tuple("0123456789abcdef")
"""The first characters of ids, which are GUIDs: objects and apps are stored, compared and judged a sixteenth at a time.

Fewer would not fit into memory for 100,000 apps; more would make the batches of a small tenant one row each.
"""


ON_PRINCIPALS = frozenset(
    {
        DirectoryKind.SERVICE_PRINCIPALS,
        DirectoryKind.GRANTS,
        DirectoryKind.APP_ROLE_ASSIGNMENTS,
        DirectoryKind.ROLE_ASSIGNMENTS,
    }
)
"""Service principals, and what hangs on them. All other kinds go by the appId."""
DELETED = frozenset({DirectoryKind.DELETED_APPLICATIONS, DirectoryKind.DELETED_SERVICE_PRINCIPALS})


class MirroredObject(Struct, frozen=True, kw_only=True):
    """``owner`` is the service principal it belongs to, or the appId of a registration; ``read`` the last that saw it.

    ``row`` and ``version`` say which state of it this is. ``neighbours`` are other objects under the same appId: they
    come with a lookup by it, not with a slice.
    """

    kind: DirectoryKind
    owner: str
    body: DirectoryObject
    read: int
    row: str
    version: str
    neighbours: tuple["MirroredObject", ...] = ()


class MirroredPrincipal(Struct, frozen=True, kw_only=True):
    """One service principal with what it holds; ``principal`` is None where only what hung on it is left."""

    principal: DirectoryObject | None
    grants: tuple[DirectoryObject, ...]
    app_role_assignments: tuple[DirectoryObject, ...]
    role_assignments: tuple[DirectoryObject, ...] = ()


class MirroredRegistration(Struct, frozen=True, kw_only=True):
    """What goes by one appId; ``registration`` is None where only other things are left.

    ``deleted`` are the halves of the app that wait in the directory's bin.
    """

    registration: DirectoryObject | None = None
    federated_credentials: tuple[DirectoryObject, ...] = ()
    deleted: tuple[DirectoryObject, ...] = ()


def is_unseen(
    mirrored: MirroredObject,
    read: int,
    api_ids: frozenset[str],
    skipped: frozenset[DirectoryKind] = frozenset(),
    gone_apis: frozenset[str] = frozenset(),
) -> bool:
    """Whether a complete read would have seen the object and did not: it is gone.

    A full read asks for the app role assignments of ``api_ids`` only, so it says nothing of the others, nor of the
    kinds it ``skipped``. What was for ``gone_apis`` went with them.
    """
    resource = mirrored.body.get("resourceId")
    is_role = mirrored.kind is DirectoryKind.APP_ROLE_ASSIGNMENTS
    if is_role and resource in gone_apis:
        return mirrored.read < read
    if mirrored.kind in skipped or (is_role and resource not in api_ids):
        return False
    return mirrored.read < read


def principals_in(objects: Iterable[MirroredObject]) -> dict[str, MirroredPrincipal]:
    """The service principals among the objects, by id."""
    owned: dict[str, dict[DirectoryKind, list[DirectoryObject]]] = {}
    for mirrored in objects:
        if mirrored.kind in ON_PRINCIPALS:
            owned.setdefault(mirrored.owner, {}).setdefault(mirrored.kind, []).append(mirrored.body)
    return {
        owner: MirroredPrincipal(
            principal=next(iter(bodies.get(DirectoryKind.SERVICE_PRINCIPALS, ())), None),
            grants=tuple(bodies.get(DirectoryKind.GRANTS, ())),
            app_role_assignments=tuple(bodies.get(DirectoryKind.APP_ROLE_ASSIGNMENTS, ())),
            role_assignments=tuple(bodies.get(DirectoryKind.ROLE_ASSIGNMENTS, ())),
        )
        for owner, bodies in owned.items()
    }


def registration_in(objects: Iterable[MirroredObject]) -> MirroredRegistration:
    """What these objects of one appId, without their neighbours, come to."""
    bodies: dict[DirectoryKind, list[DirectoryObject]] = {}
    for mirrored in objects:
        bodies.setdefault(mirrored.kind, []).append(mirrored.body)
    trusted = bodies.get(DirectoryKind.FEDERATED_CREDENTIALS, [])
    return MirroredRegistration(
        registration=next(iter(bodies.get(DirectoryKind.APPLICATIONS, ())), None),
        federated_credentials=tuple(each for body in trusted for each in body.get("federatedIdentityCredentials", ())),
        deleted=tuple(body for kind in sorted(DELETED) for body in bodies.get(kind, ())),
    )
