"""The policy book: all that people decided about policies, as one whole with one version.

Bundled policies are part of the product. What is stored of one is its *tuning* (state, severity, scope, actions,
values of parameters), so that an upgrade brings better conditions without losing what was chosen. A policy that people
wrote is stored whole. ``shared/policies`` gives ``body`` its meaning; here it is plain values.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from shared.domain.alerts import HistoryEntry
from shared.domain.exemptions import Exemption

type PolicyBody = dict[str, Any]
"""A policy, or the tuning of a bundled one, as its YAML says it."""

MOST_POLICIES: Final = 500
"""Of the tenant's own."""
MOST_LISTS: Final = 100
MOST_POLICY_BYTES: Final = 64 * 1024
"""Of one policy, as JSON."""


class PolicySource(StrEnum):
    """Where a policy comes from."""

    DETECTION = "detection"
    """Bundled: an attack that the product looks for."""
    PREDEFINED = "predefined"
    """Bundled: a rule of governance that may be tuned."""
    USER_DEFINED = "userDefined"


class StoredPolicy(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The current version of one. Versions count from 1; a bundled policy nobody tuned is at 1 and not stored.

    ``template`` is the id of the template it was made from; ``from_code``: it was applied from a folder of files.
    """

    id: str
    version: int
    body: PolicyBody
    is_tuning: bool
    created: datetime
    created_by: str
    modified: datetime
    modified_by: str
    template: str | None = None
    from_code: bool = False


class PolicyVersion(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One version, never changed. ``entry`` says who, when, what and why; entries of one policy are chained.

    ``body`` is None where that version ended it: a deleted policy, or a bundled one that was reset.
    """

    policy_id: str
    version: int
    entry: HistoryEntry
    body: PolicyBody | None = None


class NamedList(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A list that policies refer to by ``{list: NAME}``."""

    name: str
    values: tuple[str, ...]
    description: str = ""
    version: int = 1
    modified: datetime | None = None
    modified_by: str = ""


class PolicyBook(Struct, frozen=True, kw_only=True):
    """``version`` changes with any change of it; None while nothing was ever stored.

    ``last_entries`` are the ends of the histories by subject (``policy/ID``, ``list/NAME``, ``exemption/ID``), also of
    what is gone: a policy that is made anew goes on counting.
    """

    version: str | None = None
    policies: dict[str, StoredPolicy] = {}
    lists: dict[str, NamedList] = {}
    exemptions: dict[str, Exemption] = {}
    last_entries: dict[str, HistoryEntry] = {}


class BookChange(Struct, frozen=True, kw_only=True):
    """One commit, all or nothing, refused where the book has moved on from ``expected``. At most 40 policies.

    ``versions`` are new rows of history, for saved and for removed policies alike. ``forgotten`` are ids of exemptions
    that lapsed long ago; their history stays.
    """

    expected: str | None
    saved: tuple[StoredPolicy, ...] = ()
    removed: tuple[str, ...] = ()
    versions: tuple[PolicyVersion, ...] = ()
    lists: tuple[NamedList, ...] = ()
    removed_lists: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    forgotten: tuple[str, ...] = ()
    entries: tuple[tuple[str, HistoryEntry], ...] = ()
    """History of lists and exemptions, by subject."""


def policy_subject(policy_id: str) -> str:
    """The name of a policy's history in the book."""
    return f"policy/{policy_id}"


def list_subject(name: str) -> str:
    """The name of a list's history in the book."""
    return f"list/{name}"


def exemption_subject(exemption_id: str) -> str:
    """The name of an exemption's history in the book."""
    return f"exemption/{exemption_id}"


def canonical(value: object) -> bytes:
    """As JSON, by which values are compared to the type: to Python, true is 1 and 1 is 1.0."""
    return msgspec.json.encode(value, order="sorted")
