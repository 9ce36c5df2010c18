"""Reading the inventory: the list, one app, who consented to it, and all in numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.app_summaries import AppQuery
from shared.domain.app_traits import Trait
from shared.domain.apps import App, Credential
from shared.domain.errors import Unavailable
from shared.domain.inventory_reads import FullRead, InventoryState, PartState, ReadStage
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import UsageReport, UsageState
from shared.pipeline.inventory.admin_links import AdminLinks, admin_links
from shared.pipeline.inventory.app_details import credential_state
from shared.pipeline.inventory.app_list import completeness_of, get_app, list_apps
from shared.pipeline.inventory.consents import consenting_users
from shared.pipeline.inventory.insights import Insights, insights
from shared.pipeline.remediation.errors import UnknownApp
from shared.storage.app_history import BlobAppHistory
from shared.storage.app_list import BlobAppList
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import GRANTS, SERVICE_PRINCIPALS
from tests.pipeline.inventory.tenant import APIS, app_id, grant, guid, principal, principal_id, small_tenant


async def names(inventory: Inventory, query: AppQuery) -> list[str | None]:
    listing = await list_apps(inventory.services, query, 100, None, NOW)
    assert listing.page.total == len(listing.page.apps)
    return [row.display_name for row in listing.page.apps]


@pytest.fixture
async def inventory(start: StartInventory) -> Inventory:
    directory = small_tenant(4, grants_each=2)
    new, publisher = NOW.replace(day=1).isoformat(), {"displayName": "Contoso", "verifiedPublisherId": "77"}
    directory.put(
        SERVICE_PRINCIPALS, principal("Zebra", createdDateTime=new, accountEnabled=False, verifiedPublisher=publisher)
    )
    inventory = start(directory)
    await inventory.tick()
    return inventory


async def test_microsofts_own_apps_are_listed_on_request(inventory: Inventory) -> None:
    assert await names(inventory, AppQuery()) == ["App 0", "App 1", "App 2", "App 3", "App Zebra"]
    assert len(await names(inventory, AppQuery(include_microsoft=True))) == 5 + len(APIS)


async def test_an_app_is_found_by_each_of_its_ids(inventory: Inventory) -> None:
    for each in (app_id(0), app_id(0).upper(), principal_id(0), guid("registration", 0)):
        assert (await get_app(inventory.services, each)).app.display_name == "App 0"
    for unknown in ("", "x", guid("nobody"), "../apps"):
        with pytest.raises(UnknownApp):
            await get_app(inventory.services, unknown)


async def numbers(inventory: Inventory) -> Insights:
    """With days of their own, which a host keeps by a timer."""
    app_list = inventory.services.app_list
    assert isinstance(app_list, BlobAppList)
    history = BlobAppHistory(inventory.connection, app_list)
    return await insights(replace(inventory.services, history=history), NOW)


async def test_numbers_agree_with_the_list(inventory: Inventory) -> None:
    await inventory.judge()
    found = await numbers(inventory)
    assert (found.apps.total, found.apps.microsoft, found.apps.by_trait[Trait.NEW]) == (5, len(APIS), 1)
    assert found.apps.by_origin == {"internal": 2, "external": 3}
    assert found.apps.by_privilege == {"high": 4, "none": 1}
    assert found.apps.by_verification == {"unverified": 4, "verified": 1}
    assert found.apps.by_status == {"enabled": 4, "disabled": 1}
    assert found.apps.by_consent == {"admin": 4, "none": 1}
    assert found.newest[0].display_name == "App Zebra"
    assert {row.display_name for row in found.riskiest} == {"App 0", "App 1", "App 2", "App 3"}
    assert [(source.source, source.last_complete_read) for source in found.sources] == [("directory", NOW)]
    assert found.days == ()


async def test_before_the_first_read_is_complete_the_list_says_how_far_it_has_come(start: StartInventory) -> None:
    directory = small_tenant(3)

    def busy(asked: str) -> None:
        if asked.startswith("list oauth2"):
            raise Unavailable("busy")

    directory.before = busy
    inventory = start(directory)
    assert (await list_apps(inventory.services, AppQuery(), 10, None, NOW)).page.total == 0
    await inventory.tick()
    completeness = (await list_apps(inventory.services, AppQuery(), 10, None, NOW)).completeness
    assert (completeness.last_complete_read, completeness.stage) == (None, ReadStage.GRANTS)
    assert completeness.objects == {"servicePrincipals": 3 + len(APIS), "applications": 1}
    assert completeness.expected["servicePrincipals"] == 3 + len(APIS)
    assert {part.state.last_read for part in completeness.parts} == {None}


def test_a_part_that_may_not_be_read_now_is_told_over_what_the_last_read_could() -> None:
    read = PartState(last_read=NOW, objects=7)
    refused = PartState(last_read=NOW, health=SourceHealth.PERMISSION_MISSING, reason="users needs User.Read.All")
    running = FullRead(number=2, started=NOW, links={}, skipped={ReadStage.USERS.value: refused})
    last = {ReadStage.USERS.value: read, ReadStage.GRANTS.value: read}
    usage = UsageState(parts={UsageReport.CREDENTIAL_SIGN_INS.value: read})
    parts = {
        part.name: part.state for part in completeness_of(InventoryState(parts=last, running=running), usage).parts
    }
    assert (parts[ReadStage.USERS], parts[ReadStage.GRANTS]) == (refused, read)
    assert (parts[UsageReport.CREDENTIAL_SIGN_INS], parts[UsageReport.SERVICE_PRINCIPAL_SIGN_INS]) == (
        read,
        PartState(),
    )
    assert set(parts) == {*ReadStage, *UsageReport} - {ReadStage.APPS}


async def test_another_host_sees_a_changed_list(start: StartInventory) -> None:
    directory = small_tenant(1)
    inventory, other = start(directory), start(directory)
    await inventory.tick()
    assert await names(other, AppQuery()) == ["App 0"]
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    await inventory.tick()
    assert await names(other, AppQuery()) == ["App 0", "App new"]
    assert await names(other, AppQuery(text="new")) == ["App new"]


async def test_expiring_credentials_count(start: StartInventory) -> None:
    directory = small_tenant(0)
    ends = {"gone": NOW - MINUTE, "soon": NOW + 20_000 * MINUTE, "late": datetime(2030, 1, 1, tzinfo=UTC)}
    for name, end in ends.items():
        secret = {"keyId": guid(name), "endDateTime": end.isoformat()}
        directory.put(SERVICE_PRINCIPALS, principal(name, passwordCredentials=[secret]))
    inventory = start(directory)
    await inventory.tick()
    by_trait = (await numbers(inventory)).apps.by_trait
    assert (by_trait[Trait.EXPIRED_CREDENTIAL], by_trait[Trait.EXPIRING_CREDENTIAL]) == (1, 1)


async def test_users_who_consented_are_read_page_by_page(start: StartInventory) -> None:
    directory = small_tenant(1)
    users = sorted(guid("user", name) for name in "abcdefg")
    for user in users:
        directory.put(GRANTS, grant(0, "Mail.Read", user))
    inventory = start(directory)
    await inventory.tick()
    found: list[str] = []
    after: str | None = None
    for _ in range(4):
        page = await consenting_users(inventory.services, app_id(0), 3, after)
        assert page.total == len(users)
        found.extend(user.id for user in page.users)
        if (after := page.next) is None:
            break
    assert found == users
    assert page.users[0].consents[0].scopes == ("Mail.Read",)


@pytest.mark.parametrize("after", ["", "x", "../", f"{guid('user', 'a')} "])
async def test_a_place_that_is_no_users_id_is_refused(inventory: Inventory, after: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        await consenting_users(inventory.services, app_id(0), 3, after)


async def test_an_app_is_told_with_the_names_that_pages_and_api_share(inventory: Inventory) -> None:
    assert admin_links((await get_app(inventory.services, app_id(0))).app).overview == (
        f"https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/"
        f"objectId/{principal_id(0)}/appId/{app_id(0)}"
    )
    assert admin_links(App(app_id="<script>", service_principal_id="/../", application_object_id="x")) == AdminLinks(
        overview=None, permissions=None, sign_ins=None, registration=None
    )


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (None, "active"),
        (NOW, "expired"),
        (NOW + MINUTE, "expiring"),
        (NOW + timedelta(days=30), "expiring"),
        (NOW + timedelta(days=30, minutes=1), "active"),
    ],
)
def test_a_credential_expires_at_its_end(end: datetime | None, state: str) -> None:
    assert credential_state(Credential(end=end), NOW) == state
