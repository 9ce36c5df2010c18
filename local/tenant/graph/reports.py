"""The reports of use, which beta alone has: when apps, and when their secrets and certificates, were last seen.

Only the global cloud has them, and only a tenant with a licence of Microsoft Entra ID P1. Who never signed in is in
neither report: that nobody is there does not say that the report was not read.
"""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from local.tenant.directory.activity import AppActivity, CredentialActivity
from local.tenant.directory.collections import Object
from local.tenant.directory.objects import is_service_principal
from local.tenant.directory.state import graph_time
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import Answer, GraphError
from local.tenant.graph.pages import Key, cut, listing
from local.tenant.graph.query import read_query
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project


class Reports:
    """The operations below ``/reports``. Rows are ordered by the id that they are about."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def apps(self, call: Call) -> Answer:
        """The last sign-ins of each app, as a client and as an API."""
        activities = self._tenant.sign_in_activity
        rows = [{"appId": app_id} for app_id in sorted(activities)]
        return self._page(
            call, "servicePrincipalSignInActivity", rows, "appId", lambda row: _app(row["appId"], activities)
        )

    def credentials(self, call: Call) -> Answer:
        """The last use of each secret and certificate that is still there."""
        activities = self._tenant.credential_activity
        rows = [row for key_id in sorted(activities) if (row := self._credential(key_id, activities[key_id]))]
        return self._page(call, "appCredentialSignInActivity", rows, "keyId", lambda row: row)

    def _page(
        self, call: Call, name: str, rows: list[Object], key_name: str, whole: Callable[[Object], Object]
    ) -> Answer:
        """``rows`` have what can be filtered by; ``whole`` adds the rest to those of the page."""
        if not self._tenant.has_premium:
            raise GraphError(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            )
        asked = kind(name)
        query = read_query(call.request, asked)

        def key(row: Object) -> Key:
            return (row[key_name],)

        found, after = cut(rows, query, key)
        values = [project(whole(row), asked, query.select) for row in found]
        return listing(call.request, asked, query, values, after)

    def _credential(self, key_id: str, activity: CredentialActivity) -> Object | None:
        owner = self._tenant.applications.get(activity.owner_id)
        owner = owner or self._tenant.service_principals.get(activity.owner_id)
        found = None if owner is None else _key_of(owner, key_id)
        if owner is None or found is None:
            return None
        origin = "servicePrincipal" if is_service_principal(owner) else "application"
        registration = next(iter(self._tenant.applications.where("appId", owner["appId"])), None)
        principal = self._tenant.service_principal_of(owner["appId"])
        return {
            "id": _id(f"{key_id}|{origin}"),
            "appId": owner["appId"],
            "appObjectId": registration and registration["id"],
            "createdDateTime": found["startDateTime"],
            "credentialOrigin": origin,
            "expirationDateTime": found["endDateTime"],
            "keyId": key_id,
            "keyType": "certificate" if "usage" in found else "clientSecret",
            "keyUsage": "verify",
            "resourceId": activity.resource_id,
            "servicePrincipalObjectId": principal and principal["id"],
            "signInActivity": _activity(key_id, activity.last),
        }


def _app(app_id: str, activities: dict[str, AppActivity]) -> Object:
    activity = activities[app_id]
    return {
        "id": _id(app_id),
        "appId": app_id,
        "applicationAuthenticationClientSignInActivity": _activity(app_id, activity.app_only_client),
        "applicationAuthenticationResourceSignInActivity": _activity(app_id, activity.app_only_resource),
        "delegatedClientSignInActivity": _activity(app_id, activity.delegated_client),
        "delegatedResourceSignInActivity": _activity(app_id, activity.delegated_resource),
        "lastSignInActivity": _activity(app_id, activity.last),
    }


def _activity(of: str, at: datetime | None) -> Object | None:
    """The same sign-in has the same request id wherever it is told. Nobody is asked anything in any of them."""
    if at is None:
        return None
    moment, request = graph_time(at), str(uuid5(NAMESPACE_OID, f"{of} {at.isoformat()}"))
    return {
        "lastNonInteractiveSignInDateTime": moment,
        "lastNonInteractiveSignInRequestId": request,
        "lastSignInDateTime": moment,
        "lastSignInRequestId": request,
        "lastSuccessfulSignInDateTime": moment,
        "lastSuccessfulSignInRequestId": request,
    }


def _key_of(owner: Object, key_id: str) -> Object | None:
    keys = (*owner["passwordCredentials"], *owner["keyCredentials"])
    return next((one for one in keys if one["keyId"] == key_id), None)


def _id(text: str) -> str:
    return b64encode(text.encode()).decode()
