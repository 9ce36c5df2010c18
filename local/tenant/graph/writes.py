"""The writes: what the bodies say, handed to the tenant's verbs, which check, change and record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call, Operation
from local.tenant.graph.messages import Answer, bad_request, not_found
from local.tenant.graph.pages import context
from local.tenant.graph.reads import Reads
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project

_NOTHING = Answer(204)
_LIFE_OF_A_SECRET = timedelta(days=730)


class Writes:
    """The operations that change the directory. Each is answered 404 where its object is not seen yet, as a read is."""

    def __init__(self, tenant: Tenant, reads: Reads) -> None:
        self._tenant = tenant
        self._reads = reads

    def create_application(self, call: Call) -> Answer:
        return _created(call, "application", self._tenant.add_application(_actor(call), _properties(call)))

    def create_service_principal(self, call: Call) -> Answer:
        told = _properties(call)
        app_id = _text(told, "appId")
        rest = {name: value for name, value in told.items() if name != "appId"}
        return _created(call, "servicePrincipal", self._tenant.add_service_principal(_actor(call), app_id, rest))

    def update_application(self, call: Call) -> Answer:
        self._tenant.update_application(_actor(call), self._id("application", call), _properties(call))
        return _NOTHING

    def update_service_principal(self, call: Call) -> Answer:
        self._tenant.update_service_principal(_actor(call), self._id("servicePrincipal", call), _properties(call))
        return _NOTHING

    def delete_application(self, call: Call) -> Answer:
        self._tenant.delete_application(_actor(call), self._id("application", call))
        return _NOTHING

    def delete_service_principal(self, call: Call) -> Answer:
        self._tenant.delete_service_principal(_actor(call), self._id("servicePrincipal", call))
        return _NOTHING

    def restore(self, call: Call) -> Answer:
        restored = self._tenant.restore(_actor(call), call.names["id"])
        name = "servicePrincipal" if "servicePrincipalType" in restored else "application"
        stated = context(call.request, kind("directoryObject"), None, "/$entity")
        return Answer(200, {"@odata.context": stated, "@odata.type": f"#microsoft.graph.{name}", **restored})

    def create_grant(self, call: Call) -> Answer:
        told = _body(call)
        made = self._tenant.grant_delegated(
            _actor(call),
            _text(told, "clientId"),
            _text(told, "resourceId"),
            _text(told, "scope"),
            _text(told, "consentType"),
            told.get("principalId"),
        )
        return _created(call, "oAuth2PermissionGrant", made)

    def update_grant(self, call: Call) -> Answer:
        self._tenant.change_grant(_actor(call), call.names["id"], _text(_body(call), "scope"))
        return _NOTHING

    def delete_grant(self, call: Call) -> Answer:
        self._tenant.revoke_grant(_actor(call), call.names["id"])
        return _NOTHING

    def assign_role(self, call: Call) -> Answer:
        """The same by either end of the assignment; the body names both."""
        told = _body(call)
        ids = [_text(told, name) for name in ("principalId", "resourceId", "appRoleId")]
        if self._id("servicePrincipal", call) not in ids[:2]:
            raise bad_request("The body names other objects than the path.", "Request_BadRequest")
        return _created(call, "appRoleAssignment", self._tenant.assign_app_role(_actor(call), *ids))

    def remove_role(self, call: Call) -> Answer:
        """The assignment is known by both of its ends only."""
        key = call.names["assignment"]
        found = self._tenant.app_role_assignments.get(key)
        if found is None or self._id("servicePrincipal", call) not in (found["principalId"], found["resourceId"]):
            raise not_found(key)
        self._tenant.remove_app_role(_actor(call), key)
        return _NOTHING

    def add_password(self, name: str) -> Operation:
        """A new secret, told this once. Without an end it lasts two years."""

        def operation(call: Call) -> Answer:
            told = _body(call).get("passwordCredential") or {}
            lifetime = _lifetime(told.get("endDateTime"), self._tenant.clock.now())
            made = self._tenant.add_secret(_actor(call), self._id(name, call), told.get("displayName"), lifetime)
            stated = f"{call.request.base}/$metadata#microsoft.graph.passwordCredential"
            return Answer(200, {"@odata.context": stated, **made})

        return operation

    def remove_password(self, name: str) -> Operation:
        return self._ordered(
            lambda call: self._tenant.remove_credential(_actor(call), self._id(name, call), _text(_body(call), "keyId"))
        )

    def add_owner(self, name: str) -> Operation:
        return self._ordered(
            lambda call: self._tenant.add_owner(
                _actor(call), self._id(name, call), _text(_body(call), "@odata.id").rpartition("/")[2]
            )
        )

    def remove_owner(self, name: str) -> Operation:
        return self._ordered(
            lambda call: self._tenant.remove_owner(_actor(call), self._id(name, call), call.names["owner"])
        )

    def _ordered(self, do: Callable[[Call], None]) -> Operation:
        def operation(call: Call) -> Answer:
            do(call)
            return _NOTHING

        return operation

    def _id(self, name: str, call: Call) -> str:
        return str(self._reads.find(name, call.names["id"])["id"])


def _created(call: Call, name: str, made: Object) -> Answer:
    stated = context(call.request, kind(name), None, "/$entity")
    return Answer(201, {"@odata.context": stated, **project(made, kind(name), None)})


def _actor(call: Call) -> Actor:
    return Actor.app(call.caller.service_principal_id, call.caller.display_name)


def _body(call: Call) -> dict[str, Any]:
    if not isinstance(call.request.body, dict):
        raise bad_request("Empty Payload. JSON content expected.")
    return call.request.body


def _properties(call: Call) -> dict[str, Any]:
    """The body without its annotations, such as the type that SDKs state."""
    return {name: value for name, value in _body(call).items() if "@" not in name}


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise bad_request(f"A value is required for property '{name}'.", "Request_BadRequest")
    return value


def _lifetime(end: Any, now: datetime) -> timedelta:
    if end is None:
        return _LIFE_OF_A_SECRET
    try:
        return datetime.fromisoformat(end) - now
    except (TypeError, ValueError):
        raise bad_request("Invalid value specified for property 'endDateTime'.", "Request_BadRequest") from None
