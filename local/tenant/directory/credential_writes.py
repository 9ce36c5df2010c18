"""Writes to credentials: secrets, certificates and federated credentials."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha1

from local.tenant.directory import app_contents, operations
from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Collection, Object
from local.tenant.directory.errors import already_there, bad_request
from local.tenant.directory.objects import certificate, federated_credential, password
from local.tenant.directory.state import State, found_in, graph_time, refuse_protected

_KINDS = ("passwordCredentials", "keyCredentials")


class CredentialWrites(State):
    """The part of ``Tenant`` for credentials. ``object_id`` is that of an application or a service principal.

    Every method raises Refused, and then nothing has changed.
    """

    def add_secret(self, actor: Actor, object_id: str, name: str | None, lifetime: timedelta) -> Object:
        """A new secret, with its made-up value in ``secretText``: this answer is the only one that shows it."""
        now = self.clock.now()
        value = b64encode(self._random.randbytes(30)).decode()
        made = password(self.new_id(), name, value[:3], graph_time(now), graph_time(now + lifetime))
        self._add(actor, object_id, "passwordCredentials", made)
        return {**made, "secretText": value}

    def add_certificate(self, actor: Actor, object_id: str, name: str, lifetime: timedelta) -> Object:
        """A new certificate, of which only its public facts exist."""
        now = self.clock.now()
        key_id = self.new_id()
        thumbprint = b64encode(sha1(key_id.encode(), usedforsecurity=False).digest()).decode()
        made = certificate(key_id, name, thumbprint, graph_time(now), graph_time(now + lifetime))
        self._add(actor, object_id, "keyCredentials", made)
        return made

    def remove_credential(self, actor: Actor, object_id: str, key_id: str) -> None:
        """Removes a secret or a certificate."""
        collection, before = self._app(object_id)
        refuse_protected(before)
        kept = {kind: [one for one in before[kind] if one["keyId"] != key_id] for kind in _KINDS}
        if all(len(kept[kind]) == len(before[kind]) for kind in _KINDS):
            raise bad_request(f"No credentials found to be removed with keyId '{key_id}'.")
        self._replace_keys(actor, collection, before, {**before, **kept}, is_gone=True)

    def add_federated_credential(
        self, actor: Actor, application_id: str, name: str, issuer: str, subject: str
    ) -> Object:
        """Trusts the tokens of an issuer for one subject."""
        found = found_in(self.applications, application_id)
        before = self.federated_credentials.get(application_id, ())
        if any(one["name"] == name or (one["issuer"], one["subject"]) == (issuer, subject) for one in before):
            raise already_there("FederatedIdentityCredential with the same name, or issuer and subject, exists.")
        made = federated_credential(self.new_id(), name, issuer, subject)
        self._replace_trusts(actor, found, before, (*before, made))
        return made

    def remove_federated_credential(self, actor: Actor, application_id: str, credential_id: str) -> None:
        found = found_in(self.applications, application_id)
        before = self.federated_credentials.get(application_id, ())
        kept = tuple(one for one in before if one["id"] != credential_id)
        if len(kept) == len(before):
            raise bad_request(f"No credentials found to be removed with id '{credential_id}'.")
        self._replace_trusts(actor, found, before, kept)

    def _add(self, actor: Actor, object_id: str, kind: str, made: Object) -> None:
        collection, before = self._app(object_id)
        refuse_protected(before)
        self._replace_keys(actor, collection, before, {**before, kind: [*before[kind], made]}, is_gone=False)

    def _replace_keys(
        self, actor: Actor, collection: Collection, before: Object, after: Object, *, is_gone: bool
    ) -> None:
        operation = operations.REMOVE_KEY if is_gone else operations.ADD_KEY
        collection.put(after)
        self._record(self.new_id(), actor, operation.of(after), app_contents.keys(before, after))

    def _replace_trusts(
        self, actor: Actor, found: Object, before: tuple[Object, ...], after: tuple[Object, ...]
    ) -> None:
        self.federated_credentials[found["id"]] = after
        content = app_contents.federated(found, before, after)
        self._record(self.new_id(), actor, operations.UPDATE.of(found), content)
