"""Calls our own address as a caller that does not exist, to see whether anybody stops it.

The forged Global Administrator has an object id drawn anew each time. Only an app that believes the header can answer
with that id; where a platform or a local host puts in a caller of its own instead, the id is another.
"""

import json
from base64 import b64encode
from uuid import uuid4

from shared.domain.probes import ProbeOutcome
from shared.domain.roles import DIRECTORY_ROLES, Role
from shared.identity.easy_auth import HEADER

_PATH = "/api/me"
_TIMEOUT_SECONDS = 30


async def probe_platform(hostname: str, tenant_id: str, api_client_id: str) -> ProbeOutcome:
    """Ask ``hostname`` (with a port, if it has one) who we are. Never raises: no answer is inconclusive."""
    import aiohttp  # only the function that probes pays for it

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
    object_id = str(uuid4())
    headers = {HEADER: _principal(object_id, tenant_id, api_client_id)}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(_own_address(hostname), headers=headers, allow_redirects=False) as response,
        ):
            return _outcome(response.status, await response.read(), object_id)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return ProbeOutcome.INCONCLUSIVE


def _own_address(hostname: str) -> str:
    """A host on this machine speaks plain HTTP; anything else must not."""
    host = hostname.rpartition(":")[0] or hostname
    scheme = "http" if host in {"127.0.0.1", "localhost"} else "https"
    return f"{scheme}://{hostname}{_PATH}"


def _outcome(status: int, body: bytes, object_id: str) -> ProbeOutcome:
    if 200 <= status < 300:
        return ProbeOutcome.ACCEPTED if object_id.encode() in body else ProbeOutcome.REFUSED
    # A redirection leads to the sign-in page.
    if status in {401, 403} or 300 <= status < 400:
        return ProbeOutcome.REFUSED
    return ProbeOutcome.INCONCLUSIVE


def _principal(object_id: str, tenant_id: str, api_client_id: str) -> str:
    """Nothing but its being forged may be a reason to refuse it: right tenant, right client, highest role."""
    wid = next(wid for wid, role in DIRECTORY_ROLES.items() if role is Role.GLOBAL_ADMINISTRATOR)
    claims = {"oid": object_id, "tid": tenant_id, "aud": api_client_id, "name": "hourly probe", "wids": wid}
    document = {"auth_typ": "aad", "claims": [{"typ": name, "val": value} for name, value in claims.items()]}
    return b64encode(json.dumps(document).encode()).decode()
