"""Of one app: the stages of which it can be said that what they do not show is not there.

A stage that was read once and may not be read any more still tells of the apps that it told of, but nothing of those
that came since.
"""

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.directory import ServicePrincipalParts
from shared.domain.inventory_reads import ReadStage
from shared.domain.known import UNKNOWN

_ON_PRINCIPALS = {
    ReadStage.GRANTS: "grants",
    ReadStage.APP_ROLE_ASSIGNMENTS: "permissions",
    ReadStage.ROLE_ASSIGNMENTS: "directory_roles",
}
"""Stages of what hangs on a service principal, with a fact of the app that is known only from each."""
_ON_APPS = {ReadStage.APPLICATIONS: "registered"}
_FACTS = _ON_PRINCIPALS | _ON_APPS


class Answer(Struct, frozen=True):
    """What a service principal that was read by itself ``brought``, however far a full read has come, and what was
    ``refused`` of it.
    """

    brought: frozenset[ReadStage] = frozenset()
    refused: frozenset[ReadStage] = frozenset()


NOTHING_HELD = Answer(brought=frozenset({ReadStage.GRANTS, ReadStage.APP_ROLE_ASSIGNMENTS}))
"""Of an app that was read and has no service principal."""


def answer_of(parts: ServicePrincipalParts) -> Answer:
    brought, refused = {ReadStage.APP_ROLE_ASSIGNMENTS}, set[ReadStage]()
    (refused if parts.grants is None else brought).add(ReadStage.GRANTS)
    if parts.role_assignments is None:
        refused.add(ReadStage.ROLE_ASSIGNMENTS)
    elif parts.role_assignments:
        brought.add(ReadStage.ROLE_ASSIGNMENTS)  # None of its own may still be some through a group.
    return Answer(frozenset(brought), frozenset(refused))


def stages_of(
    stored: App | None,
    principal_id: str | None,
    answer: Answer,
    read: frozenset[ReadStage],
    now_read: frozenset[ReadStage],
) -> frozenset[ReadStage]:
    """``read`` are the stages that were ever read, ``now_read`` those that nothing left out since."""
    told = {stage for stage, fact in _FACTS.items() if _is_told(stage, fact, stored, principal_id)}
    return (read & (told | (now_read - answer.refused) | (read - _FACTS.keys()))) | answer.brought


def _is_told(stage: ReadStage, fact: str, stored: App | None, principal_id: str | None) -> bool:
    """Whether the stage told of this app before, on the service principal that it has now."""
    if stored is None or getattr(stored, fact) is UNKNOWN:
        return False
    if stage in _ON_APPS or principal_id is None:
        return True
    return stored.deleted is None and stored.service_principal_id == principal_id
