"""Sign-ins over HTTP: which kinds, which versions, in pages, and to whom."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.generate import generate
from local.tenant.directory.scenario import Scenario
from local.tenant.directory.sign_in_records import SIGN_IN_KINDS, sign_in_log
from local.tenant.directory.tenant import Tenant
from local.tenant.identities import add_managed_identity
from local.tenant.server import TenantServer
from tests.local.tenant.conftest import TENANT_ID
from tests.local.tenant.graph.plain_client import Answer, PlainClient

SIGN_INS = "/auditLogs/signIns"
DIRECTORY_ONLY = "2b1a0f9e-8d7c-4b6a-8f5e-9d3c2b1a0f9e"
LATEST = timedelta(minutes=5)


async def ask(client: PlainClient, condition: str | None = None, version: str = "beta", **options: str) -> Answer:
    asked = {f"${name}": value for name, value in options.items()} | ({"$filter": condition} if condition else {})
    return await client.send("GET", f"{SIGN_INS}?{urlencode(asked)}", version=version)


def of_kind(kind: str, more: str = "") -> str:
    return f"signInEventTypes/any(t: t eq '{kind}'){more}"


def times(records: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(one["createdDateTime"]) for one in records]


@pytest.fixture
def app(tenant: Tenant) -> Object:
    """A registration with a secret, whose app signs in only when a test says so."""
    tenant.logs.clear()
    return next(one for one in tenant.applications.all() if one["passwordCredentials"])


async def test_a_service_principal_tells_its_credential_and_where_it_comes_from(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    secret = app["passwordCredentials"][0]["keyId"]
    tenant.sign_in(app["appId"], clock.now(), secret, ip="198.51.100.9", country="SG", asn=64_511, user_agent="curl/8")
    assert (await ask(reader, of_kind("servicePrincipal"))).values == []
    clock.advance(LATEST)
    (record,) = (await ask(reader, of_kind("servicePrincipal", f" and appId eq '{app['appId']}'"))).values
    principal = tenant.service_principal_of(app["appId"])
    assert principal is not None
    told = {
        "createdDateTime": "2026-03-02T09:00:00.0000002+00:00",
        "servicePrincipalId": principal["id"],
        "servicePrincipalCredentialKeyId": secret,
        "clientCredentialType": "clientSecret",
        "userId": "",
        "userPrincipalName": "",
        "ipAddress": "198.51.100.9",
        "autonomousSystemNumber": 64_511,
        "userAgent": "curl/8",
        "signInEventTypes": ["servicePrincipal"],
    }
    assert told.items() <= record.items()
    assert record["location"]["countryOrRegion"] == "SG"
    assert (record["status"]["errorCode"], record["status"]["failureReason"]) == (0, "Other.")


async def test_a_managed_identity_comes_from_nowhere(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    tenant.logs.clear()
    found = next(one for one in tenant.service_principals.all() if one["servicePrincipalType"] == "ManagedIdentity")
    tenant.sign_in(found["appId"], clock.now())
    clock.advance(LATEST)
    (record,) = (await ask(reader, of_kind("managedIdentity"))).values
    assert (record["ipAddress"], record["clientAppUsed"]) == ("", "Unknown")
    assert record["clientCredentialType"] == "managedIdentity"
    assert record.keys().isdisjoint({"location", "autonomousSystemNumber"})


async def test_users_sign_in_interactively_or_not(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    user = tenant.users.all()[3]
    tenant.sign_in(app["appId"], clock.now(), user=user["id"])
    tenant.sign_in(app["appId"], clock.now(), user=user["id"], interactive=False)
    clock.advance(LATEST)
    for kind, interactive in (("interactiveUser", True), ("nonInteractiveUser", False)):
        (record,) = (await ask(reader, of_kind(kind, f" and userId eq '{user['id']}'"))).values
        assert (record["isInteractive"], record["signInEventTypes"]) == (interactive, [kind])
        assert (record["userPrincipalName"], record["servicePrincipalId"]) == (user["userPrincipalName"], "")


async def test_a_failed_sign_in_is_in_the_log_and_in_no_report(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    tenant.sign_in_activity.clear()
    tenant.sign_in(app["appId"], clock.now(), error_code=7000215)
    clock.advance(LATEST)
    (record,) = (await ask(reader, of_kind("servicePrincipal"))).values
    assert record["status"]["errorCode"] == 7000215
    assert tenant.sign_in_activity == {}


async def test_version_1_has_interactive_ones_and_does_not_know_kinds(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    tenant.sign_in(app["appId"], clock.now())
    tenant.sign_in(app["appId"], clock.now(), user=tenant.users.all()[0]["id"])
    clock.advance(LATEST)
    (record,) = (await ask(reader, version="v1.0")).values
    assert record["isInteractive"] is True
    assert record.keys().isdisjoint({"signInEventTypes", "autonomousSystemNumber", "clientCredentialType"})
    refused = await ask(reader, of_kind("interactiveUser"), version="v1.0")
    assert refused.status == 400
    assert "Could not find a property named 'signInEventTypes' on type 'microsoft.graph.signIn'" in refused.text


@pytest.mark.parametrize(
    "condition",
    [
        f"{of_kind('servicePrincipal')} or {of_kind('managedIdentity')}",
        f"{of_kind('servicePrincipal')} and {of_kind('managedIdentity')}",
        "signInEventTypes/any(t: t eq 'servicePrincipal' or t eq 'managedIdentity')",
        f"not {of_kind('servicePrincipal')}",
        of_kind("somebody"),
        "signInEventTypes eq 'servicePrincipal'",
    ],
)
async def test_kinds_do_not_combine(reader: PlainClient, condition: str) -> None:
    assert (await ask(reader, condition)).status == 400


async def test_beta_gives_interactive_ones_where_no_kind_is_asked_for(reader: PlainClient) -> None:
    found = (await ask(reader)).values
    assert len(found) > 5
    assert {one["signInEventTypes"][0] for one in found} == {"interactiveUser"}


async def test_pages_are_by_time_within_the_ends_of_a_period(
    reader: PlainClient, tenant: Tenant, clock: ManualClock, app: Object
) -> None:
    for _ in range(12):
        tenant.sign_in(app["appId"], clock.now())
        clock.advance(timedelta(seconds=1))
    clock.advance(LATEST)
    period = " and createdDateTime ge 2026-03-02T09:00:02Z and createdDateTime le 2026-03-02T09:00:09Z"
    answer = await ask(reader, of_kind("servicePrincipal", period), orderby="createdDateTime asc", top="3")
    found = answer.values
    while link := answer.json.get("@odata.nextLink"):
        answer = await reader.get(link)
        found += answer.values
    first = datetime.fromisoformat("2026-03-02T09:00:02Z")
    assert times(found) == [first + timedelta(seconds=number) for number in range(8)]
    newest_first = (await ask(reader, of_kind("servicePrincipal", period))).values
    assert newest_first == found[::-1]


async def test_more_than_a_thousand_a_page_are_refused(reader: PlainClient) -> None:
    assert (await ask(reader, of_kind("servicePrincipal"), top="1000")).status == 200
    assert (await ask(reader, of_kind("servicePrincipal"), top="1001")).code == "Request_BadRequest"


@pytest.mark.parametrize("version", ["v1.0", "beta"])
async def test_a_tenant_without_the_licence_has_none(reader: PlainClient, tenant: Tenant, version: str) -> None:
    tenant.has_premium = False
    answer = await ask(reader, version=version)
    assert (answer.status, answer.code) == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")


async def test_the_right_to_read_the_directory_is_not_enough(server: TenantServer) -> None:
    identity = add_managed_identity(server.tenant, DIRECTORY_ONLY, "directory only", ["Directory.Read.All"])
    server.tokens.identities[DIRECTORY_ONLY] = identity
    client = await PlainClient.signed_in(server.environment, DIRECTORY_ONLY)
    assert (await ask(client)).code == "Authorization_RequestDenied"


def test_a_scenario_tells_who_signs_in_from_where_how_often_and_with_what_outcome(tenant: Tenant) -> None:
    tenant.logs.clear()
    steps: list[dict[str, Any]] = [
        {"do": "sign-in", "times": 3, "error_code": 7000222, "credential": "old", "asn": 64_511, "country": "SG"},
        {"do": "sign-in", "person": "ada", "ip": "198.51.100.7", "user_agent": "Mozilla/5.0"},
    ]
    told = {
        "id": "story",
        "title": "A story",
        "story": "A secret is tried.",
        "people": {"ada": {"role": "Global Administrator", "ip": "198.51.100.1"}},
        "apps": {"backup": {"name": "Contoso Backup", "home": "here", "age": "300d", "secrets": ["old"]}},
        "steps": [{"at": "0m", "by": "ada", "app": "backup", **step} for step in steps],
        "expects": [],
    }
    Scenario.model_validate(told).run(tenant).advance(tenant.clock.now())
    failed = tenant.log(sign_in_log("servicePrincipal")).every_record()
    (by_ada,) = tenant.log(sign_in_log("interactiveUser")).every_record()
    assert [one["status"]["errorCode"] for one in failed] == [7000222] * 3
    assert times(failed) == [tenant.clock.now() - timedelta(seconds=before) for before in (4, 2, 0)]
    assert {(one["autonomousSystemNumber"], one["location"]["countryOrRegion"]) for one in failed} == {(64_511, "SG")}
    assert (by_ada["ipAddress"], by_ada["userAgent"]) == ("198.51.100.7", "Mozilla/5.0")
    assert tenant.users.get(by_ada["userId"]) is not None


def test_a_generated_tenant_has_a_few_of_each_kind_whatever_its_size(clock: ManualClock) -> None:
    large = generate(seed=2, apps=2500, tenant_id=TENANT_ID, clock=clock)
    for kind in SIGN_IN_KINDS:
        records = large.log(sign_in_log(kind)).every_record()
        assert 30 <= len(records) <= 80
        assert all(clock.now() - timedelta(days=3) <= moment <= clock.now() for moment in times(records))
        assert all(one["signInEventTypes"] == [kind] for one in records)
