"""The facts of what an app may do, and who agreed to it."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.apps import MOST_CONSENTING_USERS, App, ConsentGrant, DirectoryRole, Origin, Permission
from shared.domain.escalation_table import PRIVILEGED_ROLES
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE
from shared.domain.privileges import Privilege
from shared.policies.facts import VOCABULARY
from shared.policies.interpreter import Subject, read
from tests.domain.permission_holders import DELEGATED, held

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OF_GRAPH, OF_EXCHANGE, OF_UNKNOWN = held("Mail.Read"), held("Mail.Send", api=EXCHANGE_ONLINE), held("X.Read", api=None)
FOR_ALL = (ConsentGrant(consent_type="AllPrincipals", scopes=("Mail.Read",)),)


def of(name: str, **fields: object) -> object:
    app = structs.replace(App(app_id="a"), **fields)
    return read(VOCABULARY.facts[name], Subject(None, app, NOW))


@pytest.mark.parametrize(
    ("origin", "age"),
    [(Origin.INTERNAL, 9 * DAY), (Origin.EXTERNAL, 2 * DAY), (Origin.MICROSOFT, 2 * DAY), (UNKNOWN, 9 * DAY)],
)
def test_the_age_of_a_registration_is_that_of_this_tenant_for_apps_from_elsewhere(
    origin: Origin, age: timedelta
) -> None:
    assert of("app.registrationAge", origin=origin, created=NOW - 2 * DAY, registered=NOW - 9 * DAY) == age


def test_the_age_of_a_registration_that_nobody_read_is_unknown() -> None:
    assert of("app.registrationAge", origin=Origin.INTERNAL, created=NOW - 2 * DAY) is UNKNOWN
    assert of("app.registrationAge", origin=Origin.INTERNAL, registered=None) is None


def test_a_managed_identity_which_has_no_registration_counts_from_when_it_was_made() -> None:
    made = {"origin": Origin.INTERNAL, "service_principal_type": "ManagedIdentity", "created": NOW - 2 * DAY}
    assert of("app.registrationAge", **made) == 2 * DAY


def test_high_privilege_comes_from_permissions_or_from_a_role() -> None:
    role = (DirectoryRole(template_id=min(PRIVILEGED_ROLES)),)
    assert of("app.highlyPrivileged", privilege=Privilege.HIGH) is True
    assert of("app.highlyPrivileged", directory_roles=role) is True
    assert of("app.highlyPrivileged", privilege=Privilege.LOW, directory_roles=()) is False
    assert of("app.highlyPrivileged", privilege=Privilege.LOW) is UNKNOWN


def test_names_of_permissions_are_those_for_microsoft_graph_by_kind() -> None:
    permissions = (OF_GRAPH, OF_EXCHANGE, OF_UNKNOWN, held("User.Read", DELEGATED))
    assert of("app.applicationPermissions", permissions=permissions) == ("Mail.Read",)
    assert of("app.delegatedPermissions", permissions=permissions) == ("User.Read",)
    assert of("app.delegatedPermissions", permissions=(OF_GRAPH,)) == ()


@pytest.mark.parametrize("name", ["app.applicationPermissions", "app.delegatedPermissions"])
def test_an_app_without_a_permission_for_microsoft_graph_has_no_such_names(name: str) -> None:
    assert of(name, permissions=()) is None
    assert of(name, permissions=(OF_EXCHANGE,)) is None
    assert of(name, permissions=(OF_EXCHANGE, OF_UNKNOWN)) is UNKNOWN
    assert of(name) is UNKNOWN


@pytest.mark.parametrize(
    ("permissions", "answer"),
    [
        ((), False),
        ((OF_GRAPH,), False),
        ((OF_GRAPH, OF_EXCHANGE), True),
        ((OF_EXCHANGE, OF_UNKNOWN), True),
        ((OF_GRAPH, OF_UNKNOWN), UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_permissions_for_other_apis_are_told(permissions: tuple[Permission, ...], answer: object) -> None:
    assert of("app.nonGraphPermissions", permissions=permissions) is answer


@pytest.mark.parametrize(
    ("now", "before", "answer"),
    [(30, 20, 50), (10, 20, -50), (20, 20, 0), (5, 0, None), (5, UNKNOWN, UNKNOWN), (UNKNOWN, 5, UNKNOWN)],
)
def test_consent_grows_against_ninety_days_ago(now: int, before: int, answer: object) -> None:
    assert of("app.consentedUsersIncrease", consented_users=now, consented_users_before=before) == answer


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"priority_users": 1}, True),
        ({"priority_users": 0, "grants": FOR_ALL, "has_priority_accounts": True}, True),
        ({"priority_users": 0, "grants": FOR_ALL, "has_priority_accounts": False}, False),
        ({"priority_users": 0, "grants": (), "has_priority_accounts": True}, False),
        ({"priority_users": 0, "grants": FOR_ALL}, UNKNOWN),
        ({"grants": ()}, UNKNOWN),
    ],
)
def test_an_administrator_who_consents_for_all_does_so_for_priority_accounts(
    fields: dict[str, object], answer: object
) -> None:
    assert of("app.priorityConsent", **fields) is answer


def test_who_consented_is_told_as_it_is_stored() -> None:
    assert of("app.consentingUsers", consenting_users=("ada@contoso.example",)) == ("ada@contoso.example",)
    assert of("app.consentingRoles", consenting_roles=("Global Reader",)) == ("Global Reader",)
    assert (of("app.consentingUsers"), of("app.consentingRoles")) == (UNKNOWN, UNKNOWN)


def test_of_an_app_with_more_users_than_are_kept_nobody_can_tell_who_is_not_among_them() -> None:
    kept = tuple(f"user-{number}" for number in range(MOST_CONSENTING_USERS))
    most = MOST_CONSENTING_USERS
    assert of("app.consentingUsers", consented_users=most, consenting_users=kept) == kept
    assert of("app.consentingUsers", consented_users=most + 1, consenting_users=kept) is UNKNOWN
