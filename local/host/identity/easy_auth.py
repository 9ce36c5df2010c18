"""App Service authentication, played as the platform does it in front of an app.

It takes away what a client claims about itself, checks a bearer token or a session where there is one, and tells the
app who calls in headers of its own. An anonymous request passes without any (AllowAnonymous): refusing it is the
app's.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.host.http.asgi import Headers
from local.host.identity.personas import Persona
from local.host.identity.sessions import session_of
from local.host.identity.tokens import TokenRefused, Tokens

_OWN_HEADERS = ("x-ms-client-principal", "x-ms-token-")

_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_IDENTITY = "http://schemas.microsoft.com/identity/claims"
# The platform renames these claims of a token; the others keep their names, ``roles`` and ``wids`` among them.
_CLAIM_TYPES = {
    "oid": f"{_IDENTITY}/objectidentifier",
    "tid": f"{_IDENTITY}/tenantid",
    "scp": f"{_IDENTITY}/scope",
    "sub": f"{_CLAIMS}/nameidentifier",
}


class EasyAuth:
    """Decides who a request comes from; ``persona`` is who it is without token and session, None for nobody known."""

    def __init__(self, tokens: Tokens, persona: Persona | None) -> None:
        self._tokens = tokens
        self._persona = persona

    def admit(self, headers: Headers) -> Headers:
        """The headers as the app sees them. Raises TokenRefused for a bad bearer token."""
        kept = tuple((name, value) for name, value in headers if not name.startswith(_OWN_HEADERS))
        claims = self._claims(kept)
        return kept if claims is None else (*kept, *_principal_headers(claims))

    def _claims(self, headers: Headers) -> Mapping[str, Any] | None:
        for name, value in headers:
            scheme, _, token = value.partition(" ")
            if name == "authorization" and scheme.lower() == "bearer":
                return self._tokens.verify(token.strip())
        session = self._session(headers)
        if session is not None:
            return session
        if self._persona is None:
            return None
        return self._tokens.session_claims(self._persona, datetime.now(UTC))

    def _session(self, headers: Headers) -> Mapping[str, Any] | None:
        """The claims of who signed in with this browser. A session that ended, or another host's, says nothing."""
        cookie = session_of(dict(headers).get("cookie", ""))
        if cookie is None:
            return None
        try:
            return self._tokens.verify(cookie)
        except TokenRefused:
            return None


def _principal_headers(claims: Mapping[str, Any]) -> Headers:
    principal = {
        "auth_typ": "aad",
        "claims": [
            {"typ": _CLAIM_TYPES.get(name, name), "val": str(value)}
            for name, values in claims.items()
            for value in (values if isinstance(values, list) else [values])
        ],
        "name_typ": f"{_CLAIMS}/emailaddress",
        "role_typ": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    }
    name = claims.get("preferred_username")
    return (
        ("x-ms-client-principal", base64.b64encode(json.dumps(principal).encode()).decode()),
        ("x-ms-client-principal-id", claims["oid"]),
        ("x-ms-client-principal-idp", "aad"),
        *((("x-ms-client-principal-name", name),) if name else ()),
    )
