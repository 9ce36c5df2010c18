"""Consents, app roles, and what a manifest newly asks for."""

import pytest

from shared.domain.activities import Activity
from shared.domain.events import Event, PermissionChange
from shared.domain.known import UNKNOWN
from shared.sources.records import read_record
from tests.sources.audits import MANIFEST_GROWN, app_role, consent, manifest, requests
from tests.sources.records import (
    APP_ID,
    CLIENT,
    GRAPH_API,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    MAIL_READ_ROLE,
    MAIL_READWRITE_SCOPE,
    USER_READ_SCOPE,
    Audit,
    consent_permissions,
    graph_audit,
)

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
FULL_ACCESS_ROLE = "dc890d15-9560-4a4c-9b7f-a736ec74ec40"
MAIL_READ_SCOPE = "570282fd-fa5c-430d-a7fd-fc8dc98a9dca"
UNLISTED = "12345678-0000-4000-8000-000000000009"


def one_event(audit: Audit) -> Event:
    (event,) = read_record(graph_audit(audit))
    return event


def test_an_admin_consent_for_all_tells_scopes_type_and_api() -> None:
    event = one_event(consent())
    assert (event.activity, event.admin_consent, event.consent_type) == (
        Activity.CONSENT_GRANTED,
        True,
        "AllPrincipals",
    )
    assert event.scopes == PermissionChange(after=("User.Read", "Mail.Read"))
    assert event.resource.service_principal_id == GRAPH_PRINCIPAL
    assert event.risk_reason is None


def test_trap_6_both_sides_of_a_consent_are_the_union_of_their_grants() -> None:
    permissions = consent_permissions(
        (("AllPrincipals", "User.Read"),), (("AllPrincipals", "User.Read"), ("Principal", " Mail.Read User.Read"))
    )
    event = one_event(consent(permissions=permissions))
    assert event.scopes == PermissionChange(before=("User.Read",), after=("User.Read", "Mail.Read"))


def test_trap_6_both_sides_of_a_consent_may_be_the_same() -> None:
    same = (("Principal", "User.Read"),)
    event = one_event(consent(permissions=consent_permissions(same, same)))
    assert event.scopes
    assert event.scopes.added == ()


def test_trap_6_the_form_before_2025_ends_after_the_scope() -> None:
    permissions = (
        f"[] => [[Id: aaaD, ClientId: x, PrincipalId: , ResourceId: {GRAPH_PRINCIPAL}, "
        "ConsentType: Principal, Scope: Mail.Read offline_access]]; "
    )
    event = one_event(consent(admin=False, permissions=permissions))
    assert event.scopes == PermissionChange(after=("Mail.Read", "offline_access"))
    assert (event.consent_type, event.admin_consent) == ("Principal", False)


def test_a_long_consent_hides_nothing_at_its_end() -> None:
    harmless = " ".join(f"Harmless.Read.{number}" for number in range(400))
    permissions = consent_permissions((), (("Principal", f"{harmless} Mail.ReadWrite"),))
    event = one_event(consent(permissions=permissions))
    assert event.scopes
    assert event.scopes.added[-1] == "Mail.ReadWrite"
    assert len(event.scopes.added) == 401


def test_consents_for_several_apis_name_none_of_them() -> None:
    permissions = (
        "[] => [[Id: a, ClientId: x, PrincipalId: , ResourceId: one, ConsentType: Principal, Scope: Mail.Read], "
        "[Id: b, ClientId: x, PrincipalId: , ResourceId: two, ConsentType: AllPrincipals, Scope: Sites.Read.All]]; "
    )
    event = one_event(consent(permissions=permissions))
    assert event.resource.service_principal_id is None
    assert event.consent_type == "AllPrincipals"


def test_what_the_record_of_a_consent_does_not_hold_is_unknown_and_its_type_comes_from_the_context() -> None:
    event = one_event(Audit("Consent to application", (CLIENT,), {"ConsentContext.OnBehalfOfAll": (None, "False")}))
    assert (event.scopes, event.consent_type, event.admin_consent) == (UNKNOWN, "Principal", UNKNOWN)


@pytest.mark.parametrize(("permissions", "scopes"), [("[] => []; ", None), ("something new", UNKNOWN)])
def test_a_consent_that_gave_nothing_is_not_one_that_cannot_be_understood(permissions: str, scopes: object) -> None:
    assert one_event(consent(permissions=permissions)).scopes is scopes


def test_what_the_record_of_a_grant_does_not_hold_is_unknown() -> None:
    event = one_event(Audit("Add delegated permission grant", (GRAPH_API,)))
    assert (event.scopes, event.consent_type) == (UNKNOWN, UNKNOWN)


def test_what_the_record_of_an_app_role_does_not_hold_is_unknown() -> None:
    event = one_event(Audit("Add app role assignment to service principal", (GRAPH_API,)))
    assert (event.app_role, event.app_role_id) == (UNKNOWN, UNKNOWN)


def test_a_blocked_consent_has_failed_and_tells_why() -> None:
    event = one_event(consent(admin=False, succeeded=False, reason="Risky application detected"))
    assert (event.succeeded, event.risk_reason) == (False, "Risky application detected")


def test_an_older_blocked_consent_tells_why_in_the_result_of_the_method() -> None:
    changes = {"MethodExecutionResult.": (None, "Microsoft.Online.Security.UserConsentBlockedForRiskyAppsException")}
    event = one_event(Audit("Consent to application", (CLIENT,), changes, succeeded=False))
    assert event.risk_reason == changes["MethodExecutionResult."][1]


def test_a_revoked_consent_tells_what_was_held() -> None:
    permissions = consent_permissions((("AllPrincipals", "Mail.Read"),), ())
    event = one_event(Audit("Revoke consent", (CLIENT,), {"ConsentAction.Permissions": (None, permissions)}))
    assert event.activity is Activity.CONSENT_REVOKED
    assert event.scopes
    assert (event.scopes.removed, event.consent_type) == (("Mail.Read",), "AllPrincipals")


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("Add app role assignment to service principal", Activity.APP_ROLE_GRANTED),
        ("Remove app role assignment from service principal", Activity.APP_ROLE_REVOKED),
    ],
)
def test_an_app_role_is_told_when_it_comes_and_when_it_goes(operation: str, activity: Activity) -> None:
    event = one_event(app_role(operation))
    assert (event.activity, event.app_role, event.app_role_id) == (activity, "Mail.Read", MAIL_READ_ROLE)
    assert event.app.app_id == APP_ID


def test_an_app_role_without_a_name_gets_the_one_of_its_id() -> None:
    event = one_event(Audit(app_role().operation, (GRAPH_API,), {"AppRole.Id": (None, MAIL_READ_ROLE.upper())}))
    assert event.app_role == "Mail.Read"


def test_a_manifest_that_grows_tells_the_permissions_by_name() -> None:
    event = one_event(MANIFEST_GROWN)
    assert (event.activity, event.resource.app_id) == (Activity.PERMISSIONS_REQUESTED, GRAPH_APP_ID)
    assert event.scopes == PermissionChange(before=("User.Read",), after=("User.Read", "Mail.ReadWrite"))
    assert event.app_roles == PermissionChange()


def test_a_manifest_tells_application_permissions_apart() -> None:
    event = one_event(manifest([], [requests(delegated=(USER_READ_SCOPE,), application=(MAIL_READ_ROLE,))]))
    assert event.scopes == PermissionChange(after=("User.Read", "Mail.Read"))
    assert event.app_roles == PermissionChange(after=("Mail.Read",))


def test_the_application_permission_is_new_although_the_delegated_one_of_its_name_was_there() -> None:
    before = [requests(delegated=(MAIL_READ_SCOPE,))]
    event = one_event(manifest(before, [requests(delegated=(MAIL_READ_SCOPE,), application=(MAIL_READ_ROLE,))]))
    assert event.app_roles
    assert event.app_roles.added == ("Mail.Read",)


def test_a_permission_that_nobody_listed_goes_by_its_id() -> None:
    event = one_event(manifest([], [requests(application=(UNLISTED,))]))
    assert event.app_roles == PermissionChange(after=(UNLISTED,))


def test_only_the_api_that_gained_something_is_told() -> None:
    graph = requests(delegated=(USER_READ_SCOPE,))
    event = one_event(manifest([graph], [graph, requests(application=(FULL_ACCESS_ROLE,), api=EXCHANGE)]))
    assert event.resource.app_id == EXCHANGE
    assert event.scopes == PermissionChange(after=("full_access_as_app",))


def test_a_manifest_that_gains_at_several_apis_names_none_of_them() -> None:
    event = one_event(
        manifest([], [requests(delegated=(USER_READ_SCOPE,)), requests(application=(FULL_ACCESS_ROLE,), api=EXCHANGE)])
    )
    assert event.resource.app_id is None
    assert event.scopes == PermissionChange(after=("User.Read", "full_access_as_app"))


def test_a_manifest_that_only_shrinks_is_an_update() -> None:
    before = [requests(delegated=(USER_READ_SCOPE, MAIL_READWRITE_SCOPE))]
    assert one_event(manifest(before, [requests(delegated=(USER_READ_SCOPE,))])).activity is Activity.APP_UPDATED
