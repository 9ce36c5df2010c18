"""What one app tells of itself, in every state that the comparison with Microsoft's product speaks of."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.domain.app_summaries import AppStatus
from shared.domain.app_traits import Trait
from shared.domain.apps import Origin
from shared.domain.escalation import EscalationTarget
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE
from shared.domain.permission_use import PermissionUse
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.app_details import CredentialState
from shared.pipeline.inventory.consents import consenting_users
from tests.pipeline.inventory.collected import NOW, Collected, collected

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(connection_string: str) -> AsyncIterator[Collected]:
    async with collected(connection_string) as found:
        yield found


async def test_every_app_has_a_risk_whose_points_are_explained(known: Collected) -> None:
    for name in known.app_ids:
        found = await known.details(name)
        points = sum(factor.points for factor in found.risk.factors)
        assert found.risk.score == min(max(points, 1), 100) > 0, name
        assert found.score == found.row.risk, name
        assert all(factor.reason for factor in found.risk.factors), name


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        (
            "stranger",
            {
                "external",
                "unverifiedExternal",
                "lookAlikeName",
                "lookAlikeStranger",
                "plainHttpReplyUrl",
                "tunnelReplyUrl",
            },
        ),
        ("vendor", {"external", "verified"}),
        ("certified", {"certified"}),
        ("attested", {"attested"}),
        ("banned", {"disabledByMicrosoft"}),
        ("newcomer", {"new"}),
    ],
)
async def test_what_an_app_is_earns_its_points(known: Collected, name: str, factors: set[str]) -> None:
    found = await known.details(name)
    assert factors <= {factor.factor for factor in found.risk.factors}


async def test_riskier_is_what_reaches_further(known: Collected) -> None:
    risks = {name: (await known.details(name)).risk.score for name in known.app_ids}
    assert risks["stranger"] > risks["vendor"]
    assert risks["granter"] >= risks["automation"] > risks["sites"] > risks["orphan"]
    assert risks["shell"] < risks["archive"]


async def test_an_app_that_was_deleted_before_it_was_read_has_no_score(known: Collected) -> None:
    found = await known.details("thrownAway")
    assert (found.score, found.row.risk) == (None, None)
    assert (await known.details("orphan")).score is not None


async def uses_of(known: Collected, name: str) -> dict[str, PermissionUse]:
    found = await known.details(name)
    return {held.use.permission.name: held.use for held in found.permissions or ()}


async def test_a_permission_is_unused_by_the_way_it_would_be_used(known: Collected) -> None:
    archive = (await uses_of(known, "archive"))["Mail.Read"]
    assert (archive.used, archive.last_used) == (False, NOW - 120 * DAY)
    half = await uses_of(known, "halfUsed")
    assert (half["Calendars.Read"].used, half["User.Read"].used) == (False, UNKNOWN)
    assert (await uses_of(known, "sealed"))["User.Read.All"].used is UNKNOWN
    doubled = await uses_of(known, "doubled")
    assert [use.used for use in doubled.values()] == [UNKNOWN, UNKNOWN]
    assert all(use.basis for use in (archive, *half.values(), *doubled.values()))


async def test_what_would_suffice_is_named(known: Collected) -> None:
    half, doubled = await known.details("halfUsed"), await known.details("doubled")
    assert half.sufficient is not None
    assert (half.sufficient.keep, half.sufficient.remove) == (("User.Read",), ("Calendars.Read",))
    assert doubled.sufficient is not None
    assert (doubled.sufficient.keep, doubled.sufficient.remove) == (("Mail.ReadWrite",), ("Mail.Read",))
    assert (await uses_of(known, "doubled"))["Mail.Read"].covered_by == "Mail.ReadWrite"
    assert (await known.details("orphan")).sufficient is None


async def test_unused_permissions_are_counted(known: Collected) -> None:
    assert (await known.row("archive")).unused_permissions == 1
    assert (await known.row("orphan")).unused_permissions == 0


async def test_each_permission_says_why_it_has_its_privilege(known: Collected) -> None:
    [held] = (await known.details("mailboxes")).permissions or ()
    assert (held.use.permission.privilege, held.use.permission.resource_app_id) == (Privilege.HIGH, EXCHANGE_ONLINE)
    assert held.reason


async def test_an_automation_becomes_administrator_through_the_app_it_owns(known: Collected) -> None:
    found = await known.details("automation")
    [path] = [each for each in found.paths if each.target is EscalationTarget.GLOBAL_ADMINISTRATOR]
    assert path.through == (known.app_ids["granter"],)
    assert [step.means for step in path.steps][:2] == [
        "ownership and Application.ReadWrite.OwnedBy",
        "AppRoleAssignment.ReadWrite.All",
    ]


async def test_a_role_leads_further_directly_or_through_a_group(known: Collected) -> None:
    registrar, member = await known.details("registrar"), await known.details("groupMember")
    assert {path.target for path in registrar.paths} == {*EscalationTarget}
    assert {path.target for path in member.paths} == {EscalationTarget.EVERY_MAILBOX}
    [held] = member.app.directory_roles or ()
    tier_zero = next(group["id"] for group in known.tenant.groups.all() if group["displayName"] == "Tier 0 automation")
    assert (held.name, held.scope, held.group_id) == ("Exchange Administrator", "/", tier_zero)
    roles = {role.name: role.group_id for role in registrar.app.directory_roles or ()}
    assert roles == {"Cloud Application Administrator": None, "App Registration Support": None}


async def test_exchange_web_services_for_every_mailbox_are_a_path(known: Collected) -> None:
    [path] = (await known.details("mailboxes")).paths
    assert (path.target, path.steps[0].means) == (EscalationTarget.EVERY_MAILBOX, "full_access_as_app")
    assert (await known.details("sites")).paths == ()


@pytest.mark.parametrize(
    ("name", "kind", "state", "used_before"),
    [
        ("archive", CredentialKind.SECRET, CredentialState.ACTIVE, 120 * DAY),
        ("expired", CredentialKind.SECRET, CredentialState.EXPIRED, None),
        ("expiring", CredentialKind.SECRET, CredentialState.EXPIRING, DAY),
        ("neverUsed", CredentialKind.SECRET, CredentialState.ACTIVE, None),
        ("sealed", CredentialKind.CERTIFICATE, CredentialState.ACTIVE, DAY),
    ],
)
async def test_a_credential_tells_its_state_and_its_last_use(
    known: Collected, name: str, kind: CredentialKind, state: CredentialState, used_before: timedelta | None
) -> None:
    [held] = (await known.details(name)).credentials or ()
    last_used = NOW - used_before if used_before else None
    assert (held.credential.kind, held.state, held.credential.last_used) == (kind, state, last_used)


async def test_what_signs_saml_tokens_is_told_with_its_end_and_is_no_key_of_the_app(known: Collected) -> None:
    held = (await known.details("signedOn")).credentials or ()
    assert [each.credential.signs for each in held] == [True, True]
    assert {each.credential.end for each in held} == {NOW + 995 * DAY}
    row = await known.row("signedOn")
    keys = {Trait.LONG_LIVED_CREDENTIAL, Trait.SEVERAL_CREDENTIALS, Trait.UNUSED_CREDENTIAL, Trait.SECRET}
    assert keys.isdisjoint({*row.traits, *row.open_traits})
    assert (row.credential_expires, row.credential_unused_since) == (NOW + 995 * DAY, None)


async def test_a_federated_credential_says_whom_it_trusts(known: Collected) -> None:
    [held] = (await known.details("trusting")).credentials or ()
    assert held.credential.kind is CredentialKind.FEDERATED
    assert held.credential.issuer == "https://token.actions.githubusercontent.com"
    assert held.credential.subject == "repo:contoso/site:environment:production"


async def test_the_list_dates_unused_and_ending_credentials(known: Collected) -> None:
    archive, never, expiring = [await known.row(name) for name in ("archive", "neverUsed", "expiring")]
    assert archive.credential_unused_since == NOW - 120 * DAY
    assert never.credential_unused_since == NOW - 60 * DAY
    assert expiring.credential_expires == NOW + 10 * DAY
    assert (await known.row("orphan")).credential_count == 0


async def test_the_last_use_is_told_by_kind_of_sign_in(known: Collected) -> None:
    signed_in = (await known.details("expiring")).app.sign_ins
    assert signed_in
    assert (signed_in.delegated_client, signed_in.application_client) == (NOW - 3 * DAY, NOW - DAY)
    assert (await known.row("expiring")).last_used == NOW - DAY
    assert (await known.row("vendor")).last_used == NOW - DAY
    assert (await known.details("shell")).app.sign_ins is None


async def test_owners_are_told_with_what_is_wrong_with_them(known: Collected) -> None:
    lent, abandoned, granter = [(await known.details(name)).app for name in ("lent", "abandoned", "granter")]
    assert sorted(bool(owner.guest) for owner in lent.owners or ()) == [False, True]
    assert sorted(bool(owner.enabled) for owner in abandoned.owners or ()) == [False, True]
    assert {owner.kind for owner in granter.owners or ()} == {"user", "servicePrincipal"}


async def test_a_deleted_app_says_until_when_it_can_be_restored(known: Collected) -> None:
    found = await known.details("thrownAway")
    assert (found.row.status, found.app.recoverable_until) == (AppStatus.DELETED, NOW + 30 * DAY)
    assert (await known.row("banned")).status is AppStatus.DISABLED_BY_MICROSOFT
    assert (await known.row("vendor")).status is AppStatus.ENABLED


async def test_users_are_told_with_roles_and_priority(known: Collected) -> None:
    found = await consenting_users(known.services, known.app_ids["favourite"], 10, None)
    marks = {user.person.priority: user.person.roles for user in found.users if user.person}
    assert (found.total, marks) == (2, {True: (), False: ("Global Administrator",)})
    scopes = {scope for user in found.users for consent in user.consents for scope in consent.scopes}
    assert scopes == {"openid", "profile", "User.Read"}
    row = await known.row("favourite")
    assert (row.consented_users, row.priority_users, row.privileged_users) == (2, 1, 1)


async def test_a_vendor_is_told_as_it_presents_itself(known: Collected) -> None:
    found = await known.details("vendor")
    assert (found.row.publisher_name, found.row.origin) == ("Northwind Traders", Origin.EXTERNAL)
    assert found.app.home_tenant_id == known.tenant.foreign_apps[known.app_ids["vendor"]]["appOwnerOrganizationId"]
    assert (found.app.homepage, found.app.reply_urls) == (
        "https://northwind.example",
        ("https://northwind.example/cb",),
    )
    assert found.app.links
    assert found.app.links.privacy == "https://northwind.example/privacy"
    assert found.links.overview is not None
    assert (await known.details("sites")).app.sign_in_audience == "AzureADMyOrg"
