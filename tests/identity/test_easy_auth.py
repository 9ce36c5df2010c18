"""Reading the header in which the platform names the caller."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.authentication import NotAuthenticated
from shared.identity.easy_auth import parse_principal
from tests.identity.tokens import OBJECT_ID, TENANT, TENANT_ID, USER, claims, principal, principal_of


def encoded(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def test_claims_are_known_by_their_short_names() -> None:
    read = parse_principal(principal(claims(roles=["Alerts.Read", "ComplianceReader"])))
    assert (read.first("oid"), read.first("tid")) == (USER, TENANT)
    assert read.all("roles") == ["Alerts.Read", "ComplianceReader"]


def test_the_long_type_of_a_role_is_a_role() -> None:
    long = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
    assert parse_principal(principal_of([("oid", USER), (long, "Alerts.Read")])).all("roles") == ["Alerts.Read"]


@pytest.mark.parametrize("length", range(8))
def test_base64_needs_no_padding(length: int) -> None:
    header = principal_of([("oid", USER + "x" * length)])
    assert parse_principal(header.rstrip("=")).first("oid") == USER + "x" * length


@pytest.mark.parametrize("provider", ["", "AAD", "google", "facebook"])
def test_a_principal_of_another_provider_is_refused(provider: str) -> None:
    with pytest.raises(NotAuthenticated):
        parse_principal(principal(claims(), provider))


@pytest.mark.parametrize(
    "header",
    [
        "not base64!",
        "a",
        "ü",
        "e30=,e30=",
        base64.b64encode(b"\xff\xfe").decode(),
        encoded([]),
        encoded({}),
        encoded({"auth_typ": "aad"}),
        encoded({"auth_typ": "aad", "claims": {"oid": USER}}),
        encoded({"auth_typ": "aad", "claims": [{"typ": "oid"}]}),
        encoded({"auth_typ": "aad", "claims": [{"typ": "oid", "val": 1}]}),
        base64.b64encode(b"[" * 40_000).decode(),
        base64.b64encode(b'{"auth_typ":"aad","claims":' + b"[" * 40_000).decode(),
    ],
)
def test_what_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(NotAuthenticated, match="cannot be read"):
        parse_principal(header)


def test_a_principal_of_a_megabyte_is_refused_unread() -> None:
    with pytest.raises(NotAuthenticated, match="too large"):
        parse_principal(principal(claims(padding="x" * 1_000_000)))


@pytest.mark.parametrize("name", ["oid", OBJECT_ID, TENANT_ID, "aud", "azp", "idtyp", "scp"])
def test_a_claim_that_says_who_calls_cannot_be_given_twice(name: str) -> None:
    listed = [(OBJECT_ID, USER), (TENANT_ID, TENANT), ("aud", "a"), ("azp", "a"), ("idtyp", "a"), ("scp", "a")]
    with pytest.raises(NotAuthenticated, match="several values"):
        parse_principal(principal_of([*listed, (name, "another")]))


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(header: str) -> None:
    with pytest.raises(NotAuthenticated):
        parse_principal(header)
