"""One app from its halves in the mirror: as it is, or as it was last known if it is gone."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.apps import App
from shared.domain.directory import DirectoryObject
from shared.domain.inventory_reads import ReadStage
from shared.domain.mirror import MirroredPrincipal, MirroredRegistration
from shared.domain.people import Person
from shared.pipeline.inventory.carried_over import carried_over, with_modified
from shared.pipeline.inventory.known_stages import Answer, stages_of
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, text
from shared.sources.inventory import AppObjects, build_app
from shared.sources.inventory_permissions import Apis
from shared.sources.times import time_of

_RECOVERABLE_FOR = timedelta(days=30)
"""How long the directory keeps what was deleted."""

_log = logging.getLogger(__name__)


class Halves(Struct, frozen=True):
    """What the mirror holds of one app; neither half there: it is gone.

    ``is_bin_read`` says that what was deleted is known as of now, and not as of an earlier read. ``answer`` is what the
    service principal told where it was read by itself.
    """

    principal: MirroredPrincipal | None
    registration: MirroredRegistration | None
    is_bin_read: bool = False
    answer: Answer = Answer()

    @property
    def is_gone(self) -> bool:
        return self.principal is None and (self.registration is None or self.registration.registration is None)


class Surroundings(Struct, frozen=True, kw_only=True):
    """What apps are built with besides their own objects. ``people`` are the marked users and
    the owners whom the service knows, None: users were never read.

    ``stages`` were ever read to their end, and none of ``now_read`` was left out since.
    """

    apis: Apis
    people: Mapping[str, Person] | None
    stages: frozenset[ReadStage]
    now_read: frozenset[ReadStage]
    tenant_id: str
    is_first_read: bool
    now: datetime


def built(app_id: str, halves: Halves, stored: App | None, around: Surroundings) -> App | None:
    """None: there is nothing to tell of it."""
    try:
        app = _gone(app_id, halves, stored, around) if halves.is_gone else _there(app_id, halves, stored, around)
    except RecordError as error:
        # What one app carries must not hold up the others: it stays as it was last known.
        _log.warning("app cannot be read", extra={"app": app_id, "reason": str(error)})
        return stored
    if app is None or stored is None or around.is_first_read:
        return app
    return with_modified(app, stored, around.now)


def _there(app_id: str, halves: Halves, stored: App | None, around: Surroundings) -> App:
    principal, found = halves.principal, halves.registration
    around = replace(around, stages=_stages(halves, stored, around))
    registration: DirectoryObject | None = {} if ReadStage.APPLICATIONS in around.stages else None
    if found is not None and found.registration is not None:
        federated = list(found.federated_credentials)
        registration = {**found.registration, "federatedIdentityCredentials": federated}
    objects = AppObjects(
        app_id=app_id,
        principal=(principal.principal or {}) if principal else {},
        registration=registration,
        grants=_read(principal.grants if principal else (), ReadStage.GRANTS, around),
        assignments=_read(principal.app_role_assignments if principal else (), ReadStage.APP_ROLE_ASSIGNMENTS, around),
        role_assignments=_read(principal.role_assignments if principal else (), ReadStage.ROLE_ASSIGNMENTS, around),
        people=around.people,
    )
    app = build_app(objects, around.apis, around.tenant_id)
    if stored is None:
        return replace(app, first_seen=around.now)
    kept = carried_over(app, stored, around.stages)
    return kept if kept.first_seen else replace(kept, first_seen=around.now)


def _stages(halves: Halves, stored: App | None, around: Surroundings) -> frozenset[ReadStage]:
    principal = halves.principal.principal if halves.principal else None
    principal_id = text(principal, "id") if principal else None
    return stages_of(stored, principal_id, halves.answer, around.stages, around.now_read)


def _read(objects: tuple[DirectoryObject, ...], stage: ReadStage, around: Surroundings) -> list[Fields] | None:
    return list(objects) if stage in around.stages else None


def _gone(app_id: str, halves: Halves, stored: App | None, around: Surroundings) -> App | None:
    """As it was last known, with the time. One that nobody knew is told by what the directory keeps of it."""
    remains = halves.registration.deleted if halves.registration and halves.is_bin_read else ()
    deleted = max((time for each in remains if (time := time_of(each, "deletedDateTime"))), default=None)
    if stored is None:
        if deleted is None:
            return None
        app = replace(_from_remains(app_id, remains, around), first_seen=around.now)
        return replace(app, deleted=deleted, recoverable_until=deleted + _RECOVERABLE_FOR)
    if deleted is not None:
        return replace(stored, deleted=deleted, recoverable_until=deleted + _RECOVERABLE_FOR)
    recoverable_until = None if halves.is_bin_read else stored.recoverable_until
    return replace(stored, deleted=stored.deleted or around.now, recoverable_until=recoverable_until)


def _from_remains(app_id: str, remains: tuple[DirectoryObject, ...], around: Surroundings) -> App:
    """Only a service principal has a type, or says whose app it is."""
    principals = [each for each in remains if "servicePrincipalType" in each or "appOwnerOrganizationId" in each]
    registrations = [each for each in remains if each not in principals]
    latest = [
        max(each, key=lambda item: text(item, "deletedDateTime") or "", default={})
        for each in (principals, registrations)
    ]
    objects = AppObjects(app_id=app_id, principal=latest[0], registration=latest[1], grants=None, assignments=None)
    return build_app(objects, around.apis, around.tenant_id)
