"""Bearer tokens: what is accepted, and every known way to slip one in."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.host.identity.signing_key import SigningKey
from shared.domain.authentication import NotAuthenticated
from shared.identity.bearer_tokens import BearerTokens
from tests.identity.authority import Authority, running
from tests.identity.tokens import AUTHORITY, CLIENT, TENANT, USER, claims


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def with_header(key: SigningKey, **header: Any) -> str:
    """A genuine signature over a header of the test's choice."""
    private = key._private  # a signature with an odd header is what is under test
    return jwt.encode(claims(), private, algorithm="RS256", headers={"kid": "local", **header})


def keyed_with(secret: bytes) -> str:
    """Written by hand: PyJWT itself refuses to make such a token."""
    signed = f"{encoded({'alg': 'HS256', 'kid': 'local'})}.{encoded(claims())}"
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def pem_of(key: SigningKey) -> bytes:
    jwk = jwt.PyJWK(dict(key.public()), algorithm="RS256")
    pem: bytes = jwk.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": f"api://{CLIENT}"},
        {"iss": f"https://sts.windows.net/{TENANT}/", "azp": None, "appid": CLIENT, "ver": "1.0"},
        {"exp": timedelta(minutes=-4)},
        {"nbf": timedelta(minutes=4)},
    ],
    ids=["version 2", "application id URI", "version 1", "expired four minutes ago", "valid in four minutes"],
)
async def test_a_token_of_our_tenant_for_our_api_is_accepted(
    key: SigningKey, tokens: BearerTokens, changes: dict[str, Any]
) -> None:
    verified = await tokens.verify(key.sign(claims(**changes)))
    assert verified.first("oid") == USER


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": f"https://login.evil.example/{TENANT}/v2.0"},
    "an issuer that only begins like ours": {"iss": f"{AUTHORITY}/{TENANT}/v2.0.evil.example"},
    "the issuer of another tenant": {"iss": f"{AUTHORITY}/11111111-2222-4333-8444-555555555555/v2.0"},
    "another tenant": {"tid": "11111111-2222-4333-8444-555555555555"},
    "another audience": {"aud": "11111111-2222-4333-8444-555555555555"},
    "Microsoft Graph's audience": {"aud": "00000003-0000-0000-c000-000000000000"},
    "expired six minutes ago": {"exp": timedelta(minutes=-6)},
    "valid in six minutes": {"nbf": timedelta(minutes=6)},
    "no expiry": {"exp": None},
    "no start": {"nbf": None},
    "no audience": {"aud": None},
    "no issuer": {"iss": None},
    "no tenant": {"tid": None},
    "no object id": {"oid": None},
    "an expiry that is no time": {"exp": "tomorrow"},
    "a tenant that is a list": {"tid": [TENANT]},
}


@pytest.mark.parametrize("changes", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
async def test_a_token_with_one_wrong_claim_is_refused(
    key: SigningKey, tokens: BearerTokens, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotAuthenticated):
        await tokens.verify(key.sign(claims(**changes)))


async def test_an_object_id_that_is_a_list_names_nobody(key: SigningKey, tokens: BearerTokens) -> None:
    with pytest.raises(NotAuthenticated, match="several values"):
        await tokens.verify(key.sign(claims(oid=[USER, "another"])))


async def test_forged_signatures_are_refused(key: SigningKey, tokens: BearerTokens) -> None:
    genuine = key.sign(claims())
    head, body, signature = genuine.split(".")
    public = key.public()
    other_body = encoded(claims(oid="another"))
    forged = {
        "empty": "",
        "no token": "abc",
        "two dots only": "..",
        "unsigned": jwt.encode(claims(), "", algorithm="none", headers={"kid": "local"}),
        "unsigned by another spelling": f"{encoded({'alg': 'NONE', 'kid': 'local'})}.{body}.",
        "keyed with the public modulus": keyed_with(str(public["n"]).encode()),
        "keyed with the public key's JSON": keyed_with(json.dumps(dict(public)).encode()),
        "keyed with the public key's PEM": keyed_with(pem_of(key)),
        "signed with another key of the same id": SigningKey().sign(claims()),
        "changed after signing": f"{head}.{other_body}.{signature}",
        "without its signature": f"{head}.{body}.",
        "with the algorithm changed after signing": f"{encoded({'alg': 'RS512', 'kid': 'local'})}.{body}.{signature}",
        "with a header that is a list": f"{encoded(['RS256'])}.{body}.{signature}",
        "with a deep header": f"{base64.urlsafe_b64encode(b'[' * 9000).decode()}.{body}.{signature}",
    }
    for reason, token in forged.items():
        try:
            await tokens.verify(token)
        except NotAuthenticated:
            continue
        pytest.fail(f"a token was let in that is {reason}")


@pytest.mark.parametrize("key_id", ["../../etc/passwd", "' OR 1=1 --", "http://evil.example/key", "", "LOCAL", "\0"])
async def test_a_key_id_is_only_looked_up(key: SigningKey, tokens: BearerTokens, key_id: str) -> None:
    with pytest.raises(NotAuthenticated, match="no key"):
        await tokens.verify(with_header(key, kid=key_id))


async def test_addresses_and_keys_in_the_token_are_never_used(
    key: SigningKey, tokens: BearerTokens, authority: Authority
) -> None:
    async with running() as evil:
        thief = SigningKey()
        evil.body = json.dumps({"keys": [dict(thief.public())]}).encode()
        header = {"jku": evil.url, "x5u": evil.url, "jwk": dict(thief.public())}
        with pytest.raises(NotAuthenticated):
            await tokens.verify(with_header(thief, **header))
        assert (await tokens.verify(with_header(key, **header))).first("oid") == USER
        assert evil.asked == 0
    assert authority.asked == 1


async def test_a_token_without_a_key_id_is_refused(key: SigningKey, tokens: BearerTokens) -> None:
    token = jwt.encode(claims(), key._private, algorithm="RS256")  # SigningKey always writes a key id
    with pytest.raises(NotAuthenticated, match="names no key"):
        await tokens.verify(token)


async def test_a_token_of_a_megabyte_costs_nothing(tokens: BearerTokens, authority: Authority) -> None:
    with pytest.raises(NotAuthenticated, match="too large"):
        await tokens.verify("a" * 1_000_000)
    assert authority.asked == 0


async def test_a_refusal_holds_nothing_of_the_token(key: SigningKey, tokens: BearerTokens) -> None:
    token = key.sign(claims(aud="canary-audience", preferred_username="canary@example.com"))
    with pytest.raises(NotAuthenticated) as refused:
        await tokens.verify(token)
    assert "canary" not in repr(refused.value)
    assert refused.value.__cause__ is None
