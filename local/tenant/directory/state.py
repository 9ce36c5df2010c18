"""What the tenant holds, and the ways in which every write reads it and records itself."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from local.records.content import Content
from local.records.operations import Operation
from local.tenant.directory.activity import AppActivity, CredentialActivity
from local.tenant.directory.actors import Actor
from local.tenant.directory.audit_log import AuditLog
from local.tenant.directory.audit_records import audit_record
from local.tenant.directory.clock import Clock
from local.tenant.directory.collections import Collection, Object
from local.tenant.directory.errors import denied, not_found
from local.tenant.directory.unified_twins import ENTRA_AUDITS, unified_twin
from shared.domain.microsoft import HOME_TENANTS


class State:
    """The directory of one tenant. ``seed`` draws ids and the lateness of audits.

    ``owners`` are object ids of users and service principals by that of an application or service principal;
    ``federated_credentials`` are those of an application by its object id; ``group_members`` are object ids by that of
    the group. ``sign_in_activity`` is by appId, ``credential_activity`` by key id. Without ``has_premium`` (a licence
    of Microsoft Entra ID P1) the reports of use are closed; audits are not. ``foreign_apps`` are registrations of
    other tenants, by appId: an app that is not here and not among them cannot get a service principal. ``regulars`` are
    apps of scenarios that are here before these begin: the appIds by display name.
    """

    def __init__(self, *, tenant_id: str, clock: Clock, seed: int = 0, audits: AuditLog | None = None) -> None:
        self.tenant_id = tenant_id
        self.clock = clock
        self.audits = audits or AuditLog(seed)
        self.logs: dict[str, AuditLog] = {}
        self._seed = seed
        self.applications = Collection(["appId"])
        self.service_principals = Collection(["appId"])
        self.grants = Collection(["clientId"])
        self.app_role_assignments = Collection(["principalId", "resourceId"])
        self.users = Collection()
        self.groups = Collection()
        self.directory_roles = Collection(["roleTemplateId"])
        self.role_definitions = Collection()
        self.role_assignments = Collection(["principalId"])
        self.owners: dict[str, tuple[str, ...]] = {}
        self.federated_credentials: dict[str, tuple[Object, ...]] = {}
        self.group_members: dict[str, tuple[str, ...]] = {}
        self.sign_in_activity: dict[str, AppActivity] = {}
        self.credential_activity: dict[str, CredentialActivity] = {}
        self.has_premium = True
        self.foreign_apps: dict[str, Object] = {}
        self.regulars: dict[str, str] = {}
        self._put_away: dict[str, tuple[list[Object], list[Object]]] = {}
        self._latest = clock.now()
        self._random = Random(f"{seed} writes")

    def log(self, name: str) -> AuditLog:
        """One of the tenant's other logs (``graphActivity``, ``exchangeAudits``), as late as the audits are."""
        if name not in self.logs:
            self.logs[name] = AuditLog(f"{self._seed} {name}")
        self.logs[name].factor = self.audits.factor
        return self.logs[name]

    def service_principal_of(self, app_id: str) -> Object | None:
        """The service principal of an app, None where it has none here."""
        return next(iter(self.service_principals.where("appId", app_id)), None)

    def new_id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _record(self, request: str, actor: Actor, operation: Operation, content: Content) -> None:
        """Emits an audit; ``request`` is the correlation id that all audits of one request share."""
        # The order of writes is that of their times, also where the clock stands still between two of them.
        gap = timedelta(microseconds=self._random.randrange(1_000, 6_000))
        moment = self._latest = max(self.clock.now(), self._latest + gap)
        audit = audit_record(operation, actor, content, request, moment, self._random)
        self.audits.emit(audit, moment)
        self.log(ENTRA_AUDITS).emit(unified_twin(audit, operation, actor, content, self.tenant_id), moment)

    def _app(self, object_id: str) -> tuple[Collection, Object]:
        """The application or service principal with this object id, and where it is kept. Raises Refused."""
        for collection in (self.applications, self.service_principals):
            if found := collection.get(object_id):
                return collection, found
        raise not_found(object_id)

    def _put_aside(self, service_principal_id: str) -> None:
        """Takes away what a deleted service principal held and gave, so that it can come back with it."""
        ends = ("clientId", "resourceId")
        held = [one for one in self.grants.all() if service_principal_id in (one[end] for end in ends)]
        assignments = self.app_role_assignments
        roles = assignments.where("principalId", service_principal_id)
        roles += assignments.where("resourceId", service_principal_id)
        for found in held:
            self.grants.remove(found["id"])
        for found in roles:
            assignments.remove(found["id"])
        self._put_away[service_principal_id] = held, roles

    def _give_back(self, service_principal_id: str) -> None:
        # One that was in the recycle bin from the start has nothing put away.
        held, roles = self._put_away.pop(service_principal_id, ([], []))
        for found in held:
            self.grants.put(found)
        for found in roles:
            self.app_role_assignments.put(found)

    def _forget(self, object_id: str) -> None:
        """What hangs on an object that is gone for good."""
        self._put_away.pop(object_id, None)
        self.owners.pop(object_id, None)
        self.federated_credentials.pop(object_id, None)


def found_in(collection: Collection, object_id: str) -> Object:
    """The object. Raises Refused."""
    found = collection.get(object_id)
    if found is None:
        raise not_found(object_id)
    return found


def refuse_protected(item: Object) -> None:
    """Raises Refused for what only Microsoft or Azure may change: first-party apps and managed identities."""
    is_managed = item.get("servicePrincipalType") == "ManagedIdentity"
    if is_managed or item.get("appOwnerOrganizationId") in HOME_TENANTS:
        raise denied()


def graph_time(moment: datetime) -> str:
    """UTC in whole seconds, as most directory objects carry it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
