"""Traits: each told, denied, or open where nobody has read what it takes."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from shared.domain.app_traits import Trait
from shared.domain.apps import (
    App,
    Credential,
    DirectoryRole,
    Origin,
    Owner,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.escalation import EscalationTarget
from shared.domain.escalation_table import GLOBAL_ADMINISTRATOR
from shared.domain.events import CredentialKind
from shared.domain.judge_traits import traits_of
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import AZURE_SERVICE_MANAGEMENT, MICROSOFT_GRAPH
from shared.domain.privileges import Privilege

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET, CERTIFICATE = CredentialKind.SECRET, CredentialKind.CERTIFICATE
MAIL = Permission(
    name="Mail.Read",
    kind=PermissionKind.DELEGATED,
    privilege=Privilege.HIGH,
    resource_app_id=MICROSOFT_GRAPH,
    consent_type="Principal",
)
AZURE = structs.replace(MAIL, name="user_impersonation", resource_app_id=AZURE_SERVICE_MANAGEMENT)
READ = App(
    app_id="a",
    created=NOW - 400 * DAY,
    origin=Origin.INTERNAL,
    publisher_verified=True,
    permissions=(),
    privilege=None,
    directory_roles=(),
    credentials=(),
    owners=(),
    owner_count=0,
    priority_users=0,
    privileged_users=0,
    sign_ins=SignIns(last=NOW - DAY),
    use_read=NOW,
    credential_use_read=NOW,
    disabled_by_microsoft=False,
)
"""An app of which everything was read."""


def holds(trait: Trait, **facts: object) -> Known[bool]:
    return traits_of(structs.replace(READ, **facts), NOW, frozenset())[trait]


def key(
    start: int = 100, end: int = 50, kind: CredentialKind = CERTIFICATE, last_used: Known[datetime] = NOW - DAY
) -> Credential:
    """From so many days ago until so many days ahead."""
    return Credential(kind=kind, start=NOW - start * DAY, end=NOW + end * DAY, last_used=last_used)


def test_every_trait_is_judged_in_order() -> None:
    assert list(traits_of(READ, NOW, frozenset())) == list(Trait)


def test_of_an_app_that_was_read_no_trait_is_open() -> None:
    assert UNKNOWN not in traits_of(READ, NOW, frozenset()).values()


def test_of_an_app_that_nobody_read_every_trait_is_open() -> None:
    assert set(traits_of(App(app_id="a"), NOW, frozenset()).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("trait", "credential", "expected"),
    [
        (Trait.EXPIRED_CREDENTIAL, key(end=0), True),
        (Trait.EXPIRED_CREDENTIAL, key(end=1), False),
        (Trait.EXPIRING_CREDENTIAL, key(end=30), True),
        (Trait.EXPIRING_CREDENTIAL, key(end=31), False),
        (Trait.EXPIRING_CREDENTIAL, key(end=-1), False),
        (Trait.LONG_LIVED_CREDENTIAL, key(start=100, end=81, kind=SECRET), True),
        (Trait.LONG_LIVED_CREDENTIAL, key(start=100, end=80, kind=SECRET), False),
        (Trait.LONG_LIVED_CREDENTIAL, key(start=100, end=630), False),
        (Trait.LONG_LIVED_CREDENTIAL, key(start=100, end=631), True),
        (Trait.LONG_LIVED_CREDENTIAL, key(start=900, end=-1), False),
        (Trait.LONG_LIVED_CREDENTIAL, key(end=300, kind=CredentialKind.UNKNOWN), UNKNOWN),
        (Trait.LONG_LIVED_CREDENTIAL, Credential(kind=SECRET, end=NOW + DAY), UNKNOWN),
        (Trait.LONG_LIVED_CREDENTIAL, Credential(kind=CredentialKind.FEDERATED), False),
        (Trait.UNUSED_CREDENTIAL, key(last_used=NOW - 31 * DAY), True),
        (Trait.UNUSED_CREDENTIAL, key(last_used=NOW - 30 * DAY), False),
        (Trait.UNUSED_CREDENTIAL, key(last_used=None), True),
        (Trait.UNUSED_CREDENTIAL, key(start=30, last_used=None), False),
        (Trait.UNUSED_CREDENTIAL, key(end=-1, last_used=None), False),
        (Trait.UNUSED_CREDENTIAL, key(last_used=UNKNOWN), UNKNOWN),
        (Trait.UNUSED_CREDENTIAL, key(start=30, last_used=UNKNOWN), False),
        (Trait.SECRET, key(kind=SECRET), True),
        (Trait.SECRET, key(kind=SECRET, end=-1), False),
        (Trait.SECRET, key(), False),
    ],
)
def test_a_credential_is_judged_by_its_dates(trait: Trait, credential: Credential, expected: Known[bool]) -> None:
    assert holds(trait, credentials=(credential,)) is expected


def test_more_than_one_valid_key_is_several() -> None:
    assert holds(Trait.SEVERAL_CREDENTIALS, credentials=(key(), key(kind=SECRET))) is True
    assert holds(Trait.SEVERAL_CREDENTIALS, credentials=(key(), key(end=-1))) is False
    assert holds(Trait.SEVERAL_CREDENTIALS, credentials=(key(), Credential(kind=CredentialKind.FEDERATED))) is False


@pytest.mark.parametrize(
    "trait",
    [Trait.SEVERAL_CREDENTIALS, Trait.LONG_LIVED_CREDENTIAL, Trait.UNUSED_CREDENTIAL, Trait.SECRET],
)
def test_what_signs_saml_tokens_is_no_key_of_the_app(trait: Trait) -> None:
    parts = tuple(key(end=990, kind=kind, last_used=None) for kind in (SECRET, CERTIFICATE, CERTIFICATE))
    assert holds(trait, credentials=parts) is True
    signing = tuple(structs.replace(part, signs=True) for part in parts)
    assert holds(trait, credentials=signing) is False
    assert holds(Trait.EXPIRING_CREDENTIAL, credentials=(structs.replace(signing[0], end=NOW + DAY),)) is True


def test_one_unused_credential_is_told_although_of_another_nobody_knows() -> None:
    assert holds(Trait.UNUSED_CREDENTIAL, credentials=(key(last_used=UNKNOWN), key(last_used=None))) is True


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"sign_ins": SignIns(delegated_client=NOW - 90 * DAY)}, True),
        ({"sign_ins": SignIns(last=NOW - 100 * DAY, application_resource=NOW - 89 * DAY)}, False),
        ({"sign_ins": None}, True),
        ({"sign_ins": None, "created": NOW - 90 * DAY}, True),
        ({"sign_ins": None, "created": NOW - 89 * DAY}, False),
        ({"sign_ins": UNKNOWN, "created": NOW - 89 * DAY}, False),
        ({"sign_ins": UNKNOWN}, UNKNOWN),
        ({"sign_ins": None, "created": UNKNOWN}, UNKNOWN),
        ({"sign_ins": None, "created": UNKNOWN, "first_seen": NOW - 90 * DAY}, True),
        ({"sign_ins": None, "created": UNKNOWN, "first_seen": NOW - 89 * DAY}, UNKNOWN),
        ({"sign_ins": SignIns(last=NOW - 91 * DAY), "created": UNKNOWN}, True),
    ],
)
def test_unused_is_said_only_of_an_app_that_is_old_enough(facts: dict[str, object], expected: Known[bool]) -> None:
    assert holds(Trait.UNUSED, **facts) is expected


@pytest.mark.parametrize(("age", "expected"), [(timedelta(), True), (9 * DAY, True), (9.01 * DAY, UNKNOWN)])
def test_an_old_report_calls_nothing_unused(age: timedelta, expected: Known[bool]) -> None:
    read = NOW - age
    for sign_ins in (None, SignIns(last=NOW - 100 * DAY)):
        assert holds(Trait.UNUSED, sign_ins=sign_ins, use_read=read) is expected
    for last_used in (None, NOW - 100 * DAY):
        held = (key(last_used=last_used),)
        assert holds(Trait.UNUSED_CREDENTIAL, credentials=held, credential_use_read=read) is expected


def test_what_was_used_lately_is_not_unused_however_old_the_report() -> None:
    assert holds(Trait.UNUSED, use_read=NOW - 50 * DAY) is False
    assert holds(Trait.UNUSED_CREDENTIAL, credentials=(key(),), credential_use_read=None) is False


def test_an_old_report_makes_nothing_overprivileged() -> None:
    held = structs.replace(MAIL, kind=PermissionKind.APPLICATION, consent_type=None)
    unused: dict[str, object] = {"permissions": (held,), "sign_ins": None}
    assert holds(Trait.OVERPRIVILEGED, **unused) is True
    assert holds(Trait.OVERPRIVILEGED, **unused, use_read=NOW - 10 * DAY) is UNKNOWN


def test_new_is_an_app_that_came_within_seven_days() -> None:
    assert holds(Trait.NEW, created=NOW - 7 * DAY) is True
    assert holds(Trait.NEW, created=NOW - 8 * DAY) is False
    assert holds(Trait.NEW, created=UNKNOWN, first_seen=NOW - 7 * DAY) is True


@pytest.mark.parametrize(
    ("trait", "facts"),
    [
        (Trait.NO_OWNER, {}),
        (Trait.SINGLE_OWNER, {"owners": (Owner(id="o", kind="user", guest=False, enabled=True),), "owner_count": 1}),
        (Trait.GUEST_OWNER, {"owners": (Owner(id="o", kind="user", guest=True, enabled=True),)}),
        (Trait.DISABLED_OWNER, {"owners": (Owner(id="o", kind="user", guest=False, enabled=False),)}),
        (Trait.EXTERNAL, {"origin": Origin.EXTERNAL}),
        (Trait.UNVERIFIED, {"publisher_verified": False}),
        (Trait.APP_ONLY, {"permissions": (structs.replace(MAIL, kind=PermissionKind.APPLICATION),)}),
        (Trait.HIGHLY_PRIVILEGED, {"privilege": Privilege.HIGH}),
        (Trait.HIGHLY_PRIVILEGED, {"directory_roles": (DirectoryRole(template_id=GLOBAL_ADMINISTRATOR),)}),
        (Trait.HIGHLY_PRIVILEGED, {"privilege": Privilege.HIGH, "directory_roles": UNKNOWN}),
        (Trait.NO_DATA_ACCESS, {"permissions": (AZURE,)}),
        (Trait.PRIORITY_USERS, {"priority_users": 1}),
        (Trait.PRIVILEGED_USERS, {"privileged_users": 2}),
        (Trait.DISABLED_BY_MICROSOFT, {"disabled_by_microsoft": True}),
    ],
)
def test_a_trait_holds(trait: Trait, facts: dict[str, object]) -> None:
    assert holds(trait, **facts) is True


@pytest.mark.parametrize(
    ("trait", "facts"),
    [
        (Trait.NO_OWNER, {"owners": UNKNOWN, "owner_count": 25}),
        (Trait.SINGLE_OWNER, {"owners": (Owner(id="o"),), "owner_count": 25}),
        (Trait.GUEST_OWNER, {"owners": (Owner(id="o", kind="servicePrincipal"),)}),
        (Trait.APP_ONLY, {"permissions": (MAIL,)}),
        (Trait.HIGHLY_PRIVILEGED, {"privilege": Privilege.MEDIUM}),
        (Trait.NO_DATA_ACCESS, {"permissions": (MAIL,)}),
        (Trait.NO_DATA_ACCESS, {"permissions": (structs.replace(MAIL, resource_app_id=None),)}),
        (Trait.NO_DATA_ACCESS, {"directory_roles": (DirectoryRole(template_id="custom"),)}),
    ],
)
def test_a_trait_does_not_hold(trait: Trait, facts: dict[str, object]) -> None:
    assert holds(trait, **facts) is False


@pytest.mark.parametrize(
    ("trait", "facts"),
    [
        (Trait.GUEST_OWNER, {"owners": (Owner(id="o", kind="user"),)}),
        (Trait.DISABLED_OWNER, {"owners": UNKNOWN, "owner_count": 2}),
        (Trait.HIGHLY_PRIVILEGED, {"directory_roles": UNKNOWN}),
        (Trait.NO_DATA_ACCESS, {"directory_roles": UNKNOWN}),
        (Trait.CAN_READ_EVERY_MAILBOX, {"directory_roles": UNKNOWN}),
        (Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR, {"permissions": UNKNOWN}),
    ],
)
def test_a_trait_is_open_where_what_is_not_read_may_decide(trait: Trait, facts: dict[str, object]) -> None:
    assert holds(trait, **facts) is UNKNOWN


def test_what_is_reached_through_other_apps_counts() -> None:
    traits = traits_of(App(app_id="a"), NOW, frozenset({EscalationTarget.GLOBAL_ADMINISTRATOR}))
    assert traits[Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR] is True
    assert traits[Trait.CAN_READ_EVERY_MAILBOX] is UNKNOWN


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, False),
        ({"permissions": (AZURE,)}, False),
        ({"permissions": UNKNOWN}, True),
        ({"directory_roles": UNKNOWN}, True),
        ({"permissions": (MAIL,)}, True),
        ({"permissions": (MAIL,), "origin": Origin.MICROSOFT}, False),
        ({"permissions": (MAIL,), "service_principal_type": "ManagedIdentity"}, False),
        ({"permissions": (MAIL,), "deleted": NOW}, False),
    ],
)
def test_app_policies_judge_what_may_reach_data_and_is_not_microsofts(facts: dict[str, object], expected: bool) -> None:
    assert structs.replace(READ, **facts).is_watched is expected
