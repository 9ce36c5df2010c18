"""What is known of the use of a generated tenant: most apps were used lately, some long ago, many never.

The reports of use know all of it. The logs of sign-ins have a few records of each kind from the last days.
"""

from collections import Counter
from dataclasses import dataclass
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

_LOGGED = timedelta(days=3)
_MOST_LOGGED = 80
"""Of one kind: a tenant of any size is generated as fast, and holds as little, as without logs."""
_COUNTRIES = ("NL", "DE", "FR", "GB")
_FIRST_ASN = 64_496
"""The first of the network numbers that are kept for documentation."""


@dataclass(frozen=True, slots=True)
class _Use:
    found: Object
    at: datetime
    delegated: bool
    key_id: str | None


def load_use(tenant: Tenant, random: Random) -> None:
    """Sign-ins of apps, and of some of their secrets and certificates, never before they existed."""
    since = tenant.clock.now() - _LOGGED
    recent = [
        use
        for found in tenant.service_principals.all()
        if random.random() < _USED
        for delegated in _flows(found, random)
        if (use := _used(tenant, found, random, delegated=delegated)).at >= since
    ]
    _log_the_last(tenant, recent, random)


def _used(tenant: Tenant, found: Object, random: Random, *, delegated: bool) -> _Use:
    now = tenant.clock.now()
    at = now - min(_age(random), (now - datetime.fromisoformat(found["createdDateTime"])) * random.random())
    tenant.note_use(found["appId"], at, delegated=delegated)
    shown = None
    if not delegated:
        for registration in tenant.applications.where("appId", found["appId"]):
            for key in (*registration["passwordCredentials"], *registration["keyCredentials"]):
                if random.random() < _KEY_USED:
                    used = min(at, datetime.fromisoformat(key["endDateTime"]))
                    tenant.note_use(found["appId"], used, key["keyId"])
                    shown = key["keyId"] if used == at else shown
    return _Use(found, at, delegated, shown)


def _log_the_last(tenant: Tenant, recent: list[_Use], random: Random) -> None:
    """Puts the latest into the logs too, up to as many of each kind as are kept."""
    people = tenant.users.all()
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for use in sorted(recent, key=lambda use: use.at, reverse=True):
        interactive = use.delegated and random.random() < 0.5
        kind = (use.found["servicePrincipalType"], use.delegated, interactive)
        counts[kind] += 1
        if counts[kind] <= _MOST_LOGGED:
            network = random.randrange(16)
            tenant.sign_in(
                use.found["appId"],
                use.at,
                use.key_id,
                user=random.choice(people)["id"] if use.delegated else None,
                interactive=interactive,
                ip=f"203.0.113.{10 + network}",
                country=_COUNTRIES[network % len(_COUNTRIES)],
                asn=_FIRST_ASN + network,
            )


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
