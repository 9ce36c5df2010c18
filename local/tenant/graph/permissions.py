"""Which permissions a call needs, by ``permissions.yaml``."""

from functools import cache
from pathlib import Path

import yaml

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.messages import GraphError

_FILE = Path(__file__).parents[1] / "permissions.yaml"
_OWN_ONLY = ".OwnedBy"


@cache
def needed() -> dict[str, frozenset[str]]:
    """The permissions of each endpoint, any one of which is enough; none where a token is."""
    return {endpoint: frozenset(names) for endpoint, names in yaml.safe_load(_FILE.read_text()).items()}


def check_permission(endpoint: str, call: Call, tenant: Tenant) -> None:
    """Raises GraphError (403) where the caller's token holds none of the permissions."""
    wanted = needed()[endpoint]
    held = wanted & call.caller.permissions
    if not wanted or any(not name.endswith(_OWN_ONLY) for name in held):
        return
    # A new object has no owner yet, so whoever may write its own may make one.
    object_id = call.names.get("id")
    if held and (object_id is None or call.caller.service_principal_id in tenant.owners.get(object_id, ())):
        return
    raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
