"""Which permissions of Microsoft Graph can allow a request.

By the tables of permissions in Microsoft's reference of each operation, least privileged and higher ones alike, kept
broad: where the reference differs between operations below one path, all of theirs stand. A request may be allowed by
several that an app holds. Which one the service went by no record tells, so all of them count as used.

A path that stands nowhere here tells nothing about permissions, and nor does a request that succeeded though none of
those held could have allowed it: then the table is too narrow. From neither follows that something is unused.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from shared.domain.apps import Permission, PermissionKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.permission_paths.access import Access
from shared.domain.permission_paths.content import CONTENT
from shared.domain.permission_paths.directory import DIRECTORY
from shared.domain.permission_paths.mailbox import MAILBOX
from shared.domain.permission_paths.security import SECURITY
from shared.domain.permission_paths.teams import TEAMS

PATHS: Final[Mapping[str, Access]] = {**MAILBOX, **CONTENT, **DIRECTORY, **TEAMS, **SECURITY}
NAMED: Final = frozenset(name for row in PATHS.values() for name in row.read | row.write)
"""Every permission that some path here can be reached by: of others the table knows nothing."""

_READING = frozenset({"GET", "HEAD"})
_ANY, _REST = "*", "**"
_MOST_SEGMENTS = 32
"""Longer paths are cut: no rule is as long."""
_MOST_REMEMBERED = 4096


class _Node(Struct):
    """Segments that may follow. ``exact`` is the rule of a path that ends here, ``rest`` that of all below as well."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    exact: Access | None = None
    rest: Access | None = None


def allowing(method: str, path: str) -> frozenset[str] | None:
    """The names of all permissions, of either kind, that can allow it; None: the table does not
    know the path. Some requests take none, as a batch does, whose parts are requests of their own.
    """
    found = _access(path)
    if found is None:
        return None
    return found.read if method.upper() in _READING else found.write


def exercised(method: str, path: str, kind: PermissionKind, held: Iterable[Permission]) -> tuple[Permission, ...]:
    """Of those held, all that could have allowed the request."""
    names = allowing(method, path) or frozenset()
    return tuple(
        one for one in held if one.kind is kind and one.resource_app_id == MICROSOFT_GRAPH and one.name in names
    )


@lru_cache(maxsize=_MOST_REMEMBERED)
def _access(path: str) -> Access | None:
    """That of the rule that says most of the path: a literal segment before any, and any before the rest."""
    segments = [_segment(each) for each in path.strip("/").split("/")[:_MOST_SEGMENTS]]
    if segments[0] == "me":
        segments[:1] = ["users", _ANY]
    return _best(_ROOT, segments)


def _segment(text: str) -> str:
    """Without arguments: ``delta(token='…')`` is ``delta``. Graph does not mind the case."""
    return text.partition("(")[0].lower()


def _best(node: _Node, segments: list[str]) -> Access | None:
    if not segments:
        return node.exact or node.rest
    for name in (segments[0], _ANY):
        following = node.following.get(name)
        found = _best(following, segments[1:]) if following else None
        if found is not None:
            return found
    return node.rest


def _tree(paths: Mapping[str, Access]) -> _Node:
    root = _Node()
    for path, row in paths.items():
        *segments, last = path.lower().strip("/").split("/")
        node = root
        for name in segments if last == _REST else (*segments, last):
            node = node.following.setdefault(name, _Node())
        if last == _REST:
            node.rest = row
        else:
            node.exact = row
    return root


_ROOT: Final = _tree(PATHS)
