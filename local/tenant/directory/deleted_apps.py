"""Apps that lie in the recycle bin of a generated tenant: some of its own, some bought."""

from datetime import timedelta
from random import Random
from uuid import UUID

from local.tenant.directory.invented_names import app_name
from local.tenant.directory.objects import application, service_principal
from local.tenant.directory.state import State, graph_time

_FEWEST, _APPS_PER_DELETED = 2, 50
_LONGEST = timedelta(days=28)
"""Shorter than the bin keeps things, so that none is gone before a test has looked."""
_LIVED = timedelta(days=200)


def load_deleted(tenant: State, apps: int, random: Random) -> None:
    """In turn a registration with its service principal, and the service principal of a vendor's app."""
    for number in range(max(_FEWEST, apps // _APPS_PER_DELETED)):
        deleted = tenant.clock.now() - _LONGEST * random.random()
        created = graph_time(deleted - _LIVED * random.random())
        name, app_id, is_own = app_name(number, random), _guid(random), number % 2 == 0
        facts = {"displayName": name, "deletedDateTime": graph_time(deleted)}
        if is_own:
            tenant.applications.load_deleted([application(_guid(random), app_id, created, facts)])
        home = tenant.tenant_id if is_own else _guid(random)
        principal = service_principal(_guid(random), app_id, created, {**facts, "appOwnerOrganizationId": home})
        tenant.service_principals.load_deleted([principal])
        if not is_own:
            tenant.foreign_apps[app_id] = {**principal, "deletedDateTime": None}


def _guid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
