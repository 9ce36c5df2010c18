"""The payload traps of directory audits, each by name, and who acted from where."""

from datetime import UTC, datetime

import msgspec
import pytest

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference, Resolution
from shared.domain.events import ActorKind, Event
from shared.domain.known import UNKNOWN
from shared.sources.audits.changes import WITHHELD
from shared.sources.decoding import MOST_CHARACTERS
from shared.sources.errors import RecordError
from shared.sources.records import read_bytes, read_record
from tests.sources.audits import (
    ASSIGNED_TO_USER,
    BY_APP,
    OWNER_ADDED,
    PRINCIPAL_ADDED,
    SECRET_ADDED,
    TRUST_ADDED,
    app_role,
    consent,
    grant,
)
from tests.sources.records import (
    ADA,
    APP_ID,
    BOB,
    CLIENT,
    CORRELATION_ID,
    GRAPH_API,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    OTHER_USER_ID,
    PRINCIPAL_ID,
    REGISTRATION,
    REGISTRATION_ID,
    USER_ID,
    USER_NAME,
    Audit,
    Principal,
    graph_audit,
    unified_audit,
)


def one_event(audit: Audit) -> Event:
    (event,) = read_record(graph_audit(audit))
    return event


def shown(event: Event) -> dict[str, tuple[str | None, str | None]]:
    return {change.name: (change.before, change.after) for change in event.changes}


def test_trap_1_values_are_decoded_from_their_json_in_a_string() -> None:
    changes = {
        "Text": (None, "Mail.Read"),
        "List": (["old"], ["new"]),
        "Flag": ([False], [True]),
        "Object": (None, [{"Address": "https://contoso.example"}]),
        "Empty": ("", None),
    }
    event = one_event(Audit("Update application", (REGISTRATION,), changes))
    assert shown(event) == {
        "Text": (None, "Mail.Read"),
        "List": ('["old"]', '["new"]'),
        "Flag": ("[false]", "[true]"),
        "Object": (None, '[{"Address":"https://contoso.example"}]'),
        "Empty": (None, None),
    }


def test_trap_1_a_value_that_is_no_json_stands_as_it_is() -> None:
    record = graph_audit(Audit("Update application", (REGISTRATION,)))
    target = first_target(record)
    target["modifiedProperties"] = [{"displayName": "DisplayName", "oldValue": None, "newValue": "[not json"}]
    (event,) = read_record(record)
    assert shown(event) == {"DisplayName": (None, "[not json")}


def test_trap_2_an_acting_app_is_known_by_its_service_principal_alone() -> None:
    actor = one_event(BY_APP).actor
    acting = "88888888-0000-4000-8000-000000000001"
    assert (actor.kind, actor.id, actor.name) == (ActorKind.APP, acting, "Pipeline")
    assert actor.app == AppReference(
        service_principal_id=acting, display_name="Pipeline", resolution=Resolution.UNRESOLVED
    )


def test_trap_3_the_app_of_a_consent_is_the_target() -> None:
    app = one_event(consent()).app
    assert (app.service_principal_id, app.app_id) == (PRINCIPAL_ID, APP_ID)


@pytest.mark.parametrize(
    "audit", [grant("Add delegated permission grant", None, "User.Read"), app_role()], ids=["grant", "app role"]
)
def test_trap_3_the_app_of_a_grant_is_in_the_properties_and_the_target_is_the_api(audit: Audit) -> None:
    event = one_event(audit)
    assert (event.app.service_principal_id, event.app.app_id) == (PRINCIPAL_ID, APP_ID)
    assert event.app.display_name == "Contoso Mailer"
    assert (event.resource.service_principal_id, event.resource.display_name) == (GRAPH_PRINCIPAL, "Microsoft Graph")


def test_trap_3_a_grant_whose_client_has_only_an_object_id_stays_unresolved() -> None:
    changes = {"DelegatedPermissionGrant.Scope": (None, "User.Read"), "ServicePrincipal.ObjectID": (None, PRINCIPAL_ID)}
    event = one_event(Audit("Add delegated permission grant", (GRAPH_API,), changes))
    assert event.app == AppReference(service_principal_id=PRINCIPAL_ID, resolution=Resolution.UNRESOLVED)


def test_trap_3_a_client_may_stand_only_as_the_second_target() -> None:
    changes = {"DelegatedPermissionGrant.Scope": (None, "User.Read"), "ServicePrincipal.ObjectID": (None, None)}
    event = one_event(Audit("Add delegated permission grant", (GRAPH_API, CLIENT), changes))
    assert (event.app.service_principal_id, event.app.display_name) == (PRINCIPAL_ID, "Contoso Mailer")


def test_trap_3_the_app_assigned_to_a_user_is_the_target_and_the_user_is_in_the_properties() -> None:
    event = one_event(ASSIGNED_TO_USER)
    assert (event.activity, event.app.app_id, event.user) == (Activity.APP_ROLE_ASSIGNED_TO_USER, APP_ID, OTHER_USER_ID)


def test_trap_3_the_target_of_a_new_owner_is_the_owner() -> None:
    event = one_event(OWNER_ADDED)
    assert (event.app.application_object_id, event.app.app_id) == (REGISTRATION_ID, APP_ID)
    assert event.user == OTHER_USER_ID


def test_trap_4_scopes_are_cumulative_and_begin_with_a_space() -> None:
    event = one_event(grant("Add delegated permission grant", " User.Read openid", " User.Read openid Mail.Read"))
    assert event.scopes
    assert (event.scopes.before, event.scopes.added) == (("User.Read", "openid"), ("Mail.Read",))


def test_trap_5_amending_a_consent_writes_a_removal_that_removes_nothing() -> None:
    triple = [
        one_event(grant("Add delegated permission grant", " User.Read", " User.Read Mail.Read")),
        one_event(grant("Remove delegated permission grant", " User.Read", " User.Read Mail.Read")),
        one_event(consent()),
    ]
    assert [event.activity for event in triple] == [
        Activity.GRANT_CHANGED,
        Activity.GRANT_CHANGED,
        Activity.CONSENT_GRANTED,
    ]
    assert {event.correlation_id for event in triple} == {CORRELATION_ID}


@pytest.mark.parametrize(
    ("operation", "before", "after", "activity"),
    [
        ("Add delegated permission grant", None, "User.Read", Activity.GRANT_ADDED),
        ("Add delegated permission grant", "User.Read", "User.Read Mail.Read", Activity.GRANT_CHANGED),
        ("Add delegated permission grant", "User.Read", "User.Read", Activity.GRANT_CHANGED),
        ("Remove delegated permission grant", "User.Read Mail.Read", "User.Read", Activity.GRANT_REVOKED),
        ("Remove delegated permission grant", "User.Read", None, Activity.GRANT_REVOKED),
        ("Remove delegated permission grant", "User.Read", "User.Read", Activity.GRANT_CHANGED),
        ("Remove delegated permission grant", "User.Read", "Mail.Read", Activity.GRANT_CHANGED),
        ("Add OAuth2PermissionGrant", None, "User.Read", Activity.GRANT_ADDED),
    ],
)
def test_trap_5_scopes_say_what_happened_to_a_grant(
    operation: str, before: str | None, after: str | None, activity: Activity
) -> None:
    assert one_event(grant(operation, before, after)).activity is activity


def test_trap_7_the_appid_is_the_guid_that_stands_alone_among_the_names() -> None:
    assert one_event(app_role()).resource.app_id == GRAPH_APP_ID


def test_trap_7_a_guid_that_is_only_part_of_a_name_is_no_appid() -> None:
    names = {"TargetId.ServicePrincipalNames": (None, f"{GRAPH_APP_ID}/ags.windows.net;https://graph.microsoft.com")}
    assert one_event(Audit(app_role().operation, (GRAPH_API,), names)).resource.app_id is None


def test_trap_9_additional_details_give_the_agent_and_the_appid_of_the_target() -> None:
    details = {"User-Agent": "EvoSTS", "AppId": APP_ID.upper()}
    event = one_event(Audit("Update application", (REGISTRATION,), details=details))
    assert (event.client.user_agent, event.app.app_id) == ("EvoSTS", APP_ID)


def test_trap_10_user_and_address_of_a_consent_come_from_the_consent_and_not_from_its_siblings() -> None:
    service = Principal("User", USER_ID, "Azure ESTS Service", USER_NAME)
    sibling = Audit("Add service principal", (CLIENT,), actor=service, ip_address="20.190.0.1")
    consented = one_event(consent())
    assert (consented.actor.id, consented.actor.name) == (USER_ID, USER_NAME)
    assert consented.client.ip_address == "203.0.113.9"
    assert one_event(sibling).client.ip_address is UNKNOWN


@pytest.mark.parametrize("form", [graph_audit, unified_audit])
def test_the_credential_value_never_leaves_the_parser(form: object) -> None:
    assert callable(form)
    events = read_record(form(PRINCIPAL_ADDED))
    assert b"sesame" not in msgspec.json.encode(events)
    assert shown(events[0])["Credential"] == (None, WITHHELD)


@pytest.mark.parametrize("name", ["KeyValue", "PasswordCredentials", "ClientSecret", "KeyMaterial"])
def test_values_of_properties_named_like_secrets_are_withheld(name: str) -> None:
    event = one_event(Audit("Update application", (REGISTRATION,), {name: ("sesame-old", ["sesame-new"])}))
    assert shown(event) == {name: (WITHHELD, WITHHELD)}


def test_a_federated_trust_is_shown_since_it_holds_no_secret() -> None:
    before, after = shown(one_event(TRUST_ADDED))["FederatedIdentityCredentials"]
    assert before == "[]"
    assert after
    assert "https://issuer.example" in after


def test_a_value_that_holds_a_secret_inside_is_withheld() -> None:
    value = [{"displayName": "x", "secretText": "sesame"}]
    event = one_event(Audit("Update application", (REGISTRATION,), {"Whatever": (None, value)}))
    assert shown(event) == {"Whatever": (None, WITHHELD)}


def test_an_error_about_a_record_does_not_quote_it() -> None:
    record = graph_audit(PRINCIPAL_ADDED)
    record["activityDateTime"] = "sesame"
    with pytest.raises(RecordError) as raised:
        read_record(record)
    assert raised.value.reason == "activityDateTime is not a time"
    assert raised.value.__cause__ is None


def test_a_changed_value_is_cut() -> None:
    event = one_event(Audit("Update application", (REGISTRATION,), {"Notes": (None, "x" * (MOST_CHARACTERS + 1))}))
    assert shown(event)["Notes"] == (None, "x" * MOST_CHARACTERS)


def test_a_user_is_known_by_object_id_and_principal_name() -> None:
    actor = one_event(SECRET_ADDED).actor
    assert (actor.kind, actor.id, actor.name, actor.app) == (ActorKind.USER, USER_ID, USER_NAME, None)


def test_a_record_without_an_initiator_has_an_unknown_actor_and_no_address() -> None:
    event = one_event(Audit("Update application", (REGISTRATION,), actor=None))
    assert event.actor.kind is ActorKind.UNKNOWN
    assert event.client.ip_address is UNKNOWN


def test_a_user_record_without_an_address_says_that_there_is_none() -> None:
    assert one_event(SECRET_ADDED).client.ip_address is None


@pytest.mark.parametrize(
    ("result", "succeeded"), [("success", True), ("failure", False), ("timeout", False), (None, True)]
)
def test_only_a_success_has_succeeded(result: str | None, succeeded: bool) -> None:
    (event,) = read_record(graph_audit(SECRET_ADDED) | {"result": result})
    assert event.succeeded is succeeded


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-07-19T14:46:48.608604Z", datetime(2026, 7, 19, 14, 46, 48, 608604, UTC)),
        ("2026-07-19T14:46:48.48Z", datetime(2026, 7, 19, 14, 46, 48, 480000, UTC)),
        ("2026-07-19T14:46:48.5436038Z", datetime(2026, 7, 19, 14, 46, 48, 543603, UTC)),
        ("2026-07-19T14:46:48+00:00", datetime(2026, 7, 19, 14, 46, 48, tzinfo=UTC)),
        ("2026-07-19T16:46:48+02:00", datetime(2026, 7, 19, 14, 46, 48, tzinfo=UTC)),
        ("2026-07-19T14:46:48", datetime(2026, 7, 19, 14, 46, 48, tzinfo=UTC)),
        ("/Date(1784472408608)/", datetime(2026, 7, 19, 14, 46, 48, 608000, UTC)),
        (None, None),
        ("", None),
    ],
)
def test_times_are_utc_in_every_form_on_the_wire(written: str | None, expected: datetime | None) -> None:
    (event,) = read_record(graph_audit(SECRET_ADDED) | {"activityDateTime": written})
    assert event.time == expected


@pytest.mark.parametrize(
    "written",
    ["yesterday", "/Date(999999999999999)/", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", 1753000000],
)
def test_a_time_that_is_none_makes_the_record_malformed(written: object) -> None:
    with pytest.raises(RecordError, match="activityDateTime is not a time"):
        read_record(graph_audit(SECRET_ADDED) | {"activityDateTime": written})


def test_a_record_without_an_id_is_known_by_its_content() -> None:
    record = graph_audit(SECRET_ADDED)
    del record["id"]
    (event,) = read_record(record)
    (again,) = read_bytes(msgspec.json.encode(dict(reversed(record.items()))))
    (other,) = read_record(record | {"result": "failure"})
    assert event.id.startswith("sha256:")
    assert len(event.id) == len("sha256:") + 64
    assert again.id == event.id != other.id


def test_all_events_of_one_record_have_its_id() -> None:
    record = graph_audit(
        Audit(
            "Update application",
            (REGISTRATION,),
            {
                "KeyDescription": SECRET_ADDED.changes["KeyDescription"],
                "AppAddress": ([], [{"Address": "https://contoso.example"}]),
            },
        )
    )
    events = read_record(record)
    assert [event.activity for event in events] == [Activity.APP_UPDATED, Activity.CREDENTIAL_ADDED]
    assert {event.id for event in events} == {record["id"]}


def test_an_operation_that_is_none_of_ours_is_told_as_other() -> None:
    event = one_event(Audit("Update user", (BOB,), actor=ADA))
    assert (event.activity, event.operation, event.app) == (Activity.OTHER, "Update user", AppReference())


def first_target(record: dict[str, object]) -> dict[str, object]:
    targets = record["targetResources"]
    assert isinstance(targets, list)
    target = targets[0]
    assert isinstance(target, dict)
    return target
