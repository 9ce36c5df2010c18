"""From the headers of a request to the caller and the roles that count.

Rule 1: nobody is believed unless the platform says that its authentication is on.
Rule 2: a bearer token must be for the same person or app as the principal, and then its signed claims decide.
Rule 3: directory roles (``wids``) count for users only; app roles (``roles``) count for both; others do not count.
Rule 4: where the operator lists client programs, only those and our own client may call.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.authentication import ClientNotAllowed, NotAuthenticated
from shared.domain.roles import APP_ROLES, DIRECTORY_ROLES, Caller, Role
from shared.identity.bearer_tokens import BearerTokens
from shared.identity.claims import Claims
from shared.identity.easy_auth import HEADER, parse_principal

_USER_NAMES = ("preferred_username", "upn", "unique_name", "name")
"""What only a user has, the most telling first."""


@dataclass(frozen=True, kw_only=True)
class PlatformAuthentication:
    """What is known of the platform's authentication. ``enabled`` is the platform's own word for it."""

    enabled: bool
    tenant_id: str
    api_client_id: str
    allowed_client_ids: frozenset[str]
    tokens: BearerTokens


async def identify(headers: Mapping[str, str], platform: PlatformAuthentication) -> Caller:
    """Who sent a request with these headers (names in lower case).

    Raises NotAuthenticated, ClientNotAllowed, or Unavailable while the authority's keys cannot be read.
    """
    if not platform.enabled:
        raise NotAuthenticated("the platform's authentication is off")
    header = headers.get(HEADER)
    if not header:
        raise NotAuthenticated("the platform names no caller")
    principal = parse_principal(header)
    token = _bearer_token(headers)
    claims = principal if token is None else await _verified(token, principal, platform.tokens)
    if claims.first("tid") != platform.tenant_id:
        raise NotAuthenticated("the caller is of another tenant")
    _check_client(claims, platform)
    return _caller(claims)


def _bearer_token(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _verified(token: str, principal: Claims, tokens: BearerTokens) -> Claims:
    claims = await tokens.verify(token)
    if any(claims.first(name) != principal.first(name) for name in ("oid", "tid")):
        raise NotAuthenticated("the token is not the principal's")
    return claims


def _check_client(claims: Claims, platform: PlatformAuthentication) -> None:
    """A browser's session carries no client id: there the audience of its ID token is the client."""
    audience = claims.first("aud")
    own = {platform.api_client_id, f"api://{platform.api_client_id}"}
    if audience is not None and audience not in own:
        raise NotAuthenticated("the caller signed in to another API")
    client = claims.first("azp", "appid") or audience
    if platform.allowed_client_ids and client not in platform.allowed_client_ids | own:
        raise ClientNotAllowed("the client is not in ALLOWED_CLIENT_IDS")


def _caller(claims: Claims) -> Caller:
    object_id = claims.first("oid")
    if object_id is None:
        raise NotAuthenticated("the principal has no object id")
    is_user = _is_user(claims)
    name = claims.first(*_USER_NAMES) if is_user else claims.first("azp", "appid")
    return Caller(id=object_id, name=name or object_id, is_user=is_user, roles=_roles(claims, is_user))


def _is_user(claims: Claims) -> bool:
    """What cannot be told counts as an app, since apps get less.

    An app's token has no scope and no name, and its subject is the app itself; ``idtyp`` settles it where the API's
    registration asks for that claim.
    """
    kind = claims.first("idtyp")
    if kind is not None:
        return kind == "user"
    if claims.first("scp", *_USER_NAMES) is not None:
        return True
    subject = claims.first("sub")
    return subject is not None and subject != claims.first("oid")


def _roles(claims: Claims, is_user: bool) -> frozenset[Role]:
    names = {role.value: role for role in APP_ROLES}
    granted = {names[value] for value in claims.all("roles") if value in names}
    if is_user:
        granted |= {DIRECTORY_ROLES[wid] for wid in map(str.lower, claims.all("wids")) if wid in DIRECTORY_ROLES}
    return frozenset(granted)
