"""One row of the table: the permissions by which a path can be read, and those by which it can be written."""

from collections.abc import Mapping
from typing import NamedTuple


class Access(NamedTuple):
    """Names as Microsoft Graph writes them, of both kinds: which of them an app holds tells the kind."""

    read: frozenset[str]
    write: frozenset[str]


type Paths = Mapping[str, Access]
"""By path: ``*`` stands for one segment, ``**`` at the end for any number of them, none included. ``/me`` is written
``/users/*``.
"""


def access(read: str, write: str) -> Access:
    """Whatever may write may also read, as Microsoft's names have it."""
    writing = frozenset(write.split())
    return Access(frozenset(read.split()) | writing, writing)


def reading(names: str) -> Access:
    """Of a path that only tells, though some of these are asked by POST."""
    return Access(frozenset(names.split()), frozenset(names.split()))


def split(read: str, write: str) -> Access:
    """Where writing does not let read, as with sending."""
    return Access(frozenset(read.split()), frozenset(write.split()))
