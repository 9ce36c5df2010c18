"""Credentials, owners, directory roles and changes of registrations and service principals."""

import pytest

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import CredentialKind, Event, EventCredential
from shared.sources.records import read_record
from tests.sources.audits import (
    CERTIFICATE_ID,
    CERTIFICATES_AND_SECRETS,
    MANIFEST_GROWN,
    OWNER_ADDED,
    PRINCIPAL_ADDED,
    ROLE_OF_APP,
    ROLE_OF_USER,
    SECRET_ID,
    TRUST_ADDED,
    key,
    keys,
    trust,
    trusts,
)
from tests.sources.records import (
    APP_ID,
    BOB,
    CLIENT,
    OTHER_USER_ID,
    PRINCIPAL_ID,
    REGISTRATION,
    REGISTRATION_ID,
    Audit,
    Principal,
    Values,
    graph_audit,
)

SECRET = key(SECRET_ID, "deploy")


def one_event(audit: Audit) -> Event:
    (event,) = read_record(graph_audit(audit))
    return event


def activities(audit: Audit) -> list[Activity]:
    return [event.activity for event in read_record(graph_audit(audit))]


@pytest.mark.parametrize("operation", [CERTIFICATES_AND_SECRETS, "Update application", "Update service principal"])
def test_trap_8_a_new_key_identifier_is_a_credential_added(operation: str) -> None:
    event = one_event(
        keys(
            operation,
            [key(CERTIFICATE_ID, "tls", "AsymmetricX509Cert")],
            [key(CERTIFICATE_ID, "tls", "AsymmetricX509Cert"), SECRET],
        )
    )
    assert event.activity is Activity.CREDENTIAL_ADDED
    assert event.credentials_added == (
        EventCredential(key_id=SECRET_ID, kind=CredentialKind.SECRET, display_name="deploy"),
    )
    assert event.credentials_removed == ()


def test_trap_8_a_display_name_may_hold_commas_brackets_and_equals_signs() -> None:
    event = one_event(keys(CERTIFICATES_AND_SECRETS, [], [key(SECRET_ID, "a, [b]=c]")]))
    assert event.credentials_added
    assert event.credentials_added[0].display_name == "a, [b]=c]"


def test_trap_8_a_key_that_is_gone_is_a_credential_removed() -> None:
    event = one_event(keys(CERTIFICATES_AND_SECRETS, [SECRET], []))
    assert event.activity is Activity.CREDENTIAL_REMOVED
    assert event.credentials_removed
    assert event.credentials_removed[0].key_id == SECRET_ID


def test_trap_8_a_replaced_key_is_one_added_and_one_removed() -> None:
    event = one_event(keys(CERTIFICATES_AND_SECRETS, [SECRET], [key(CERTIFICATE_ID, "tls", "AsymmetricX509Cert")]))
    assert event.activity is Activity.CREDENTIAL_ADDED
    assert event.credentials_added
    assert event.credentials_removed
    assert [one.kind for one in (*event.credentials_added, *event.credentials_removed)] == [
        CredentialKind.CERTIFICATE,
        CredentialKind.SECRET,
    ]


@pytest.mark.parametrize(
    "operation", ["Create application – Certificates and secrets management ", CERTIFICATES_AND_SECRETS]
)
def test_trap_8_no_key_before_and_none_after_is_an_update(operation: str) -> None:
    assert activities(keys(operation, [], [])) == [Activity.APP_UPDATED]


def test_trap_8_a_renamed_key_is_an_update() -> None:
    assert activities(keys(CERTIFICATES_AND_SECRETS, [SECRET], [key(SECRET_ID, "renamed")])) == [Activity.APP_UPDATED]


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("Add service principal credentials", Activity.CREDENTIAL_ADDED),
        ("Remove service principal credentials", Activity.CREDENTIAL_REMOVED),
    ],
)
def test_an_operation_named_after_credentials_is_believed_without_details(operation: str, activity: Activity) -> None:
    event = one_event(Audit(operation, (CLIENT,)))
    assert (event.activity, event.app.service_principal_id) == (activity, PRINCIPAL_ID)


def test_a_federated_credential_tells_issuer_and_subject() -> None:
    event = one_event(TRUST_ADDED)
    assert event.activity is Activity.FEDERATED_CREDENTIAL_ADDED
    assert event.credentials_added == (
        EventCredential(
            key_id="scrubbed",
            kind=CredentialKind.FEDERATED,
            display_name="deploy",
            issuer="https://issuer.example",
            subject="repo:contoso/deploy",
        ),
    )


def test_federated_credentials_are_told_apart_although_their_ids_are_scrubbed() -> None:
    first, second = trust("one", "https://issuer.example"), trust("two", "https://issuer.example")
    event = one_event(trusts([first], [first, second]))
    assert event.credentials_added
    assert [one.display_name for one in event.credentials_added] == ["two"]


def test_a_changed_issuer_is_one_trust_added_and_one_removed() -> None:
    event = one_event(trusts([trust("deploy", "https://issuer.example")], [trust("deploy", "https://evil.example")]))
    assert event.activity is Activity.FEDERATED_CREDENTIAL_ADDED
    assert event.credentials_added
    assert event.credentials_removed
    assert event.credentials_added[0].issuer == "https://evil.example"
    assert event.credentials_removed[0].issuer == "https://issuer.example"


def test_a_trust_that_is_gone_is_a_federated_credential_removed() -> None:
    assert activities(trusts([trust("deploy", "https://issuer.example")], [])) == [
        Activity.FEDERATED_CREDENTIAL_REMOVED
    ]


def test_a_flexible_trust_tells_its_expression_as_the_subject() -> None:
    flexible = trust("any", "https://issuer.example", None, ClaimsMatchingExpressionValue="claims['sub'] matches '*'")
    event = one_event(trusts([], [flexible]))
    assert event.credentials_added
    assert event.credentials_added[0].subject == "claims['sub'] matches '*'"


def test_one_update_that_does_several_things_gives_an_event_for_each() -> None:
    changes = {**MANIFEST_GROWN.changes, **TRUST_ADDED.changes, "KeyDescription": ([], [SECRET])}
    assert activities(Audit("Update application", (REGISTRATION,), changes)) == [
        Activity.CREDENTIAL_ADDED,
        Activity.FEDERATED_CREDENTIAL_ADDED,
        Activity.PERMISSIONS_REQUESTED,
    ]


def test_an_update_that_also_changes_something_else_is_told_as_an_update_too() -> None:
    changes = {**TRUST_ADDED.changes, "AppAddress": ([], [{"Address": "https://contoso.example"}])}
    assert activities(Audit("Update application", (REGISTRATION,), changes)) == [
        Activity.APP_UPDATED,
        Activity.FEDERATED_CREDENTIAL_ADDED,
    ]


def test_properties_that_only_describe_the_record_are_no_change() -> None:
    changes: Values = {"KeyDescription": ([], [SECRET]), "TargetId.ServicePrincipalNames": (None, APP_ID)}
    assert activities(Audit("Update service principal", (CLIENT,), changes)) == [Activity.CREDENTIAL_ADDED]


def test_a_manifest_that_shrinks_beside_a_new_credential_is_not_lost() -> None:
    after, before = MANIFEST_GROWN.changes["RequiredResourceAccess"]
    changes = {"RequiredResourceAccess": (before, after), "KeyDescription": ([], [SECRET])}
    assert activities(Audit("Update application", (REGISTRATION,), changes)) == [
        Activity.APP_UPDATED,
        Activity.CREDENTIAL_ADDED,
    ]


def test_a_new_application_is_told_as_such_with_what_it_asks_for() -> None:
    changes = {**MANIFEST_GROWN.changes, "AppId": ([], [APP_ID])}
    events = read_record(graph_audit(Audit("Add application", (REGISTRATION,), changes)))
    assert [event.activity for event in events] == [Activity.APP_ADDED, Activity.PERMISSIONS_REQUESTED]
    assert {(event.app.application_object_id, event.app.app_id) for event in events} == {(REGISTRATION_ID, APP_ID)}


def test_a_new_service_principal_is_resolved_by_its_own_record() -> None:
    event = one_event(PRINCIPAL_ADDED)
    assert event.activity is Activity.SERVICE_PRINCIPAL_ADDED
    assert (event.app.service_principal_id, event.app.app_id) == (PRINCIPAL_ID, APP_ID)


def test_an_owner_of_a_service_principal_is_told_like_one_of_an_application() -> None:
    changes = {"ServicePrincipal.ObjectID": (PRINCIPAL_ID, None), "ServicePrincipal.DisplayName": ("Mailer", None)}
    event = one_event(Audit("Remove owner from service principal", (BOB,), changes))
    assert (event.activity, event.user) == (Activity.OWNER_REMOVED, OTHER_USER_ID)
    assert (event.app.service_principal_id, event.app.display_name) == (PRINCIPAL_ID, "Mailer")


def test_an_owner_may_be_an_app() -> None:
    assert one_event(Audit(OWNER_ADDED.operation, (CLIENT,), OWNER_ADDED.changes)).user == PRINCIPAL_ID


def test_a_directory_role_of_an_app_names_the_app() -> None:
    event = one_event(ROLE_OF_APP)
    assert (event.activity, event.directory_role) == (Activity.DIRECTORY_ROLE_ASSIGNED, "Global Administrator")
    assert (event.app.service_principal_id, event.user) == (PRINCIPAL_ID, None)


def test_a_directory_role_of_a_user_names_no_app() -> None:
    event = one_event(ROLE_OF_USER)
    assert (event.app, event.user) == (AppReference(), OTHER_USER_ID)


def test_privileged_identity_management_names_the_role_first() -> None:
    role = Principal("Role", "77777777-0000-4000-8000-000000000001", "Global Reader")
    event = one_event(Audit("Add member to role completed (PIM activation)", (role, BOB)))
    assert (event.activity, event.directory_role, event.user) == (
        Activity.DIRECTORY_ROLE_ASSIGNED,
        "Global Reader",
        OTHER_USER_ID,
    )


def test_a_changed_policy_is_told_with_what_changed() -> None:
    policy = Principal("Policy", "66666666-0000-4000-8000-000000000001")
    event = one_event(
        Audit("Update authorization policy", (policy,), {"AllowUserConsentForRiskyApps": ([False], [True])})
    )
    assert (event.activity, event.app) == (Activity.POLICY_CHANGED, AppReference())
    assert [(change.name, change.after) for change in event.changes] == [("AllowUserConsentForRiskyApps", "[true]")]
