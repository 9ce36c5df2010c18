"""Verifies a bearer token of our own tenant for our own API.

Everything that decides is pinned: the algorithm, the issuer, the audience, the tenant and the address of the keys.
What the token's own header proposes (``alg``, ``jku``, ``x5u``, ``jwk``) decides nothing; its ``kid`` only picks one of
the pinned keys.
"""

from collections.abc import Iterable, Iterator, Mapping

from shared.domain.authentication import NotAuthenticated
from shared.identity.claims import Claims
from shared.identity.signing_keys import SigningKeys

_MOST_CHARACTERS = 16_384
_ALGORITHM = "RS256"
_SKEW_SECONDS = 300


class BearerTokens:
    """Tokens that ``authority`` (an address without the tenant) issues to callers of ``api_client_id``."""

    def __init__(self, authority: str, tenant_id: str, api_client_id: str, keys: SigningKeys | None = None) -> None:
        self._tenant_id = tenant_id
        self._audiences = [api_client_id, f"api://{api_client_id}"]
        # Version 1.0 tokens name the second issuer, whichever authority was asked.
        self._issuers = [f"{authority}/{tenant_id}/v2.0", f"https://sts.windows.net/{tenant_id}/"]
        self._keys = keys or SigningKeys(f"{authority}/{tenant_id}/discovery/v2.0/keys")

    async def verify(self, token: str) -> Claims:
        """The token's claims. Raises NotAuthenticated, or Unavailable while the authority's keys cannot be read."""
        import jwt

        if len(token) > _MOST_CHARACTERS:
            raise NotAuthenticated("the token is too large")
        try:
            key = await self._keys.get(_key_id(token))
            if key is None:
                raise NotAuthenticated("the token is signed with no key of this tenant")
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=self._audiences,
                issuer=self._issuers,
                leeway=_SKEW_SECONDS,
                options={"require": ["exp", "nbf", "iat", "iss", "aud", "oid", "tid"]},
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise NotAuthenticated(f"the token was refused: {type(error).__name__}") from None
        if claims["tid"] != self._tenant_id:
            raise NotAuthenticated("the token is of another tenant")
        return Claims(_pairs(claims))


def _key_id(token: str) -> str:
    """Says which key to look up, and costs nothing for a token that no key could make acceptable."""
    import jwt

    header = jwt.get_unverified_header(token)
    if header.get("alg") != _ALGORITHM:
        raise NotAuthenticated(f"the token is not signed by {_ALGORITHM}")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise NotAuthenticated("the token names no key")
    return key_id


def _pairs(claims: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in claims.items():
        values: Iterable[object] = value if isinstance(value, list) else [value]
        yield from ((name, each) for each in values if isinstance(each, str))
