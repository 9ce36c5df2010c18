"""Access tokens for Graph: who gets one, what it says, and which ones are taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt

from local.host.identity.signing_key import SigningKey
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.messages import GraphError, Request

AUDIENCE = "https://graph.microsoft.com"
OFFICE = "https://manage.office.com"
LOG_ANALYTICS = "https://api.loganalytics.io"
AZURE = "https://management.azure.com"
AUDIENCES = frozenset({AUDIENCE, OFFICE, LOG_ANALYTICS, AZURE})
"""What tokens can be asked for."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An app that may ask for tokens: a managed identity, or a client with a secret.

    ``permissions`` are those of Microsoft Graph, ``others`` by the audience: app roles of other APIs, and of Azure the
    names of the roles it has there (which no token tells).
    """

    client_id: str
    service_principal_id: str
    display_name: str
    permissions: frozenset[str]
    # What a client of the token endpoint must prove; a managed identity has none.
    secret: str | None = None
    others: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by the token: its permissions are those of the time when it was issued."""

    client_id: str
    service_principal_id: str
    display_name: str
    permissions: frozenset[str]


class TokenRefused(Exception):
    """No token for this identity; the message is the directory's, with its AADSTS code."""


class Tokens:
    """Issues tokens for the identities and checks them. Times are the machine's, as clients keep tokens by it."""

    def __init__(self, tenant: Tenant, identities: Mapping[str, Identity], lifetime: timedelta) -> None:
        self.identities = dict(identities)
        self.lifetime = lifetime
        self._tenant = tenant
        self._key = _signing_key()

    def issue(self, client_id: str, audience: str = AUDIENCE) -> tuple[str, datetime]:
        """A token for one of the audiences, and the end of its life.

        Raises TokenRefused, also where the service principal is disabled.
        """
        identity = self.identities.get(client_id)
        if identity is None:
            raise TokenRefused(f"AADSTS700016: Application with identifier '{client_id}' was not found.")
        principal = self._tenant.service_principals.get(identity.service_principal_id)
        if principal is not None and not principal["accountEnabled"]:
            raise TokenRefused(f"AADSTS7000112: Application '{client_id}'({identity.display_name}) is disabled.")
        now = datetime.now(UTC)
        return self._key.sign(self._claims(identity, audience, now)), now + self.lifetime

    def caller(self, request: Request, audience: str = AUDIENCE) -> Caller:
        """Who sent the request. Raises GraphError (401) for no token, an expired one, or one from elsewhere."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorised("Access token is empty.")
        try:
            claims = self._key.verify(token.strip(), audience=audience, issuer=self._issuer)
        except jwt.ExpiredSignatureError:
            raise _unauthorised("Lifetime validation failed, the token is expired.") from None
        except jwt.InvalidTokenError:
            raise _unauthorised("Access token validation failure. Invalid audience or signature.") from None
        return Caller(claims["appid"], claims["oid"], claims["app_displayname"], frozenset(claims.get("roles", ())))

    @property
    def _issuer(self) -> str:
        return f"https://sts.windows.net/{self._tenant.tenant_id}/"

    def _claims(self, identity: Identity, audience: str, now: datetime) -> dict[str, Any]:
        """Those of a version 1.0 token, which is what Graph asks for. An empty list is left out."""
        held = identity.permissions if audience == AUDIENCE else identity.others.get(audience, frozenset())
        roles = {"roles": sorted(held)} if held and audience != AZURE else {}
        return {
            "aud": audience,
            "iss": self._issuer,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
            "app_displayname": identity.display_name,
            "appid": identity.client_id,
            "appidacr": "1" if identity.secret else "2",
            "idtyp": "app",
            "oid": identity.service_principal_id,
            "sub": identity.service_principal_id,
            "tid": self._tenant.tenant_id,
            "ver": "1.0",
            **roles,
        }


@cache
def _signing_key() -> SigningKey:
    """One for all tenants of the process, as Microsoft has: tokens name their tenant, and a key takes long to make."""
    return SigningKey()


def _unauthorised(message: str) -> GraphError:
    headers = {"WWW-Authenticate": 'Bearer realm="", authorization_uri="https://login.microsoftonline.com"'}
    return GraphError(401, "InvalidAuthenticationToken", message, headers)
