"""Tokens of the local authority: what Entra writes into version 2.0 tokens, and what the platform checks."""

from datetime import datetime, timedelta
from typing import Any

import jwt

from local.host.identity.personas import Persona
from local.host.identity.signing_key import SigningKey

LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(hours=8)
_SKEW = timedelta(minutes=5)


class TokenRefused(Exception):
    """The bearer token is not one that the platform would let in."""


class Tokens:
    """The tokens of one authority, tenant and API; ``authority`` is its address without the tenant."""

    def __init__(self, key: SigningKey, authority: str, tenant_id: str, api_client_id: str) -> None:
        self.tenant_id = tenant_id
        self.issuer = f"{authority}/{tenant_id}/v2.0"
        self._key = key
        self._api_client_id = api_client_id

    def key_set(self) -> dict[str, Any]:
        """What the signature of a token is checked with, as a JSON Web Key Set."""
        return {"keys": [{**self._key.public(), "issuer": self.issuer}]}

    def session_claims(self, persona: Persona, now: datetime) -> dict[str, Any]:
        """The claims of who signed in with the browser: those of an ID token, so no ``scp`` and no ``azp``."""
        lists = {"wids": list(persona.wids), "roles": list(persona.roles)}
        return {
            "aud": self._api_client_id,
            "iss": self.issuer,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "oid": persona.object_id,
            "sub": persona.object_id,
            "tid": self.tenant_id,
            "ver": "2.0",
            **({} if persona.is_app else _names(persona)),
            # Entra leaves an empty list out.
            **{name: values for name, values in lists.items() if values},
        }

    def claims(self, persona: Persona, now: datetime) -> dict[str, Any]:
        """The claims of an access token: with ``scp`` for a user, with ``idtyp`` for an app, never both."""
        kind = {"idtyp": "app"} if persona.is_app else {"scp": "user_impersonation"}
        return {**self.session_claims(persona, now), "azp": persona.client_id, "azpacr": "1", **kind}

    def sign(self, persona: Persona, now: datetime) -> str:
        """An access token for the persona."""
        return self._key.sign(self.claims(persona, now))

    def sign_session(self, persona: Persona, now: datetime) -> str:
        """What the cookie of a signed-in browser holds; nobody but this authority reads it."""
        claims = self.session_claims(persona, now)
        return self._key.sign({**claims, "exp": int((now + SESSION_LIFETIME).timestamp())})

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token of this authority for this API. Raises TokenRefused."""
        try:
            return self._key.verify(
                token,
                audience=[self._api_client_id, f"api://{self._api_client_id}"],
                issuer=self.issuer,
                leeway=_SKEW,
                options={"require": ["exp", "iat", "nbf", "oid", "tid"]},
            )
        except jwt.InvalidTokenError as error:
            raise TokenRefused from error


def _names(persona: Persona) -> dict[str, str]:
    return {"name": persona.display_name, "preferred_username": f"{persona.name}@local.test"}
