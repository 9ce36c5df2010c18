"""Claims, tokens and principal headers to try on the code under test."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

TENANT = "3d2f4c86-5a17-4b0e-9f43-6c1d8e0b7a21"
CLIENT = "b7a0c5de-9e3f-4c62-8d15-2f6e4a9b1c30"
AUTHORITY = "https://login.example.com"
USER = "0c2d6f0a-1b3e-4f57-9a68-5d7e8f901234"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"

OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
TENANT_ID = "http://schemas.microsoft.com/identity/claims/tenantid"


def claims(**changes: object) -> dict[str, Any]:
    """Those of a user's version 2.0 access token; None takes a claim away, and a duration counts from now."""
    now = int(time.time())
    made: dict[str, Any] = {
        "aud": CLIENT,
        "iss": f"{AUTHORITY}/{TENANT}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "oid": USER,
        "sub": "pairwise-subject",
        "tid": TENANT,
        "azp": CLIENT,
        "scp": "user_impersonation",
        "preferred_username": "ada@example.com",
        "ver": "2.0",
    }
    changed = {
        name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in changes.items()
    }
    return {name: value for name, value in {**made, **changed}.items() if value is not None}


def app_claims(**changes: object) -> dict[str, Any]:
    """Those of an app's own token: no scope, no name, and its subject is the app itself."""
    return claims(**{"sub": USER, "scp": None, "preferred_username": None, "azp": "client-of-the-app", **changes})


def principal(of: Mapping[str, object], auth_type: str = "aad") -> str:
    """The header as App Service writes it, with the claims it renames."""
    renamed = {"oid": OBJECT_ID, "tid": TENANT_ID}
    listed = [
        (renamed.get(name, name), str(each))
        for name, value in of.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return principal_of(listed, auth_type)


def principal_of(listed: Sequence[tuple[str, str]], auth_type: str = "aad") -> str:
    document = {"auth_typ": auth_type, "claims": [{"typ": name, "val": value} for name, value in listed]}
    return base64.b64encode(json.dumps(document).encode()).decode()
