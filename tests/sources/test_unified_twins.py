"""What several streams tell of one fact has one name, and what is two facts has two."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from local.records.directory_audits import as_directory_audit
from local.records.unified_audit_log import as_unified_audit
from shared.domain.activities import OUTSIDE_DIRECTORY, Activity
from shared.domain.app_references import AppReference
from shared.domain.events import (
    Actor,
    ActorKind,
    CredentialKind,
    Event,
    EventCredential,
    PermissionChange,
    PropertyChange,
    Resource,
    Source,
)
from shared.sources.records import read_record
from shared.sources.twins import fact_of
from tests.sources.audits import ALL_AUDITS
from tests.sources.records import (
    APP_ID,
    CORRELATION_ID,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    OTHER_USER_ID,
    PRINCIPAL_ID,
    USER_ID,
    USER_NAME,
    Audit,
    graph_audit,
    mail_items_accessed,
    unified_audit,
)

DIRECTORY = sorted(set(Activity) - OUTSIDE_DIRECTORY - {Activity.OTHER})
SECRET, OTHER_SECRET = (
    EventCredential(key_id=f"99999999-0000-4000-8000-00000000000{n}", kind=CredentialKind.SECRET) for n in (1, 2)
)
TRUST = EventCredential(kind=CredentialKind.FEDERATED, display_name="ci", issuer="https://i.example", subject="s")


def happened(activity: Activity) -> Event:
    """One fact with all that its kind can tell."""
    event = Event(
        id=f"Directory_{activity}",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity,
        time=datetime(2026, 3, 2, 9, tzinfo=UTC),
        correlation_id=CORRELATION_ID,
        actor=Actor(kind=ActorKind.USER, id=USER_ID, name=USER_NAME),
        app=AppReference(app_id=APP_ID, service_principal_id=PRINCIPAL_ID, display_name="Contoso Mailer"),
        resource=Resource(app_id=GRAPH_APP_ID, service_principal_id=GRAPH_PRINCIPAL, display_name="Microsoft Graph"),
    )
    facts: dict[str, object] = {}
    kind = activity.partition(".")[0]
    if kind in ("consent", "grant") or activity is Activity.PERMISSIONS_REQUESTED:
        before = ("User.Read",) if activity is Activity.GRANT_CHANGED else ()
        facts["scopes"] = PermissionChange(before=before, after=("Mail.Read", "User.Read"))
    if kind == "credential":
        facts["credentials_added" if activity.endswith("added") else "credentials_removed"] = (SECRET,)
    if kind == "federatedCredential":
        facts["credentials_added" if activity.endswith("added") else "credentials_removed"] = (TRUST,)
    if kind == "appRole":
        facts["app_role"] = "Mail.Read"
    if kind in ("owner", "directoryRole") or activity is Activity.APP_ROLE_ASSIGNED_TO_USER:
        facts["user"] = OTHER_USER_ID
    if kind == "directoryRole":
        facts["directory_role"] = "Global Administrator"
    return replace(event, **facts)


def facts(event: Event) -> tuple[list[str | None], list[str | None]]:
    """As Microsoft Graph tells the event, and as the unified audit log does."""
    graph, unified = as_directory_audit(event), as_unified_audit(event)
    return [fact_of(one) for one in read_record(graph)], [fact_of(one) for one in read_record(unified)]


@pytest.mark.parametrize("activity", DIRECTORY)
def test_an_audit_and_its_unified_twin_are_one_fact(activity: Activity) -> None:
    graph, unified = facts(happened(activity))
    assert graph == unified
    # A policy is no app and no user: whom it concerns, neither log tells.
    assert (None in graph) == (activity is Activity.POLICY_CHANGED)


@pytest.mark.parametrize("audit", ALL_AUDITS.values(), ids=ALL_AUDITS)
def test_audits_of_the_wire_and_their_twins_are_one_fact(audit: Audit) -> None:
    twins = [[fact_of(event) for event in read_record(form(audit))] for form in (graph_audit, unified_audit)]
    assert twins[0] == twins[1]


def test_all_that_one_request_does_are_different_facts() -> None:
    told = [fact for activity in DIRECTORY for fact in facts(happened(activity))[0] if fact]
    assert len(set(told)) == len(told)
    assert len(told) >= len(DIRECTORY) - 1


ROLE = happened(Activity.APP_ROLE_GRANTED)
CONSENT = happened(Activity.CONSENT_GRANTED)
KEY = happened(Activity.CREDENTIAL_ADDED)
OWNER = happened(Activity.OWNER_ADDED)
UPDATE = happened(Activity.APP_UPDATED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ROLE, replace(ROLE, app_role="Mail.Send")),
        (ROLE, replace(ROLE, resource=Resource(app_id=APP_ID, service_principal_id=OTHER_USER_ID))),
        (ROLE, replace(ROLE, app=AppReference(app_id=USER_ID, service_principal_id=OTHER_USER_ID))),
        (ROLE, replace(ROLE, correlation_id=USER_ID)),
        (ROLE, replace(ROLE, succeeded=False)),
        (CONSENT, replace(CONSENT, scopes=PermissionChange(after=("Mail.Read",)))),
        (KEY, replace(KEY, credentials_added=(OTHER_SECRET,))),
        (OWNER, replace(OWNER, user=USER_ID)),
        (UPDATE, replace(UPDATE, changes=(PropertyChange(name="DisplayName", after="x"),))),
    ],
)
def test_facts_that_differ_in_one_thing_have_different_names_in_both_logs(one: Event, other: Event) -> None:
    graph, unified = facts(other)
    assert graph == unified
    assert set(graph).isdisjoint(facts(one)[0])


def test_use_of_data_goes_by_the_id_of_its_record_whichever_way_it_came() -> None:
    record = mail_items_accessed()
    ways = (record, {"auditData": record}, {"RawEventData": record, "ReportId": "r", "ActionType": "x"})
    assert {fact_of(event) for way in ways for event in read_record(way)} == {f"ual:{record['Id']}"}


def test_a_record_without_a_request_or_without_anybody_concerned_names_no_fact() -> None:
    assert fact_of(replace(ROLE, correlation_id=None)) is None
    assert fact_of(replace(UPDATE, app=AppReference(), resource=Resource())) is None


@pytest.mark.parametrize("activity", [Activity.SIGN_IN, Activity.GRAPH_CALLED, Activity.RISK_DETECTED])
def test_what_no_other_stream_tells_names_no_fact(activity: Activity) -> None:
    assert fact_of(replace(ROLE, activity=activity, source=Source.SIGN_INS)) is None
    assert fact_of(replace(ROLE, activity=activity)) is None
