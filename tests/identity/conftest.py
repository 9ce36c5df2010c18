"""One signing key, an authority that serves it over HTTP, and the verifier that trusts it."""

import json
from collections.abc import AsyncIterator

import pytest

from local.host.identity.signing_key import SigningKey
from shared.identity.bearer_tokens import BearerTokens
from shared.identity.signing_keys import SigningKeys
from tests.identity.authority import Authority, running
from tests.identity.tokens import AUTHORITY, CLIENT, TENANT


@pytest.fixture(scope="session")
def key() -> SigningKey:
    """One key for all: making it takes a tenth of a second."""
    return SigningKey()


@pytest.fixture
async def authority(key: SigningKey) -> AsyncIterator[Authority]:
    async with running() as authority:
        authority.body = json.dumps({"keys": [dict(key.public())]}).encode()
        yield authority


@pytest.fixture
def tokens(authority: Authority) -> BearerTokens:
    return BearerTokens(AUTHORITY, TENANT, CLIENT, SigningKeys(authority.url))
