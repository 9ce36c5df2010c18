"""What the list tells of apps in every state that the comparison with Microsoft's product speaks of.

The stories are played on a served tenant among other apps; the adapters, the collectors and the storage are real.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.domain.app_summaries import AppQuery, AppStatus, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE
from tests.pipeline.inventory.cast_by_trait import FROM_OUTSIDE, NEVER_SIGNED_IN, TRAITS, VERIFIED
from tests.pipeline.inventory.collected import NOW, Collected, collected

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(connection_string: str) -> AsyncIterator[Collected]:
    async with collected(connection_string) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def without_premium(connection_string: str) -> AsyncIterator[Collected]:
    async with collected(connection_string, has_premium=False) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def without_directory(connection_string: str) -> AsyncIterator[Collected]:
    async with collected(connection_string, ("Application.Read.All", "AuditLog.Read.All")) as found:
        yield found


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.value)
async def test_a_trait_is_told_of_those_that_have_it(known: Collected, trait: Trait) -> None:
    assert await known.cast_found_by(AppQuery(traits=frozenset({trait}))) == TRAITS[trait]


async def test_all_but_verified_publishers_are_unverified(known: Collected) -> None:
    verified = await known.cast_found_by(AppQuery(not_traits=frozenset({Trait.UNVERIFIED})))
    assert verified == VERIFIED
    assert {Trait.UNVERIFIED, *TRAITS} == {*Trait}


@pytest.mark.parametrize("trait", Trait, ids=lambda trait: trait.value)
async def test_a_filter_by_trait_finds_those_and_no_others(known: Collected, trait: Trait) -> None:
    every = await known.rows(AppQuery())
    having = [row.app_id for row in every if trait in row.traits]
    found = await known.rows(AppQuery(traits=frozenset({trait})))
    assert [row.app_id for row in found] == having
    assert 0 < len(having) < len(every)


async def test_several_traits_must_all_hold(known: Collected) -> None:
    both = AppQuery(traits=frozenset({Trait.EXTERNAL, Trait.UNVERIFIED}))
    assert await known.cast_found_by(both) == {"stranger", "banned"}


@pytest.mark.parametrize(
    ("query", "cast"),
    [
        ({"text": "rewards"}, {"stranger"}),
        ({"origin": frozenset({Origin.EXTERNAL})}, FROM_OUTSIDE),
        ({"publisher": "northwind traders"}, {"vendor"}),
        ({"verified": True}, VERIFIED),
        ({"certification": frozenset({Certification.MICROSOFT_365_CERTIFIED})}, {"certified"}),
        ({"certification": frozenset({Certification.PUBLISHER_ATTESTED})}, {"attested"}),
        ({"api": frozenset({SHAREPOINT_ONLINE})}, {"sites"}),
        ({"api": frozenset({EXCHANGE_ONLINE})}, {"groupMember", "mailboxes"}),
        ({"permission": "calendars.read"}, {"halfUsed"}),
        ({"permission": "Mail.Read"}, {"archive", "doubled", "stranger"}),
        ({"directory_role": "Exchange Administrator"}, {"roleHolder", "groupMember"}),
        ({"permission_type": frozenset({PermissionType.DIRECTORY_ROLES})}, {"roleHolder", "registrar"}),
        ({"permission_type": frozenset({PermissionType.MIXED})}, {"halfUsed", "groupMember"}),
        ({"permission_type": frozenset({PermissionType.NONE})}, {"shell"}),
        ({"consent": frozenset({Consent.USER})}, {"newcomer", "favourite"}),
        ({"consent": frozenset({Consent.NONE})}, {"shell", "roleHolder", "registrar"}),
        ({"status": frozenset({AppStatus.DELETED})}, {"thrownAway"}),
        ({"status": frozenset({AppStatus.DISABLED_BY_MICROSOFT})}, {"banned"}),
        ({"new": True}, {"newcomer"}),
        ({"created_after": NOW - DAY}, {"newcomer"}),
        ({"has_owner": False}, {"orphan", *FROM_OUTSIDE}),
        ({"users_from": 2}, {"favourite"}),
        ({"priority_users_from": 1}, {"newcomer", "favourite"}),
        ({"used_before": NOW - 90 * DAY}, {"archive", *NEVER_SIGNED_IN}),
        ({"credential_expires_before": NOW + 30 * DAY}, {"expired", "expiring"}),
    ],
)
async def test_a_filter_finds_what_it_asks_for(known: Collected, query: dict[str, Any], cast: set[str]) -> None:
    assert await known.cast_found_by(AppQuery(**query)) == cast


async def test_counts_agree_with_the_list(known: Collected) -> None:
    counts = await known.services.app_list.counts(AppQuery(app_ids=frozenset(known.app_ids.values())), known.now)
    assert {trait: counts.by_trait.get(trait.value, 0) for trait in TRAITS} == {
        trait: len(cast) for trait, cast in TRAITS.items()
    }
    assert (counts.deleted, counts.total) == (1, len(known.app_ids) - 1)
    assert counts.by_origin == {"internal": len(known.app_ids) - 1 - len(FROM_OUTSIDE), "external": len(FROM_OUTSIDE)}


async def test_managed_identities_and_microsofts_own_are_listed_only_when_asked_for(known: Collected) -> None:
    shown, every = await known.rows(AppQuery()), await known.rows(AppQuery(include_microsoft=True))
    hidden = {row.app_id for row in every} - {row.app_id for row in shown}
    state = known.tenant.service_principals.all()
    managed = {item["appId"] for item in state if item["servicePrincipalType"] == "ManagedIdentity"}
    assert managed
    assert managed | {MICROSOFT_GRAPH} <= hidden
    assert not {row.app_id for row in shown if row.is_microsofts}


async def missing(known: Collected) -> dict[str, str | None]:
    parts = (await known.details("archive")).completeness.parts
    return {part.name.value: part.state.reason for part in parts if part.state.health.value != "ok"}


async def test_nothing_is_missing_of_a_tenant_that_may_be_read_whole(known: Collected) -> None:
    assert await missing(known) == {}


NEEDS_REPORTS = {Trait.UNUSED, Trait.OVERPRIVILEGED, Trait.UNUSED_CREDENTIAL}


async def test_without_premium_all_but_use_is_told_and_the_licence_is_named(without_premium: Collected) -> None:
    reasons = await missing(without_premium)
    assert reasons.keys() == {"servicePrincipalSignInActivities", "appCredentialSignInActivities"}
    assert all("Microsoft Entra ID P1" in (reason or "") for reason in reasons.values())
    for trait in TRAITS.keys() - NEEDS_REPORTS:
        assert await without_premium.cast_found_by(AppQuery(traits=frozenset({trait}))) == TRAITS[trait], trait
    archive = await without_premium.row("archive")
    assert archive.open_traits == (Trait.OVERPRIVILEGED, Trait.UNUSED, Trait.UNUSED_CREDENTIAL)
    assert (archive.last_used, archive.unused_permissions) == (None, None)


NEEDS_DIRECTORY = {
    Trait.HIGHLY_PRIVILEGED,
    Trait.OVERPRIVILEGED,
    Trait.APP_ONLY,
    Trait.NO_DATA_ACCESS,
    Trait.GUEST_OWNER,
    Trait.DISABLED_OWNER,
    Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR,
    Trait.CAN_READ_EVERY_MAILBOX,
    Trait.PRIORITY_USERS,
    Trait.PRIVILEGED_USERS,
}


async def test_without_reading_the_directory_apps_are_there_and_the_permission_is_named(
    without_directory: Collected,
) -> None:
    reasons = await missing(without_directory)
    assert reasons.keys() >= {"oauth2PermissionGrants", "roleAssignments", "users"}
    assert all("Directory.Read.All" in (reason or "") for reason in reasons.values())
    for trait in TRAITS.keys() - NEEDS_DIRECTORY:
        assert await without_directory.cast_found_by(AppQuery(traits=frozenset({trait}))) == TRAITS[trait], trait
    archive = await without_directory.row("archive")
    assert {Trait.HIGHLY_PRIVILEGED, Trait.PRIORITY_USERS} <= {*archive.open_traits}
    assert archive.risk is None
