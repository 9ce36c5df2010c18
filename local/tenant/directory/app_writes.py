"""Writes to registrations and service principals: add, change, delete and bring back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from local.tenant.directory import app_contents, operations
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Collection, Object
from local.tenant.directory.errors import already_there, bad_request, not_found
from local.tenant.directory.objects import application, is_service_principal, service_principal
from local.tenant.directory.state import State, found_in, graph_time, refuse_protected

_BIN = timedelta(days=30)
"""How long what was deleted can be brought back."""

_READ_ONLY = frozenset(
    {
        "id",
        "appId",
        "createdByAppId",
        "createdDateTime",
        "deletedDateTime",
        "disabledByMicrosoftStatus",
        "keyCredentials",
        "passwordCredentials",
        "publisherDomain",
        "verifiedPublisher",
    }
)
_READ_ONLY_HERE = frozenset({"appDisplayName", "appOwnerOrganizationId", "servicePrincipalType", "signInAudience"})
"""Of a service principal: it takes these from its registration."""


class AppWrites(State):
    """The part of ``Tenant`` for apps as such. Every method raises Refused, and then nothing has changed."""

    def add_application(self, actor: Actor, properties: Mapping[str, Any]) -> Object:
        """Registers an app, without a service principal. A user who does so becomes its owner."""
        if not properties.get("displayName"):
            raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
        made = application(self.new_id(), self.new_id(), graph_time(self.clock.now()), {"displayName": ""})
        _check(made, properties, _READ_ONLY)
        made = {**made, **properties}
        request = self.new_id()
        self.applications.put(made)
        self._record(request, actor, operations.ADD.of(made), app_contents.added(made, ""))
        if user := self.users.get(actor.id):
            self.owners[made["id"]] = (actor.id,)
            self._record(request, actor, operations.ADD_OWNER.of(made), app_contents.owner(made, user))
        return made

    def add_service_principal(self, actor: Actor, app_id: str, properties: Mapping[str, Any] | None = None) -> Object:
        """Makes the app's identity in this tenant, for an app of this tenant or one of ``foreign_apps``."""
        return self._instantiate(self.new_id(), actor, app_id, properties or {})

    def update_application(self, actor: Actor, object_id: str, changes: Mapping[str, Any]) -> Object:
        """A change of name reaches the service principal as well. Nothing new leaves no audit."""
        before = found_in(self.applications, object_id)
        _check(before, changes, _READ_ONLY)
        request = self.new_id()
        after = self._change(request, actor, self.applications, before, changes)
        its_own = self.service_principal_of(before["appId"])
        if its_own and after["displayName"] != before["displayName"]:
            names = {"displayName": after["displayName"], "appDisplayName": after["displayName"]}
            self._change(request, actor, self.service_principals, its_own, names)
        return after

    def update_service_principal(self, actor: Actor, object_id: str, changes: Mapping[str, Any]) -> Object:
        """Among others ``accountEnabled``: false ends new sign-ins. Nothing new leaves no audit."""
        before = found_in(self.service_principals, object_id)
        refuse_protected(before)
        _check(before, changes, _READ_ONLY | _READ_ONLY_HERE)
        return self._change(self.new_id(), actor, self.service_principals, before, changes)

    def delete_application(self, actor: Actor, object_id: str) -> None:
        """Moves the registration to the recycle bin, and its service principal with it."""
        found = found_in(self.applications, object_id)
        request = self.new_id()
        self._recycle(request, actor, self.applications, found)
        if its_own := self.service_principal_of(found["appId"]):
            self._recycle(request, actor, self.service_principals, its_own)

    def delete_service_principal(self, actor: Actor, object_id: str) -> None:
        """Moves it to the recycle bin; what it holds goes, and comes back with it."""
        found = found_in(self.service_principals, object_id)
        refuse_protected(found)
        self._recycle(self.new_id(), actor, self.service_principals, found)

    def restore(self, actor: Actor, object_id: str) -> Object:
        """Takes an application, with its service principal, or a service principal out of the recycle bin."""
        self.empty_recycle_bin()
        request = self.new_id()
        collection, found = self._deleted(object_id)
        if is_service_principal(found) and self.service_principal_of(found["appId"]):
            raise _name_taken(found["appId"])
        restored = self._bring_back(request, actor, collection, found)
        if collection is self.applications:
            for half in self.service_principals.deleted():
                if half["appId"] == found["appId"]:
                    self._bring_back(request, actor, self.service_principals, half)
        return restored

    def purge(self, actor: Actor, object_id: str) -> None:
        """Deletes for good what is in the recycle bin."""
        collection, found = self._deleted(object_id)
        collection.remove(object_id)
        self._forget(object_id)
        self._record(self.new_id(), actor, operations.PURGE.of(found), app_contents.about(found))

    def empty_recycle_bin(self) -> None:
        """Deletes for good what has been there for 30 days; the service does so without an audit."""
        limit = self.clock.now() - _BIN
        for collection in (self.applications, self.service_principals):
            for found in collection.deleted():
                if datetime.fromisoformat(found["deletedDateTime"]) < limit:
                    collection.remove(found["id"])
                    self._forget(found["id"])

    def _instantiate(self, request: str, actor: Actor, app_id: str, properties: Mapping[str, Any]) -> Object:
        inherited = self._registered(app_id)
        if self.service_principal_of(app_id):
            raise _name_taken(app_id)
        made = service_principal(self.new_id(), app_id, graph_time(self.clock.now()), inherited)
        _check(made, properties, _READ_ONLY | _READ_ONLY_HERE)
        made = {**made, **properties}
        self.service_principals.put(made)
        content = app_contents.added(made, self.new_id())
        self._record(request, actor, operations.ADD.of(made), content)
        return made

    def _registered(self, app_id: str) -> Mapping[str, Any]:
        """What a service principal takes from its registration, here or abroad."""
        here = next(iter(self.applications.where("appId", app_id)), None)
        if here is None:
            if app_id not in self.foreign_apps:
                raise bad_request(f"The appId '{app_id}' does not reference a valid application object.")
            return self.foreign_apps[app_id]
        return {
            "appOwnerOrganizationId": self.tenant_id,
            "appRoles": here["appRoles"],
            "displayName": here["displayName"],
            "homepage": here["web"]["homePageUrl"],
            "oauth2PermissionScopes": here["api"]["oauth2PermissionScopes"],
            "replyUrls": [url for part in ("web", "spa", "publicClient") for url in here[part]["redirectUris"]],
            "signInAudience": here["signInAudience"],
            "verifiedPublisher": here["verifiedPublisher"],
        }

    def _change(
        self, request: str, actor: Actor, collection: Collection, before: Object, changes: Mapping[str, Any]
    ) -> Object:
        changed = [name for name, value in changes.items() if before[name] != value]
        if not changed:
            return before
        after = {**before, **changes}
        collection.put(after)
        self._record(request, actor, operations.UPDATE.of(after), app_contents.updated(before, after, changed))
        return after

    def _recycle(self, request: str, actor: Actor, collection: Collection, found: Object) -> None:
        collection.recycle({**found, "deletedDateTime": graph_time(self.clock.now())})
        if is_service_principal(found):
            self._put_aside(found["id"])
        self._record(request, actor, operations.DELETE.of(found), app_contents.about(found))

    def _bring_back(self, request: str, actor: Actor, collection: Collection, found: Object) -> Object:
        restored = {**found, "deletedDateTime": None}
        collection.put(restored)
        if is_service_principal(restored):
            self._give_back(restored["id"])
        self._record(request, actor, operations.RESTORE.of(restored), app_contents.about(restored))
        return restored

    def _deleted(self, object_id: str) -> tuple[Collection, Object]:
        for collection in (self.applications, self.service_principals):
            if found := collection.get_deleted(object_id):
                return collection, found
        raise not_found(object_id)


def _check(item: Object, changes: Mapping[str, Any], read_only: frozenset[str]) -> None:
    for name, value in changes.items():
        if name not in item:
            raise bad_request(f"Invalid property '{name}'.")
        if name in read_only:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
        if value is not None and item[name] is not None and type(value) is not type(item[name]):
            raise bad_request(f"Invalid value specified for property '{name}'.")


def _name_taken(app_id: str) -> Exception:
    return already_there(
        "The service principal cannot be created, updated, or restored because the service principal name "
        f"{app_id} is already in use."
    )
