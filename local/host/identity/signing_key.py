"""The key that signs the local authority's tokens."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

_ALGORITHM = "RS256"
_KEY_ID = "local"


class SigningKey:
    """An RSA key, made at its first use and gone with the process: no token outlives its host."""

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token that says what ``claims`` say."""
        return jwt.encode(dict(claims), self._private, algorithm=_ALGORITHM, headers={"kid": _KEY_ID})

    def verify(self, token: str, **expected: Any) -> dict[str, Any]:
        """The claims of a token of this key; ``expected`` is PyJWT's. Raises jwt.InvalidTokenError."""
        claims: dict[str, Any] = jwt.decode(token, self._private.public_key(), algorithms=[_ALGORITHM], **expected)
        return claims

    def public(self) -> dict[str, Any]:
        """The public half, as a JSON Web Key."""
        key = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {**key, "use": "sig", "kid": _KEY_ID}
