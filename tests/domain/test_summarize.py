"""From an app to its row."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.app_summaries import AppStatus, AppSummary, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import (
    App,
    Certification,
    Credential,
    DirectoryRole,
    Origin,
    Owner,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.escalation import EscalationTarget, own_targets
from shared.domain.escalation_table import GLOBAL_ADMINISTRATOR
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.risk import risk_of
from shared.domain.summarize import summary_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ROLE = DirectoryRole(template_id="custom", name="Report author")
MAIL = Permission(
    name="Mail.Read",
    kind=PermissionKind.APPLICATION,
    privilege=Privilege.HIGH,
    resource_app_id=MICROSOFT_GRAPH,
    granted=NOW - 300 * DAY,
)
FOR_SOME = Permission(
    name="Mail.Read",
    kind=PermissionKind.DELEGATED,
    privilege=Privilege.HIGH,
    resource_app_id=EXCHANGE_ONLINE,
    consent_type="Principal",
)
FOR_ALL = structs.replace(FOR_SOME, consent_type="AllPrincipals")


def key(end: datetime, **facts: object) -> Credential:
    return structs.replace(Credential(kind=CredentialKind.SECRET, start=NOW - 100 * DAY, end=end), **facts)


APP = App(
    app_id="a",
    service_principal_id="s",
    application_object_id="r",
    display_name="Payroll",
    enabled=True,
    origin=Origin.INTERNAL,
    home_tenant_id="t",
    created=NOW - 400 * DAY,
    registered=NOW - 500 * DAY,
    publisher_name="Contoso",
    publisher_verified=False,
    certification=Certification.NONE,
    service_principal_type="Application",
    permissions=(MAIL, FOR_SOME),
    privilege=Privilege.HIGH,
    credentials=(key(NOW - DAY), key(NOW + 60 * DAY, last_used=NOW - 3 * DAY), key(NOW + 20 * DAY, last_used=None)),
    owner_count=1,
    owners=(Owner(id="o", kind="user"),),
    consented_users=7,
    priority_users=2,
    privileged_users=1,
    directory_roles=(ROLE,),
    sign_ins=SignIns(application_client=NOW - 2 * DAY, last=NOW - 3 * DAY),
    use_read=NOW,
    credential_use_read=NOW,
    disabled_by_microsoft=False,
    first_seen=NOW - 350 * DAY,
    modified=NOW - 150 * DAY,
)


def test_a_row_holds_what_the_app_holds() -> None:
    row = summary_of(APP, NOW)
    told = structs.replace(row, traits=(), open_traits=(), risk=None)
    assert told == AppSummary(
        app_id="a",
        service_principal_id="s",
        application_object_id="r",
        display_name="Payroll",
        publisher_name="Contoso",
        publisher_verified=False,
        certification=Certification.NONE,
        origin=Origin.INTERNAL,
        home_tenant_id="t",
        service_principal_type="Application",
        privilege=Privilege.HIGH,
        permissions=("Mail.Read",),
        permission_type=PermissionType.MIXED,
        apis=(MICROSOFT_GRAPH, EXCHANGE_ONLINE),
        directory_roles=("Report author",),
        consent=Consent.ADMIN,
        consented_users=7,
        priority_users=2,
        privileged_users=1,
        status=AppStatus.ENABLED,
        enabled=True,
        disabled_by_microsoft=False,
        owner_count=1,
        credential_count=3,
        credential_ends=(NOW - DAY, NOW + 20 * DAY, NOW + 60 * DAY),
        credential_expires=NOW + 20 * DAY,
        credential_unused_since=NOW - 100 * DAY,
        created=NOW - 400 * DAY,
        registered=NOW - 500 * DAY,
        first_seen=NOW - 350 * DAY,
        modified=NOW - 150 * DAY,
        last_used=NOW - 2 * DAY,
        unused_permissions=1,
        judged=NOW,
    )


def test_the_risk_and_traits_of_a_row_are_those_of_the_app() -> None:
    row = summary_of(APP, NOW)
    assert row.risk == risk_of(APP, NOW, own_targets(APP)).score
    assert Trait.CAN_READ_EVERY_MAILBOX in row.traits
    assert Trait.GUEST_OWNER in row.open_traits
    assert not set(row.traits) & set(row.open_traits)


def test_what_is_reached_through_other_apps_counts_besides_the_app_s_own() -> None:
    row = summary_of(APP, NOW, frozenset({EscalationTarget.GLOBAL_ADMINISTRATOR}))
    assert {Trait.CAN_READ_EVERY_MAILBOX, Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR} <= set(row.traits)
    assert row.risk == risk_of(APP, NOW, frozenset(EscalationTarget)).score


def test_of_an_app_that_nobody_read_a_row_tells_nothing() -> None:
    row = summary_of(App(app_id="a"), NOW)
    assert row == AppSummary(app_id="a", open_traits=tuple(Trait), judged=NOW)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"permissions": (MAIL,)}, PermissionType.APPLICATION),
        ({"permissions": (FOR_SOME, FOR_ALL)}, PermissionType.DELEGATED),
        ({"permissions": (), "directory_roles": (ROLE,)}, PermissionType.DIRECTORY_ROLES),
        ({"permissions": (FOR_SOME,), "directory_roles": (ROLE,)}, PermissionType.MIXED),
        ({"permissions": (), "directory_roles": ()}, PermissionType.NONE),
        ({"permissions": (), "directory_roles": UNKNOWN}, None),
        ({"permissions": (MAIL,), "directory_roles": UNKNOWN}, PermissionType.APPLICATION),
    ],
)
def test_the_type_of_permissions_is_told_as_far_as_known(
    facts: dict[str, object], expected: PermissionType | None
) -> None:
    assert summary_of(structs.replace(App(app_id="a", directory_roles=()), **facts), NOW).permission_type is expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [((MAIL,), Consent.ADMIN), ((FOR_ALL,), Consent.ADMIN), ((FOR_SOME,), Consent.USER), ((), Consent.NONE)],
)
def test_consent_tells_who_let_the_app_in(held: tuple[Permission, ...], expected: Consent) -> None:
    assert summary_of(App(app_id="a", permissions=held), NOW).consent is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"enabled": False}, AppStatus.DISABLED),
        ({"enabled": False, "disabled_by_microsoft": True}, AppStatus.DISABLED_BY_MICROSOFT),
        ({"enabled": False, "disabled_by_microsoft": True, "deleted": NOW}, AppStatus.DELETED),
        ({"enabled": UNKNOWN}, None),
    ],
)
def test_the_status_is_the_gravest(facts: dict[str, object], expected: AppStatus | None) -> None:
    assert summary_of(structs.replace(APP, **facts), NOW).status is expected


def test_where_all_credentials_have_expired_the_last_end_is_told() -> None:
    app = App(app_id="a", credentials=(key(NOW - 9 * DAY), key(NOW - 2 * DAY)))
    assert summary_of(app, NOW).credential_expires == NOW - 2 * DAY


def test_expired_and_federated_credentials_and_those_without_a_report_do_not_count_as_unused() -> None:
    federated = Credential(kind=CredentialKind.FEDERATED, start=NOW - 50 * DAY, last_used=None)
    app = App(app_id="a", credentials=(key(NOW - DAY, last_used=None), federated, key(NOW + DAY)))
    assert summary_of(app, NOW).credential_unused_since is None


def test_unused_permissions_are_not_counted_where_no_report_tells() -> None:
    assert summary_of(structs.replace(APP, sign_ins=UNKNOWN), NOW).unused_permissions is None
    assert summary_of(structs.replace(APP, permissions=()), NOW).unused_permissions == 0


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"directory_roles": (DirectoryRole(template_id=GLOBAL_ADMINISTRATOR),)}, Privilege.HIGH),
        ({"directory_roles": (ROLE,)}, Privilege.MEDIUM),
        ({"directory_roles": (ROLE,), "permissions": (MAIL,), "privilege": Privilege.HIGH}, Privilege.HIGH),
        ({"directory_roles": (DirectoryRole(template_id=GLOBAL_ADMINISTRATOR),), "privilege": UNKNOWN}, Privilege.HIGH),
        ({"directory_roles": (ROLE,), "privilege": UNKNOWN}, None),
        ({"directory_roles": ()}, None),
    ],
)
def test_a_directory_role_counts_as_privilege(facts: dict[str, object], expected: Privilege | None) -> None:
    row = summary_of(structs.replace(App(app_id="a", permissions=(), privilege=None), **facts), NOW)
    assert row.privilege is expected
    assert row.holds_nothing is (facts == {"directory_roles": ()})


def test_microsofts_own_and_managed_identities_are_marked() -> None:
    assert summary_of(App(app_id="a", origin=Origin.MICROSOFT), NOW).is_microsofts
    assert summary_of(App(app_id="a", service_principal_type="ManagedIdentity"), NOW).is_microsofts
    assert not summary_of(APP, NOW).is_microsofts


def test_an_app_known_to_reach_no_data_is_listed_and_not_watched() -> None:
    row = summary_of(App(app_id="a", permissions=(), directory_roles=()), NOW)
    assert (row.is_watched, row.is_microsofts) == (False, False)
    assert Trait.NO_DATA_ACCESS in row.traits
