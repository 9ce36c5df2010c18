"""Azure's activity log: which records are events, who acted, and on what."""

import json
from collections.abc import Mapping

import msgspec
import pytest

from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event, PropertyChange, Service, Source, Target
from shared.sources.azure_activity import matters
from shared.sources.records import read_record

APP = "0e4c1f30-0000-4000-8000-000000000001"
PRINCIPAL = "0e4c1f30-0000-4000-8000-000000000002"
RECEIVER = "0e4c1f30-0000-4000-8000-000000000003"
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
ASSIGNMENT = {"principalId": RECEIVER, "principalType": "ServicePrincipal", "roleDefinitionId": "/r/owner"}
USER_CLAIMS = {"appid": PORTAL, OBJECT_ID: RECEIVER, UPN: "ada@contoso.example"}
RECORD: Mapping[str, object] = {
    "eventDataId": "e1",
    "eventTimestamp": "2026-03-02T08:00:00.1234567Z",
    "correlationId": "c1",
    "operationName": {"value": "Microsoft.Authorization/roleAssignments/write", "localizedValue": "Create"},
    "status": {"value": "Succeeded", "localizedValue": "Succeeded"},
    "subStatus": {"value": "", "localizedValue": ""},
    "category": {"value": "Administrative"},
    "caller": PRINCIPAL,
    "claims": {"appid": APP.upper(), OBJECT_ID: PRINCIPAL, "idtyp": "app"},
    "httpRequest": {"clientIpAddress": "192.0.2.7"},
    "resourceId": "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a1",
    "resourceType": {"value": "Microsoft.Authorization/roleAssignments"},
    "properties": {"responseBody": json.dumps({"properties": ASSIGNMENT})},
}


def read(**changes: object) -> Event:
    (event,) = read_record({**RECORD, **changes})
    return event


def operation(name: str) -> dict[str, object]:
    return {"operationName": {"value": name}, "resourceType": None, "properties": {}}


def is_told(**changes: object) -> bool:
    return matters(msgspec.json.encode({**RECORD, **changes}))


def test_an_app_that_assigns_a_role_is_actor_and_app() -> None:
    event = read()
    assert (event.id, event.source, event.activity) == ("e1", Source.AZURE_ACTIVITY, Activity.AZURE_ROLE_ASSIGNED)
    assert (event.actor.kind, event.actor.id) == (ActorKind.APP, PRINCIPAL)
    assert (event.app.app_id, event.app.service_principal_id) == (APP, PRINCIPAL)
    assert (event.service, event.client.ip_address) == (Service.AZURE, "192.0.2.7")
    assert event.target == Target(
        kind="Microsoft.Authorization/roleAssignments",
        id="/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a1",
        name="a1",
    )
    assert PropertyChange(name="principalId", after=RECEIVER) in event.changes


def test_a_role_that_a_person_gives_an_app_is_about_that_app_and_not_about_the_portal() -> None:
    event = read(caller="ada@contoso.example", claims=USER_CLAIMS)
    assert (event.actor.kind, event.actor.name) == (ActorKind.USER, "ada@contoso.example")
    assert (event.app.app_id, event.app.service_principal_id) == (None, RECEIVER)


def test_an_assignment_is_read_from_what_was_asked_as_from_what_was_answered() -> None:
    asked = {"Properties": {"PrincipalId": RECEIVER, "PrincipalType": "ServicePrincipal"}}
    event = read(claims=USER_CLAIMS, properties={"requestbody": json.dumps(asked), "responseBody": ""})
    assert event.app.service_principal_id == RECEIVER


@pytest.mark.parametrize(
    ("name", "activity"),
    [
        ("Microsoft.Authorization/roleAssignments/delete", Activity.AZURE_ROLE_REMOVED),
        ("MICROSOFT.KEYVAULT/vaults/accessPolicies/write", Activity.KEY_VAULT_CHANGED),
        ("Microsoft.Compute/virtualMachines/write", Activity.VIRTUAL_MACHINE_CHANGED),
        ("Microsoft.Compute/virtualMachineScaleSets/write", Activity.AZURE_CHANGED),
        ("Microsoft.Storage/storageAccounts/listKeys/action", Activity.AZURE_CHANGED),
    ],
)
def test_operations_are_told_apart_by_their_names_without_case(name: str, activity: Activity) -> None:
    event = read(**operation(name))
    assert (event.activity, event.operation) == (activity, name)
    assert event.target
    assert event.target.kind == name.rpartition("/")[0]


def test_what_was_refused_failed() -> None:
    event = read(status={"value": "Failed"}, subStatus={"value": "Forbidden"})
    assert not event.succeeded
    assert PropertyChange(name="subStatus", after="Forbidden") in event.changes


@pytest.mark.parametrize("status", ["Started", "Accepted", "Active"])
def test_an_operation_that_has_not_ended_is_no_event_yet(status: str) -> None:
    assert not is_told(status={"value": status})


def test_what_a_person_does_to_other_resources_is_no_event() -> None:
    storage = operation("Microsoft.Storage/storageAccounts/write")
    assert not is_told(**storage, claims=USER_CLAIMS)
    assert is_told(**storage)
    assert is_told(claims=USER_CLAIMS)


def test_an_app_without_a_kind_of_token_is_told_by_what_is_no_user() -> None:
    assert read(claims={"appid": APP, OBJECT_ID: PRINCIPAL}).actor.kind is ActorKind.APP
    assert read(claims={}, caller=None).actor.kind is ActorKind.UNKNOWN


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"operationName":5,"status":5}'])
def test_what_cannot_be_read_is_handed_on_to_be_rejected(line: bytes) -> None:
    assert matters(line)
