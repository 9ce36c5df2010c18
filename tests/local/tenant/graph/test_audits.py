"""Directory audits over HTTP: what is readable, by time, in pages."""

from datetime import datetime, timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from tests.local.tenant.graph.plain_client import PlainClient

AUDITS = "/auditLogs/directoryAudits"
ACTOR = Actor.user("a-user", "admin@contoso.example", "203.0.113.7")
LATEST = timedelta(minutes=5)


def times(records: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(one["activityDateTime"]) for one in records]


def write(tenant: Tenant, clock: ManualClock, count: int) -> None:
    """So many changes, a second apart."""
    application = tenant.applications.all()[0]["id"]
    for number in range(count):
        tenant.update_application(ACTOR, application, {"notes": f"change {number}"})
        clock.advance(timedelta(seconds=1))


async def test_a_record_is_not_readable_at_once(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    write(tenant, clock, 1)
    assert (await reader.get(AUDITS)).values == []
    clock.advance(LATEST)
    (record,) = (await reader.get(AUDITS)).values
    assert record["activityDisplayName"] == "Update application"
    assert record["initiatedBy"]["user"]["userPrincipalName"] == "admin@contoso.example"
    by_id = (await reader.get(f"{AUDITS}/{record['id']}")).json
    assert record.items() <= by_id.items()


async def test_pages_are_by_time_both_ways(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    write(tenant, clock, 25)
    clock.advance(LATEST)
    ascending = await reader.everything(AUDITS, {"$orderby": "activityDateTime asc", "$top": "4"})
    newest_first = await reader.everything(AUDITS, {"$top": "4"})
    assert len(ascending) == 25
    assert times(ascending) == sorted(times(ascending))
    assert newest_first == ascending[::-1]


async def test_a_time_range_includes_its_ends(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    write(tenant, clock, 10)
    clock.advance(LATEST)
    every = times(await reader.everything(AUDITS, {"$orderby": "activityDateTime"}))
    first, last = (moment.isoformat().replace("+00:00", "Z") for moment in (every[2], every[7]))
    window = f"activityDateTime ge {first} and activityDateTime le {last}"
    assert times(await reader.everything(AUDITS, {"$filter": window, "$top": "3"}))[::-1] == every[2:8]


async def test_records_are_found_by_what_they_say(reader: PlainClient, tenant: Tenant, clock: ManualClock) -> None:
    principal = tenant.applications.all()[1]["id"]
    write(tenant, clock, 2)
    tenant.add_secret(Actor.app("the-actor", "Rotation"), principal, "new", timedelta(days=30))
    clock.advance(LATEST)
    for condition in (
        f"targetResources/any(t:t/id eq '{principal}')",
        "initiatedBy/app/displayName eq 'Rotation'",
        "startswith(activityDisplayName,'Update application \N{EN DASH} Certificates')",
    ):
        (found,) = (await reader.get(AUDITS, {"$filter": condition})).values
        assert found["initiatedBy"]["app"]["servicePrincipalId"] == "the-actor"
    everything = "category eq 'ApplicationManagement' and loggedByService eq 'Core Directory'"
    assert len((await reader.get(AUDITS, {"$filter": everything})).values) == 3
