"""What the services do to their records, and readers have to undo."""

import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from local.records.content import Record
from local.records.directory_audits import as_directory_audit
from local.records.errors import NotRecorded
from local.records.log_analytics import as_log_analytics
from local.records.sign_ins import as_sign_in
from local.records.unified_audit_log import as_unified_audit
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import (
    Actor,
    ActorKind,
    CredentialKind,
    Event,
    EventCredential,
    PermissionChange,
    Resource,
    Source,
)
from shared.domain.microsoft import MICROSOFT_GRAPH

APP_ID = "11111111-1111-4111-8111-111111111111"
OBJECT_ID = "22222222-2222-4222-8222-222222222222"


def event_of(activity: Activity) -> Event:
    return Event(
        id="one",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity,
        time=datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC),
        actor=Actor(kind=ActorKind.USER, id="33333333-3333-4333-8333-333333333333", name="ada@contoso.example"),
        app=AppReference(app_id=APP_ID, service_principal_id=OBJECT_ID, display_name="Sync"),
    )


def added_secret() -> Event:
    event = replace(event_of(Activity.CREDENTIAL_ADDED), app=AppReference(app_id=APP_ID))
    secret = EventCredential(kind=CredentialKind.SECRET, display_name="a, b")
    return replace(event, credentials_added=(secret,))


def grown_grant() -> Event:
    return replace(
        event_of(Activity.GRANT_CHANGED),
        resource=Resource(app_id=MICROSOFT_GRAPH, display_name="Microsoft Graph"),
        consent_type="AllPrincipals",
        scopes=PermissionChange(before=("User.Read",), after=("User.Read", "Mail.Read")),
    )


def properties_of(audit: Record) -> dict[str, tuple[str | None, str | None]]:
    targets = audit["targetResources"]
    assert isinstance(targets, list)
    return {found["displayName"]: (found["oldValue"], found["newValue"]) for found in targets[0]["modifiedProperties"]}


def test_the_name_of_a_credential_change_has_an_en_dash_and_a_trailing_space() -> None:
    name = as_directory_audit(added_secret())["activityDisplayName"]
    assert name == "Update application \u2013 Certificates and secrets management "


def test_the_unified_log_puts_a_full_stop_after_the_names_of_the_directory_only() -> None:
    read = replace(event_of(Activity.MAIL_ACCESSED), mailbox="ada@contoso.example")
    assert as_unified_audit(event_of(Activity.APP_DELETED))["Operation"] == "Delete application."
    assert as_unified_audit(read)["Operation"] == "MailItemsAccessed"


def test_scopes_are_cumulative_begin_with_a_space_and_are_json_in_a_string() -> None:
    old, new = properties_of(as_directory_audit(grown_grant()))["DelegatedPermissionGrant.Scope"]
    assert (old, new) == ('" User.Read"', '" User.Read Mail.Read"')


def test_the_target_of_a_grant_is_the_api_and_its_appid_never_comes_first() -> None:
    audit = as_directory_audit(grown_grant())
    targets = audit["targetResources"]
    assert isinstance(targets, list)
    assert targets[0]["displayName"] == "Microsoft Graph"
    assert targets[1]["id"] == OBJECT_ID
    _, names = properties_of(audit)["TargetId.ServicePrincipalNames"]
    assert names is not None
    assert json.loads(names).split(";")[:2] == [f"{MICROSOFT_GRAPH}/ags.windows.net", MICROSOFT_GRAPH]


def test_graph_never_names_the_appid_of_an_acting_app_and_the_unified_log_does() -> None:
    acting = AppReference(app_id=APP_ID, service_principal_id=OBJECT_ID, display_name="Sync")
    event = replace(event_of(Activity.APP_DELETED), actor=Actor(kind=ActorKind.APP, app=acting))
    initiator = as_directory_audit(event)["initiatedBy"]
    assert isinstance(initiator, dict)
    assert initiator["app"]["appId"] is None
    assert initiator["app"]["servicePrincipalId"] == OBJECT_ID
    assert {"ID": APP_ID, "Type": 2} in _list(as_unified_audit(event)["Actor"])


def test_the_unified_log_writes_values_bare_lists_over_several_lines_and_times_without_a_zone() -> None:
    record = as_unified_audit(added_secret())
    keys = next(found["NewValue"] for found in _list(record["ModifiedProperties"]) if found["Name"] == "KeyDescription")
    assert keys.startswith('[\r\n  "[KeyIdentifier=')
    assert record["CreationTime"] == "2026-01-02T03:04:05"


def test_log_analytics_nests_json_in_columns_and_the_error_code_is_text() -> None:
    row = as_log_analytics(grown_grant())
    assert isinstance(row["TargetResources"], str)
    assert isinstance(row["InitiatedBy"], str)
    refused = replace(event_of(Activity.SIGN_IN), error_code=65_004, succeeded=False)
    assert as_log_analytics(refused)["ResultType"] == "65004"


def test_a_service_principal_signs_in_as_a_user_named_with_an_empty_text() -> None:
    signed_in = replace(event_of(Activity.SIGN_IN), sign_in_kind="servicePrincipal")
    record = as_sign_in(signed_in)
    assert (record["userId"], record["userPrincipalName"]) == ("", "")
    assert record["signInEventTypes"] == ["servicePrincipal"]


def test_the_same_event_is_always_written_as_the_same_record() -> None:
    assert as_directory_audit(added_secret()) == as_directory_audit(added_secret())
    assert as_unified_audit(added_secret()) == as_unified_audit(added_secret())


@pytest.mark.parametrize(
    ("activity", "reason"),
    [
        (Activity.CREDENTIAL_ADDED, "give credentialsAdded"),
        (Activity.PERMISSIONS_REQUESTED, "give scopes"),
        (Activity.SIGN_IN, "no directory audit"),
    ],
)
def test_an_event_that_no_audit_could_tell_is_refused_with_what_it_lacks(activity: Activity, reason: str) -> None:
    with pytest.raises(NotRecorded, match=reason):
        as_directory_audit(event_of(activity))


def test_a_permission_without_an_id_is_refused_by_name() -> None:
    asks = replace(event_of(Activity.PERMISSIONS_REQUESTED), scopes=PermissionChange(after=("Mail.Reed",)))
    with pytest.raises(NotRecorded, match=r"Mail\.Reed"):
        as_directory_audit(asks)


def _list(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)
    return value
