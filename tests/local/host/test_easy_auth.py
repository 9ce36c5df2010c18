"""Who the app is told is calling: for every persona, by session and by token."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from local.host.http.asgi import Headers
from local.host.identity.easy_auth import EasyAuth
from local.host.identity.personas import API_CLIENT_ID, PERSONAS, TENANT_ID, Persona
from local.host.identity.signing_key import SigningKey
from local.host.identity.tokens import TokenRefused, Tokens

AUTHORITY = "http://127.0.0.1:7071/.local"
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
TENANT = "http://schemas.microsoft.com/identity/claims/tenantid"
SCOPE = "http://schemas.microsoft.com/identity/claims/scope"
NOW = datetime.now(UTC)

# What each persona must be able to show: (wids, roles).
EXPECTED = {
    "application-administrator": (["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"], []),
    "compliance-administrator": (["17315797-102d-40b4-93e0-432062caca18"], []),
    "compliance-reader": ([], ["ComplianceReader"]),
    "global-administrator": (["62e90394-69f5-4237-9190-012177145e10"], []),
    "global-reader": (["f2ef992c-3afb-46b9-b7cf-a126ee74c451"], []),
    "nobody": ([], []),
    "security-administrator": (["194ae4cb-b126-40b2-bd5b-6091b380977d"], []),
    "security-operator": (["5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"], []),
    "security-reader": (["5d6b6bb7-de71-4623-b4af-96380a352509"], []),
    "automation-reader": ([], ["Alerts.Read"]),
    "automation-updater": ([], ["Alerts.Read", "Alerts.Update"]),
    "automation-without-role": ([], []),
    "automation-with-wids": (["62e90394-69f5-4237-9190-012177145e10"], []),
}


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """One key for all: making it takes a tenth of a second."""
    return SigningKey()


@pytest.fixture(scope="module")
def tokens(key: SigningKey) -> Tokens:
    return Tokens(key, AUTHORITY, TENANT_ID, API_CLIENT_ID)


def principal(headers: Headers) -> dict[str, Any]:
    encoded = dict(headers)["x-ms-client-principal"]
    document: dict[str, Any] = json.loads(base64.b64decode(encoded))
    return document


def values(document: dict[str, Any], kind: str) -> list[str]:
    return [claim["val"] for claim in document["claims"] if claim["typ"] == kind]


def bearer(token: str) -> Headers:
    return (("authorization", f"Bearer {token}"),)


def test_there_is_a_persona_for_each_role_and_near_miss() -> None:
    assert set(PERSONAS) == set(EXPECTED)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_the_session_of_a_persona_reaches_the_app(tokens: Tokens, persona: Persona) -> None:
    headers = EasyAuth(tokens, persona).admit((("accept", "*/*"),))
    document = principal(headers)
    assert document["auth_typ"] == "aad"
    assert (values(document, "wids"), values(document, "roles")) == EXPECTED[persona.name]
    assert values(document, OBJECT_ID) == [persona.object_id]
    assert values(document, TENANT) == [TENANT_ID]
    assert values(document, "aud") == [API_CLIENT_ID]
    assert dict(headers)["x-ms-client-principal-id"] == persona.object_id
    assert dict(headers)["x-ms-client-principal-idp"] == "aad"
    assert dict(headers)["accept"] == "*/*"


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_a_token_says_more_than_the_persona_on_the_command_line(tokens: Tokens, persona: Persona) -> None:
    token = tokens.sign(persona, NOW)
    headers = EasyAuth(tokens, PERSONAS["security-reader"]).admit(bearer(token))
    document = principal(headers)
    assert (values(document, "wids"), values(document, "roles")) == EXPECTED[persona.name]
    assert values(document, "azp") == [persona.client_id]
    # The two signs of an app or a user, never both.
    assert values(document, "idtyp") == (["app"] if persona.is_app else [])
    assert values(document, SCOPE) == ([] if persona.is_app else ["user_impersonation"])
    assert ("x-ms-client-principal-name" in dict(headers)) is not persona.is_app
    assert dict(headers)["authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("persona", [None, PERSONAS["nobody"]])
def test_what_a_client_claims_about_itself_is_taken_away(tokens: Tokens, persona: Persona | None) -> None:
    forged = (
        ("x-ms-client-principal", "forged"),
        ("x-ms-client-principal-id", "forged"),
        ("x-ms-client-principal-name", "forged"),
        ("x-ms-client-principal-idp", "forged"),
        ("x-ms-client-principal-invented-later", "forged"),
        ("x-ms-token-aad-access-token", "forged"),
        ("x-ms-client-request-id", "kept"),
    )
    admitted = EasyAuth(tokens, persona).admit(forged)
    assert "forged" not in [value for _, value in admitted]
    assert ("x-ms-client-request-id", "kept") in admitted


def test_an_anonymous_request_has_no_principal(tokens: Tokens) -> None:
    assert EasyAuth(tokens, None).admit((("accept", "*/*"),)) == (("accept", "*/*"),)


def test_a_scheme_other_than_bearer_says_nothing_about_the_caller(tokens: Tokens) -> None:
    headers = (("authorization", "Basic YTpi"),)
    assert EasyAuth(tokens, None).admit(headers) == headers


def test_the_key_set_verifies_a_token_as_an_app_would_do_it(tokens: Tokens) -> None:
    token = tokens.sign(PERSONAS["automation-reader"], NOW)
    key = jwt.PyJWKSet.from_dict(tokens.key_set())[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token, key, algorithms=["RS256"], audience=API_CLIENT_ID, issuer=f"{AUTHORITY}/{TENANT_ID}/v2.0"
    )
    assert claims["tid"] == TENANT_ID
    assert claims["ver"] == "2.0"
    assert claims["exp"] - claims["iat"] == 3600


def test_bad_tokens_are_refused(key: SigningKey, tokens: Tokens) -> None:
    now = datetime.now(UTC)
    persona = PERSONAS["global-administrator"]
    claims = tokens.claims(persona, NOW)
    head, _, signature = tokens.sign(persona, NOW).split(".")
    other_body = tokens.sign(PERSONAS["nobody"], NOW).split(".")[1]
    bad = {
        "empty": "",
        "no token": "abc",
        "unsigned": jwt.encode(claims, "", algorithm="none"),
        "keyed with what is public": jwt.encode(claims, tokens.key_set()["keys"][0]["n"], "HS256"),
        "signed with another key": SigningKey().sign(claims),
        "changed after signing": f"{head}.{other_body}.{signature}",
        "expired": tokens.sign(persona, now - timedelta(hours=1, minutes=6)),
        "not valid yet": tokens.sign(persona, now + timedelta(minutes=6)),
        "for another API": key.sign({**claims, "aud": "another"}),
        "of another tenant": key.sign({**claims, "iss": f"{AUTHORITY}/another/v2.0"}),
        "without an expiry": key.sign({name: each for name, each in claims.items() if name != "exp"}),
    }
    easy_auth = EasyAuth(tokens, persona)
    for reason, token in bad.items():
        try:
            easy_auth.admit(bearer(token))
        except TokenRefused:
            continue
        pytest.fail(f"a token was let in that is {reason}")


def test_the_uri_of_the_api_is_an_audience_too(key: SigningKey, tokens: Tokens) -> None:
    claims = {**tokens.claims(PERSONAS["nobody"], NOW), "aud": f"api://{API_CLIENT_ID}"}
    assert tokens.verify(key.sign(claims)) == claims
