"""Sign-ins of apps. They write nothing to the directory and leave no audit; the reports of use tell of them."""

from datetime import datetime

from local.tenant.directory.activity import AppActivity, CredentialActivity
from local.tenant.directory.errors import bad_request, not_found
from local.tenant.directory.state import State
from shared.domain.microsoft import MICROSOFT_GRAPH

_KEYS = ("passwordCredentials", "keyCredentials")


class SignIns(State):
    """The part of ``Tenant`` for the use of apps. Every method raises Refused, and then nothing has changed."""

    def sign_in(
        self,
        app_id: str,
        at: datetime,
        credential: str | None = None,
        *,
        delegated: bool = False,
        resource: str = MICROSOFT_GRAPH,
    ) -> None:
        """The app gets a token for the API with the appId ``resource``.

        ``credential`` is the key id of the secret or certificate that it shows; ``delegated`` is on behalf of a user.
        """
        api = self.service_principal_of(resource)
        if self.service_principal_of(app_id) is None or api is None:
            raise not_found(app_id if api else resource)
        if credential is not None:
            activity = CredentialActivity(self._owner_of(app_id, credential), api["id"], at)
            known = self.credential_activity.get(credential)
            if known is None or known.last <= at:
                self.credential_activity[credential] = activity
        client = self.sign_in_activity.get(app_id, AppActivity())
        self.sign_in_activity[app_id] = client.as_client(at, delegated=delegated)
        served = self.sign_in_activity.get(resource, AppActivity())
        self.sign_in_activity[resource] = served.as_resource(at, delegated=delegated)

    def _owner_of(self, app_id: str, key_id: str) -> str:
        for half in (*self.applications.where("appId", app_id), *self.service_principals.where("appId", app_id)):
            if any(key["keyId"] == key_id for kind in _KEYS for key in half[kind]):
                return str(half["id"])
        raise bad_request(f"No credential of the application has the keyId '{key_id}'.")
