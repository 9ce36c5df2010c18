"""Use of data in the simulated tenant: one fact in three logs, told by the steps of a scenario."""

from datetime import timedelta
from typing import Any

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.data_use import CLOUD_APP_EVENTS, EXCHANGE_AUDITS, GENERAL_AUDITS, SHAREPOINT_AUDITS
from local.tenant.directory.errors import Refused
from local.tenant.directory.graph_calls import GRAPH_ACTIVITY
from local.tenant.directory.scenario import Scenario, load_scenarios
from local.tenant.directory.tenant import Tenant
from local.tenant.directory.unified_twins import ENTRA_AUDITS
from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event, Service
from shared.sources.records import read_record
from shared.sources.twins import fact_of

STORY: dict[str, Any] = {
    "id": "story",
    "title": "A story",
    "story": "An app reads mail.",
    "people": {"ada": {"role": "Global Administrator", "ip": "198.51.100.1"}},
    "apps": {"backup": {"name": "Contoso Backup", "home": "here", "age": "300d"}},
    "expects": [],
}
LOGS = (EXCHANGE_AUDITS, SHAREPOINT_AUDITS, GENERAL_AUDITS)
STEPS: dict[str, tuple[dict[str, Any], Activity, Service, int]] = {
    "read-mail": ({"items": 250}, Activity.MAIL_ACCESSED, Service.EXCHANGE, 3),
    "send-mail": ({"items": 2}, Activity.MAIL_SENT, Service.EXCHANGE, 2),
    "change-inbox-rule": ({"name": "..", "forward_to": "x@y"}, Activity.INBOX_RULE_CHANGED, Service.EXCHANGE, 1),
    "download-files": ({"files": 4, "size": 7}, Activity.FILE_DOWNLOADED, Service.ONEDRIVE, 4),
    "share-file": ({"name": "plan.docx"}, Activity.FILE_SHARED, Service.ONEDRIVE, 1),
    "read-chats": ({"messages": 30}, Activity.TEAMS_MESSAGE_READ, Service.TEAMS, 1),
}


def play(tenant: Tenant, **step: Any) -> str:
    told = {**STORY, "steps": [{"at": "0m", "by": "backup", "app": "backup", "whose": "ada", **step}]}
    run = Scenario.model_validate(told).run(tenant)
    run.advance(tenant.clock.now())
    return run.app_ids["backup"]


def events(tenant: Tenant, *logs: str) -> list[Event]:
    return [event for log in logs for record in tenant.log(log).every_record() for event in read_record(record)]


@pytest.mark.parametrize("verb", STEPS)
@pytest.mark.parametrize("delegated", [True, False])
def test_a_step_is_one_fact_in_the_audit_log_and_in_hunting_and_a_call_of_graph(
    tenant: Tenant, verb: str, delegated: bool
) -> None:
    arguments, activity, service, records = STEPS[verb]
    app_id = play(tenant, do=verb, delegated=delegated, country="BR", **arguments)
    audited, hunted, calls = events(tenant, *LOGS), events(tenant, CLOUD_APP_EVENTS), events(tenant, GRAPH_ACTIVITY)
    assert [fact_of(event) for event in audited] == [fact_of(event) for event in hunted]
    assert {(event.activity, event.service, event.app.app_id) for event in audited} == {(activity, service, app_id)}
    assert (len(audited), len(hunted), len(calls)) == (records, records, records)
    assert {event.client.country for event in hunted} == {"BR"}
    assert {event.actor.kind for event in audited} == {ActorKind.USER if delegated else ActorKind.APP}
    assert {event.token_id for event in audited} == {event.token_id for event in calls}


def test_items_and_bytes_of_mail_are_those_that_were_read(tenant: Tenant) -> None:
    play(tenant, do="read-mail", items=250, size=1_000)
    read = events(tenant, EXCHANGE_AUDITS)
    assert [event.item_count for event in read] == [100, 100, 50]
    assert sum(event.byte_count or 0 for event in read) == 250_000


def test_a_synchronisation_tells_no_number(tenant: Tenant) -> None:
    play(tenant, do="read-mail", items=250, sync=True)
    (event,) = events(tenant, EXCHANGE_AUDITS)
    assert (event.access_type, event.item_count) == ("Sync", None)


def test_a_label_goes_with_the_file(tenant: Tenant) -> None:
    play(tenant, do="download-files", label="34343434-0000-4000-8000-000000000001", ago="2h")
    (event,) = events(tenant, SHAREPOINT_AUDITS)
    assert event.label_id == "34343434-0000-4000-8000-000000000001"
    assert event.time == tenant.clock.now() - timedelta(hours=2)


def test_a_key_that_no_step_has_is_an_error(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="unknown: colour"):
        play(tenant, do="read-mail", colour="red")


def test_data_of_nobody_is_refused_and_nothing_told(tenant: Tenant) -> None:
    app = next(one for one in tenant.service_principals.all() if one["servicePrincipalType"] == "Application")
    with pytest.raises(Refused):
        tenant.read_mail(app["appId"], "nobody@contoso.example", 1)
    with pytest.raises(Refused):
        tenant.send_mail(tenant.new_id(), tenant.users.all()[0]["id"])
    assert events(tenant, *LOGS, CLOUD_APP_EVENTS, GRAPH_ACTIVITY) == []


def test_every_audit_of_a_month_has_a_unified_twin_that_is_the_same_fact(tenant: Tenant, clock: ManualClock) -> None:
    run = load_scenarios()["benign-month"].run(tenant)
    for _ in range(1_000):
        due = run.next_due()
        if due is None:
            break
        clock.advance(max(due - clock.now(), timedelta(0)))
        run.advance(clock.now())
    audits = [event for record in tenant.audits.every_record() for event in read_record(record)]
    twins = events(tenant, ENTRA_AUDITS)
    told = [fact_of(event) for event in audits]
    assert [fact_of(event) for event in twins] == told
    assert len(set(told)) == len(told) > 100
    assert None not in told
