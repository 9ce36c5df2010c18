"""From headers to the caller: whom to believe, and which roles count."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.host.identity.signing_key import SigningKey
from shared.domain.authentication import ClientNotAllowed, NotAuthenticated
from shared.domain.errors import Unavailable
from shared.domain.roles import Caller, Right, Role
from shared.identity.bearer_tokens import BearerTokens
from shared.identity.callers import PlatformAuthentication, identify
from tests.identity.authority import Authority
from tests.identity.tokens import (
    CLIENT,
    GLOBAL_ADMINISTRATOR,
    TENANT,
    USER,
    app_claims,
    claims,
    principal,
)

OTHER = "11111111-2222-4333-8444-555555555555"


def platform(
    tokens: BearerTokens, enabled: bool = True, clients: frozenset[str] = frozenset()
) -> PlatformAuthentication:
    return PlatformAuthentication(
        enabled=enabled, tenant_id=TENANT, api_client_id=CLIENT, allowed_client_ids=clients, tokens=tokens
    )


async def session(tokens: BearerTokens, of: Mapping[str, object], clients: frozenset[str] = frozenset()) -> Caller:
    """A request with the principal only, as from a signed-in browser."""
    return await identify({"x-ms-client-principal": principal(of)}, platform(tokens, clients=clients))


def headers_of(key: SigningKey, of: Mapping[str, Any], token_of: Mapping[str, Any]) -> dict[str, str]:
    return {"x-ms-client-principal": principal(of), "authorization": f"Bearer {key.sign(token_of)}"}


async def test_a_header_means_nothing_while_the_platform_is_off(key: SigningKey, tokens: BearerTokens) -> None:
    forged = claims(wids=[GLOBAL_ADMINISTRATOR])
    for headers in ({"x-ms-client-principal": principal(forged)}, headers_of(key, forged, forged)):
        with pytest.raises(NotAuthenticated, match="off"):
            await identify(headers, platform(tokens, enabled=False))


@pytest.mark.parametrize("headers", [{}, {"x-ms-client-principal": ""}, {"x-ms-client-principal-id": USER}])
async def test_without_a_principal_nobody_is_known(tokens: BearerTokens, headers: dict[str, str]) -> None:
    with pytest.raises(NotAuthenticated):
        await identify(headers, platform(tokens))


async def test_a_token_alone_is_not_enough(key: SigningKey, tokens: BearerTokens) -> None:
    with pytest.raises(NotAuthenticated):
        await identify({"authorization": f"Bearer {key.sign(claims())}"}, platform(tokens))


async def test_a_user_is_known_by_object_id_and_name(tokens: BearerTokens) -> None:
    caller = await session(tokens, claims(wids=[GLOBAL_ADMINISTRATOR]))
    assert caller == Caller(id=USER, name="ada@example.com", is_user=True, roles=frozenset({Role.GLOBAL_ADMINISTRATOR}))


async def test_a_user_without_roles_may_do_nothing(tokens: BearerTokens) -> None:
    caller = await session(tokens, claims())
    assert caller.is_user
    assert not any(caller.may(right) for right in Right)


async def test_directory_roles_of_an_app_count_for_nothing(key: SigningKey, tokens: BearerTokens) -> None:
    for kind in ({"idtyp": "app"}, {}):
        of = app_claims(wids=[GLOBAL_ADMINISTRATOR], **kind)
        for caller in (
            await session(tokens, of),
            await identify(headers_of(key, of, of), platform(tokens)),
        ):
            assert (caller.is_user, caller.roles) == (False, frozenset())


@pytest.mark.parametrize(
    ("of", "is_user"),
    [
        (claims(), True),
        (claims(scp=None), True),
        (claims(preferred_username=None), True),
        (claims(scp=None, preferred_username=None), True),
        (claims(scp=None, preferred_username=None, sub=None), False),
        (claims(scp=None, preferred_username=None, sub=USER), False),
        (claims(idtyp="app"), False),
        (app_claims(idtyp="user"), True),
        (app_claims(idtyp="invented"), False),
        (app_claims(), False),
    ],
)
async def test_what_cannot_be_told_to_be_a_user_is_an_app(
    tokens: BearerTokens, of: dict[str, object], is_user: bool
) -> None:
    assert (await session(tokens, of)).is_user is is_user


async def test_an_app_has_its_app_roles_and_the_name_of_its_client(tokens: BearerTokens) -> None:
    caller = await session(tokens, app_claims(roles=["Alerts.Read", "Alerts.Update"]))
    assert caller.roles == {Role.ALERTS_READ, Role.ALERTS_UPDATE}
    assert caller.name == "client-of-the-app"


async def test_a_role_for_users_gives_an_app_no_right(tokens: BearerTokens) -> None:
    app = await session(tokens, app_claims(roles=["Remediation.Approve"]))
    user = await session(tokens, claims(roles=["Remediation.Approve"]))
    assert not app.may(Right.APPROVE_REMEDIATION)
    assert user.may(Right.APPROVE_REMEDIATION)


@pytest.mark.parametrize(
    "roles", [["Global Administrator"], ["Security Reader"], ["alerts.read"], ["Alerts.Read "], ["Admin"], [""]]
)
async def test_an_unknown_role_counts_for_nothing(tokens: BearerTokens, roles: list[str]) -> None:
    assert (await session(tokens, claims(roles=roles))).roles == frozenset()
    assert (await session(tokens, claims(wids=roles))).roles == frozenset()


async def test_a_directory_role_is_known_whatever_the_case_of_its_id(tokens: BearerTokens) -> None:
    assert (await session(tokens, claims(wids=[GLOBAL_ADMINISTRATOR.upper()]))).roles == {Role.GLOBAL_ADMINISTRATOR}


@pytest.mark.parametrize(
    "changes", [{"tid": OTHER}, {"tid": None}, {"tid": ""}, {"oid": None}, {"oid": ""}, {"aud": OTHER}]
)
async def test_a_principal_of_another_tenant_api_or_nobody_is_refused(
    tokens: BearerTokens, changes: dict[str, object]
) -> None:
    with pytest.raises(NotAuthenticated):
        await session(tokens, claims(**changes))


async def test_the_token_must_be_the_principals_own(key: SigningKey, tokens: BearerTokens) -> None:
    with pytest.raises(NotAuthenticated, match="principal's"):
        await identify(headers_of(key, claims(oid=OTHER), claims()), platform(tokens))


async def test_beside_a_token_what_the_principal_claims_gains_nothing(key: SigningKey, tokens: BearerTokens) -> None:
    forged = claims(wids=[GLOBAL_ADMINISTRATOR], roles=["Alerts.Update"])
    caller = await identify(headers_of(key, forged, claims(roles=["Alerts.Read"])), platform(tokens))
    assert caller.roles == {Role.ALERTS_READ}


@pytest.mark.parametrize("authorization", ["Bearer", "bearer ", "Bearer abc", "BEARER abc,Bearer def"])
async def test_a_bad_bearer_token_is_refused_even_beside_a_good_principal(
    tokens: BearerTokens, authorization: str
) -> None:
    headers = {"x-ms-client-principal": principal(claims()), "authorization": authorization}
    with pytest.raises(NotAuthenticated):
        await identify(headers, platform(tokens))


async def test_another_scheme_says_nothing(tokens: BearerTokens) -> None:
    headers = {"x-ms-client-principal": principal(claims()), "authorization": "Basic YTpi"}
    assert (await identify(headers, platform(tokens))).id == USER


@pytest.mark.parametrize(
    ("of", "allowed"),
    [
        (claims(azp=CLIENT), True),
        (claims(azp=OTHER), True),
        (claims(azp=None, appid=OTHER), True),
        (claims(azp=None), True),
        (claims(azp="22222222-2222-4333-8444-555555555555"), False),
        (claims(azp=None, appid="22222222-2222-4333-8444-555555555555"), False),
        (claims(azp=None, aud=None), False),
    ],
)
async def test_only_listed_clients_and_our_own_may_call(
    tokens: BearerTokens, of: dict[str, object], allowed: bool
) -> None:
    if allowed:
        assert (await session(tokens, of, frozenset({OTHER}))).id == USER
    else:
        with pytest.raises(ClientNotAllowed):
            await session(tokens, of, frozenset({OTHER}))


async def test_an_authority_that_does_not_answer_lets_nobody_in(
    key: SigningKey, tokens: BearerTokens, authority: Authority
) -> None:
    authority.status = 503
    with pytest.raises(Unavailable):
        await identify(headers_of(key, claims(), claims()), platform(tokens))
