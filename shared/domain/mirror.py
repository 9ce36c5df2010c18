"""The mirror of the directory: objects as they were read last, and the read that saw them."""

from msgspec import Struct

from shared.domain.directory import DirectoryKind, DirectoryObject

SLICES = tuple("0123456789abcdef")
"""The first characters of ids, which are GUIDs: objects and apps are stored, compared and judged a sixteenth at a time.

Fewer would not fit into memory for 100,000 apps; more would make the batches of a small tenant one row each.
"""


class MirroredObject(Struct, frozen=True, kw_only=True):
    """``owner`` is the service principal it belongs to, or the appId of a registration; ``read`` the last that saw it.

    ``row`` and ``version`` say which state of it this is.
    """

    kind: DirectoryKind
    owner: str
    body: DirectoryObject
    read: int
    row: str
    version: str


class MirroredPrincipal(Struct, frozen=True, kw_only=True):
    """One service principal with what it holds; ``principal`` is None where only what hung on it is left."""

    principal: DirectoryObject | None
    grants: tuple[DirectoryObject, ...]
    app_role_assignments: tuple[DirectoryObject, ...]


def is_unseen(mirrored: MirroredObject, read: int, api_ids: frozenset[str]) -> bool:
    """Whether a complete read would have seen the object and did not: it is gone.

    A full read asks for the app role assignments of ``api_ids`` only, so it says nothing of the others.
    """
    if mirrored.kind is DirectoryKind.APP_ROLE_ASSIGNMENTS and mirrored.body.get("resourceId") not in api_ids:
        return False
    return mirrored.read < read


def principals_in(objects: list[MirroredObject]) -> dict[str, MirroredPrincipal]:
    """The service principals among the objects, by id."""
    owned: dict[str, dict[DirectoryKind, list[DirectoryObject]]] = {}
    for mirrored in objects:
        if mirrored.kind is not DirectoryKind.APPLICATIONS:
            owned.setdefault(mirrored.owner, {}).setdefault(mirrored.kind, []).append(mirrored.body)
    return {
        owner: MirroredPrincipal(
            principal=next(iter(bodies.get(DirectoryKind.SERVICE_PRINCIPALS, ())), None),
            grants=tuple(bodies.get(DirectoryKind.GRANTS, ())),
            app_role_assignments=tuple(bodies.get(DirectoryKind.APP_ROLE_ASSIGNMENTS, ())),
        )
        for owner, bodies in owned.items()
    }
