"""What records teach about object ids, and applying it."""

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import Alias, AppReference, Resolution
from shared.domain.events import Event, Resource, Source
from shared.sources.aliases import aliases_of, object_ids_of, resolve
from shared.sources.records import read_record
from tests.sources.audits import BY_APP, OWNER_ADDED, PRINCIPAL_ADDED, SECRET_ADDED, app_role, consent
from tests.sources.records import (
    APP_ID,
    GRAPH_API,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    PRINCIPAL_ID,
    REGISTRATION_ID,
    Audit,
    graph_audit,
    mail_items_accessed,
    sign_in,
)

CLIENT_ALIAS = Alias(object_id=PRINCIPAL_ID, app_id=APP_ID, display_name="Contoso Mailer")
API_ALIAS = Alias(object_id=GRAPH_PRINCIPAL, app_id=GRAPH_APP_ID, display_name="Microsoft Graph")


@pytest.mark.parametrize(
    ("record", "aliases"),
    [
        (graph_audit(PRINCIPAL_ADDED), (CLIENT_ALIAS,)),
        (graph_audit(consent()), (CLIENT_ALIAS,)),
        (graph_audit(app_role()), (CLIENT_ALIAS, API_ALIAS)),
        (sign_in(), (CLIENT_ALIAS, API_ALIAS)),
        (graph_audit(OWNER_ADDED), (Alias(object_id=REGISTRATION_ID, app_id=APP_ID, display_name="Contoso Mailer"),)),
        (graph_audit(SECRET_ADDED), ()),
        (mail_items_accessed(), ()),
    ],
    ids=["service principal", "consent", "app role", "sign-in", "owner", "object id alone", "app id alone"],
)
def test_a_record_teaches_the_pairs_that_stand_in_it(record: dict[str, object], aliases: tuple[Alias, ...]) -> None:
    assert aliases_of(read_record(record)) == aliases


def test_each_pair_is_taught_once() -> None:
    events = [event for _ in range(3) for event in read_record(graph_audit(PRINCIPAL_ADDED))]
    assert aliases_of(events) == (CLIENT_ALIAS,)


def test_an_id_that_an_export_scrubbed_teaches_nothing() -> None:
    app = AppReference(app_id=APP_ID, application_object_id="[REMOVED]")
    event = Event(id="1", source=Source.DIRECTORY_AUDITS, activity=Activity.APP_UPDATED, operation="x", app=app)
    assert aliases_of([event]) == ()


def test_an_alias_resolves_app_acting_app_and_api() -> None:
    changes = {name: values for name, values in BY_APP.changes.items() if name == "ServicePrincipal.ObjectID"}
    (event,) = read_record(graph_audit(Audit(BY_APP.operation, (GRAPH_API,), changes, actor=BY_APP.actor)))
    acting = event.actor.id
    acting_app_id = "22222222-0000-4000-8000-000000000001"
    pairs = {PRINCIPAL_ID: APP_ID, acting: acting_app_id, GRAPH_PRINCIPAL: GRAPH_APP_ID}
    known = {object_id: Alias(object_id=object_id, app_id=app_id) for object_id, app_id in pairs.items() if object_id}
    resolved = resolve(event, known.get)
    assert (resolved.app.app_id, resolved.app.resolution) == (APP_ID, Resolution.RESOLVED)
    assert resolved.actor.app
    assert resolved.actor.app.app_id == acting_app_id
    assert resolved.resource.app_id == GRAPH_APP_ID


def test_an_object_id_that_nobody_knows_stays_unresolved() -> None:
    (event,) = read_record(graph_audit(SECRET_ADDED))
    assert resolve(event, lambda _: None) == event
    assert event.app.resolution is Resolution.UNRESOLVED
    assert event.app.key == f"object:{REGISTRATION_ID}"


def test_what_the_record_says_is_not_overruled() -> None:
    (event,) = read_record(sign_in())
    assert resolve(event, lambda one: Alias(one, "33333333-0000-4000-8000-000000000001")) == event
    assert event.resource != Resource()


def test_only_ids_that_are_still_to_be_resolved_are_looked_up() -> None:
    (known,) = read_record(sign_in())
    (unknown,) = read_record(graph_audit(BY_APP) | {"targetResources": [{"type": "User"}]})
    (registration,) = read_record(graph_audit(SECRET_ADDED))
    assert object_ids_of(known) == set()
    assert object_ids_of(unknown) == {unknown.actor.id}
    assert object_ids_of(registration) == {REGISTRATION_ID}


def test_ids_compare_whatever_the_case_they_were_written_in() -> None:
    record = graph_audit(SECRET_ADDED)
    targets = record["targetResources"]
    assert isinstance(targets, list)
    targets[0]["id"] = REGISTRATION_ID.upper()
    (event,) = read_record(record)
    assert resolve(event, {REGISTRATION_ID: Alias(REGISTRATION_ID, APP_ID)}.get).app.app_id == APP_ID


def test_an_alias_names_an_app_that_the_record_leaves_unnamed_and_no_other() -> None:
    app = AppReference(service_principal_id=PRINCIPAL_ID)
    event = Event(id="1", source=Source.DIRECTORY_AUDITS, activity=Activity.GRANT_CHANGED, operation="x", app=app)
    known = {PRINCIPAL_ID: CLIENT_ALIAS}
    assert resolve(event, known.get).app.display_name == "Contoso Mailer"
    named = replace(event, app=replace(app, display_name="As the record says"))
    assert resolve(named, known.get).app.display_name == "As the record says"
