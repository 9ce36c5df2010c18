"""What the reports of use know of a generated tenant: most apps were used lately, some long ago, many never."""

from datetime import datetime, timedelta
from random import Random

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from shared.domain.microsoft import HOME_TENANTS

_USED = 0.7
_LONG_UNUSED = 0.2
_KEY_USED = 0.7
_USUAL_AGE_DAYS = 8
_RECENT_DAYS = 60
_OLD_DAYS = (95, 400)

_FLOWS = {(True,): 5, (False,): 2, (True, False): 3}
"""How apps sign in, by weight: on behalf of users, as themselves, or both."""


def load_use(tenant: Tenant, random: Random) -> None:
    """Sign-ins of apps, and of some of their secrets and certificates, never before they existed."""
    for found in tenant.service_principals.all():
        if random.random() < _USED:
            for delegated in _flows(found, random):
                _sign_in(tenant, found, random, delegated=delegated)


def _sign_in(tenant: Tenant, found: Object, random: Random, *, delegated: bool) -> None:
    now = tenant.clock.now()
    at = now - min(_age(random), (now - datetime.fromisoformat(found["createdDateTime"])) * random.random())
    tenant.sign_in(found["appId"], at, delegated=delegated)
    if delegated:
        return
    for registration in tenant.applications.where("appId", found["appId"]):
        for key in (*registration["passwordCredentials"], *registration["keyCredentials"]):
            if random.random() < _KEY_USED:
                used = min(at, datetime.fromisoformat(key["endDateTime"]))
                tenant.sign_in(found["appId"], used, key["keyId"])


def _flows(found: Object, random: Random) -> tuple[bool, ...]:
    if found["servicePrincipalType"] == "ManagedIdentity":
        return (False,)
    if found["appOwnerOrganizationId"] in HOME_TENANTS:
        return (True,)
    return random.choices(list(_FLOWS), list(_FLOWS.values()))[0]


def _age(random: Random) -> timedelta:
    if random.random() < _LONG_UNUSED:
        return timedelta(days=random.uniform(*_OLD_DAYS))
    return timedelta(days=min(random.expovariate(1 / _USUAL_AGE_DAYS), _RECENT_DAYS))
