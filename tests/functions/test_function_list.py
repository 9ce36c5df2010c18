"""Exactly which functions there are, what starts them, and that no two answer the same request."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from functions.models.shapes import NoBody, NoParameters
from functions.pages.route import Anyone
from functions.pages.routes import PAGES
from functions.route import Open, Route
from functions.routes import ROUTES
from local.host.functions import Binding, Function
from local.host.http.routes import overlaps, routes
from shared.domain.roles import Right
from shared.pipeline.detection.evaluate import TRIES_OF_THE_HOST
from tests.functions.api import Api
from tests.local.host.sample_host import send

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "functions"

# Reports every connection, and every library that only a request or a message may need.
INDEX = """
import sys
sys.addaudithook(lambda event, _: print(event) if event in {"socket.connect", "subprocess.Popen"} else None)
import function_app
heavy = {"aiohttp", "azure.identity", "azure.storage.blob", "azure.storage.queue", "jwt", "opentelemetry"}
print(*sorted(heavy & set(sys.modules)))
"""

API = {
    "http_activate_policy": ("POST", "api/policies/{id}/activate", Right.WRITE_POLICIES),
    "http_audit_policy": ("POST", "api/policies/{id}/audit", Right.WRITE_POLICIES),
    "http_create_exemption": ("POST", "api/exemptions", Right.WRITE_POLICIES),
    "http_create_policy": ("POST", "api/policies", Right.WRITE_POLICIES),
    "http_deactivate_policy": ("POST", "api/policies/{id}/deactivate", Right.WRITE_POLICIES),
    "http_delete_named_list": ("DELETE", "api/lists/{name}", Right.WRITE_POLICIES),
    "http_delete_policy": ("DELETE", "api/policies/{id}", Right.WRITE_POLICIES),
    "http_duplicate_policy": ("POST", "api/policies/{id}/duplicate", Right.WRITE_POLICIES),
    "http_end_exemption": ("DELETE", "api/exemptions/{id}", Right.WRITE_POLICIES),
    "http_export_policies": ("GET", "api/policy-files", Right.READ_POLICIES),
    "http_get_alert": ("GET", "api/alerts/{id}", Right.READ_ALERTS),
    "http_get_app": ("GET", "api/apps/{id}", Right.READ_ALERTS),
    "http_get_app_timeline": ("GET", "api/apps/{id}/timeline", Right.READ_ALERTS),
    "http_get_coverage": ("GET", "api/coverage", Right.READ_ALERTS),
    "http_get_export": ("GET", "api/exports/{id}", Right.READ_ALERTS),
    "http_get_export_content": ("GET", "api/exports/{id}/content", Right.READ_ALERTS),
    "http_get_health": ("GET", "api/health", Right.READ_ALERTS),
    "http_get_insights": ("GET", "api/insights", Right.READ_ALERTS),
    "http_get_live": ("GET", "api/live", Open.TO_ANYBODY),
    "http_get_me": ("GET", "api/me", Right.READ_ALERTS),
    "http_get_named_list": ("GET", "api/lists/{name}", Right.READ_POLICIES),
    "http_get_openapi": ("GET", "api/openapi.json", Right.READ_ALERTS),
    "http_get_policies_csv": ("GET", "api/policies.csv", Right.READ_POLICIES),
    "http_get_policy": ("GET", "api/policies/{id}", Right.READ_POLICIES),
    "http_get_policy_schema": ("GET", "api/policy-schema.json", Right.READ_POLICIES),
    "http_get_policy_template": ("GET", "api/policy-templates/{id}", Right.READ_POLICIES),
    "http_get_policy_version": ("GET", "api/policies/{id}/versions/{version}", Right.READ_POLICIES),
    "http_get_remediation": ("GET", "api/remediations/{id}", Right.READ_ALERTS),
    "http_get_remediation_stop": ("GET", "api/remediation-stop", Right.READ_ALERTS),
    "http_get_simulation": ("GET", "api/simulations/{id}", Right.READ_ALERTS),
    "http_import_policies": ("POST", "api/policy-files", Right.READ_POLICIES),
    "http_list_alerts": ("GET", "api/alerts", Right.READ_ALERTS),
    "http_list_app_users": ("GET", "api/apps/{id}/users", Right.READ_ALERTS),
    "http_list_apps": ("GET", "api/apps", Right.READ_ALERTS),
    "http_list_changes": ("GET", "api/insights/changes", Right.READ_ALERTS),
    "http_list_events": ("GET", "api/events", Right.READ_ALERTS),
    "http_list_evidence": ("GET", "api/alerts/{id}/evidence", Right.READ_ALERTS),
    "http_list_exemptions": ("GET", "api/exemptions", Right.READ_POLICIES),
    "http_list_history": ("GET", "api/alerts/{id}/history", Right.READ_ALERTS),
    "http_list_named_lists": ("GET", "api/lists", Right.READ_POLICIES),
    "http_list_policies": ("GET", "api/policies", Right.READ_POLICIES),
    "http_list_policy_templates": ("GET", "api/policy-templates", Right.READ_POLICIES),
    "http_list_policy_versions": ("GET", "api/policies/{id}/versions", Right.READ_POLICIES),
    "http_list_remediations": ("GET", "api/remediations", Right.READ_ALERTS),
    "http_put_named_list": ("PUT", "api/lists/{name}", Right.WRITE_POLICIES),
    "http_request_export": ("POST", "api/exports", Right.READ_ALERTS),
    "http_request_remediation": ("POST", "api/apps/{id}/remediations", Right.REQUEST_REMEDIATION),
    "http_request_simulation": ("POST", "api/simulations", Right.READ_POLICIES),
    "http_restore_policy_version": ("POST", "api/policies/{id}/versions/{version}/restore", Right.WRITE_POLICIES),
    "http_set_remediation_stop": ("PUT", "api/remediation-stop", Right.APPROVE_REMEDIATION),
    "http_suggest_policy": ("POST", "api/alerts/{id}/suggest-policy", Right.READ_ALERTS),
    "http_undo_remediation": ("POST", "api/remediations/{id}/undo", Right.REQUEST_REMEDIATION),
    "http_update_alert": ("PATCH", "api/alerts/{id}", Right.UPDATE_ALERTS),
    "http_update_alerts": ("POST", "api/alerts/bulk", Right.UPDATE_ALERTS),
    "http_update_policy": ("PUT", "api/policies/{id}", Right.WRITE_POLICIES),
    "http_validate_policy": ("POST", "api/policies/validate", Right.READ_POLICIES),
}
DASHBOARD = {
    "http_page_alert": ("GET", "alerts/{id}", Right.READ_ALERTS),
    "http_page_alerts": ("GET", "alerts", Right.READ_ALERTS),
    "http_page_app": ("GET", "apps/{id}", Right.READ_ALERTS),
    "http_page_app_timeline": ("GET", "app-timeline/{id}", Right.READ_ALERTS),
    "http_page_app_users": ("GET", "app-users/{id}", Right.READ_ALERTS),
    "http_page_apps": ("GET", "apps", Right.READ_ALERTS),
    "http_page_asset": ("GET", "assets/{version}/{name}", Anyone.SIGNED_IN),
    "http_page_confirm_remediation": ("GET", "apps/{id}/{action}", Right.REQUEST_REMEDIATION),
    "http_page_coverage": ("GET", "coverage", Right.READ_ALERTS),
    "http_page_events": ("GET", "events", Right.READ_ALERTS),
    "http_page_exemptions": ("GET", "exemptions", Right.READ_POLICIES),
    "http_page_export": ("GET", "exports/{id}", Right.READ_ALERTS),
    "http_page_export_part": ("GET", "exports/{id}/parts/{number}", Right.READ_ALERTS),
    "http_page_heartbeat": ("GET", "heartbeats/{route}/{number}", Right.READ_ALERTS),
    "http_page_named_list": ("GET", "lists/{name}", Right.READ_POLICIES),
    "http_page_named_lists": ("GET", "lists", Right.READ_POLICIES),
    "http_page_new_policy": ("GET", "new-policy", Right.WRITE_POLICIES),
    "http_page_overview": ("GET", "{nothing:maxlength(0)?}", Right.READ_ALERTS),
    "http_page_policies": ("GET", "policies", Right.READ_POLICIES),
    "http_page_policy": ("GET", "policies/{id}", Right.READ_POLICIES),
    "http_page_policy_change": ("GET", "policies/{id}/{change}", Right.READ_POLICIES),
    "http_page_remediation": ("GET", "remediations/{id}", Right.READ_ALERTS),
    "http_page_remediations": ("GET", "remediations", Right.READ_ALERTS),
    "http_page_simulation": ("GET", "simulations/{id}", Right.READ_ALERTS),
    "http_page_suggestions": ("GET", "alerts/{id}/suggestions", Right.READ_ALERTS),
    "http_post_app_exemption": ("POST", "apps/{id}", Right.WRITE_POLICIES),
    "http_post_exemption": ("POST", "exemptions", Right.WRITE_POLICIES),
    "http_post_export": ("POST", "apps", Right.READ_ALERTS),
    "http_post_heartbeat": ("POST", "heartbeats/{route}/{number}", Right.UPDATE_ALERTS),
    "http_post_named_list": ("POST", "lists", Right.WRITE_POLICIES),
    "http_post_named_list_change": ("POST", "lists/{name}", Right.WRITE_POLICIES),
    "http_post_policy": ("POST", "new-policy", Right.WRITE_POLICIES),
    "http_post_policy_change": ("POST", "policies/{id}/{change}", Right.WRITE_POLICIES),
    "http_post_remediation": ("POST", "apps/{id}/{action}", Right.REQUEST_REMEDIATION),
    "http_post_remediation_stop": ("POST", "remediations", Right.APPROVE_REMEDIATION),
    "http_post_simulation": ("POST", "policies/{id}", Right.READ_POLICIES),
    "http_post_suggestions": ("POST", "alerts/{id}/suggestions", Right.READ_ALERTS),
    "http_post_triage": ("POST", "alerts/{id}", Right.UPDATE_ALERTS),
    "http_post_undo": ("POST", "remediations/{id}", Right.REQUEST_REMEDIATION),
}
HTTP = {**API, **DASHBOARD}
QUEUES = {
    "queue_build_export": ("exports", "DataStorage"),
    "queue_evaluate": ("evaluate", "DataStorage"),
    "queue_evaluate_apps": ("apps", "DataStorage"),
    "queue_remediate": ("remediate", "DataStorage"),
    "queue_run_simulation": ("simulations", "DataStorage"),
    "queue_settle": ("settle", "DataStorage"),
}
TIMERS = {
    "timer_build_baselines": "0 25 8-12 * * *",
    "timer_collect_audit_search": "25 */5 * * * *",
    "timer_collect_azure_activity": "55 */5 * * * *",
    "timer_collect_defender_alerts": "45 */5 * * * *",
    "timer_collect_hunting": "10 */5 * * * *",
    "timer_collect_identity_risk": "35 */5 * * * *",
    "timer_collect_inventory": "20 * * * * *",
    "timer_collect_log_analytics": "50 */5 * * * *",
    "timer_collect_office": "15 */5 * * * *",
    "timer_collect_reports": "0 * * * * *",
    "timer_compact_archive": "0 20 * * * *",
    "timer_evaluate_apps": "0 30 2 * * *",
    "timer_heartbeat": "0 */15 * * * *",
    "timer_probe_authentication": "0 7 * * * *",
    "timer_purge": "0 30 3 * * *",
    "timer_record_day": "0 */10 * * * *",
    "timer_refresh_use": "0 40 8-12 * * *",
    "timer_roll_up": "50 */10 * * * *",
    "timer_send_summaries": "30 * * * * *",
    "timer_sweep": "0 * * * * *",
    "timer_watch_operation": "40 * * * * *",
}


@pytest.fixture(scope="module")
def functions(api: Api) -> list[Function]:
    """As the host has indexed them."""
    return [
        Function(
            each["name"],
            each["name"],
            tuple(
                Binding(raw["name"], raw["type"], raw["direction"] == "OUT", raw) for raw in each["config"]["bindings"]
            ),
        )
        for each in send(api.host.address, "/admin/functions").json()
    ]


def test_there_are_these_functions_and_no_others(functions: list[Function]) -> None:
    assert sorted(function.name for function in functions) == sorted([*HTTP, *QUEUES, *TIMERS])


def test_http_functions_have_these_methods_and_routes_and_need_no_key(functions: list[Function]) -> None:
    triggers = {each.name: each.trigger for each in functions if each.trigger.type == "httpTrigger"}
    found = {name: (trigger.properties["methods"], trigger.text("route")) for name, trigger in triggers.items()}
    assert found == {name: ([method], template) for name, (method, template, _) in HTTP.items()}
    assert {trigger.text("authLevel") for trigger in triggers.values()} == {"ANONYMOUS"}


def test_queue_functions_have_these_queues(functions: list[Function]) -> None:
    triggers = {each.name: each.trigger for each in functions if each.trigger.type == "queueTrigger"}
    assert {name: (one.text("queueName"), one.text("connection")) for name, one in triggers.items()} == QUEUES


def test_timers_have_these_schedules_and_do_not_run_at_the_start(functions: list[Function]) -> None:
    triggers = {each.name: each.trigger for each in functions if each.trigger.type == "timerTrigger"}
    assert {name: trigger.text("schedule") for name, trigger in triggers.items()} == TIMERS
    assert not [name for name, trigger in triggers.items() if trigger.properties.get("runOnStartup")]


def test_the_table_of_routes_is_what_the_functions_serve() -> None:
    assert {route.name: (route.method, route.template, route.right) for route in ROUTES} == API
    assert {page.name: (page.method, page.template, page.right) for page in PAGES} == DASHBOARD


def test_no_two_routes_overlap(functions: list[Function]) -> None:
    assert overlaps(routes(functions, "")) == []


def test_a_route_without_a_right_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="right"):
        Route(  # type: ignore[call-arg]  # that mypy refuses it too is the point
            name="http_get_all",
            method="GET",
            template="api/all",
            summary="Read everything",
            parameters=NoParameters,
            body=NoBody,
            reply=None,
        )


def test_only_one_route_is_open_to_anybody_and_it_answers_nothing() -> None:
    assert [(route.template, route.reply) for route in ROUTES if route.right is Open.TO_ANYBODY] == [("api/live", None)]


def test_every_function_has_a_file_of_its_name() -> None:
    files = [file.stem for kind in ("http", "queue", "timer") for file in FOLDER.glob(f"{kind}_*.py")]
    assert sorted(files) == sorted([*HTTP, *QUEUES, *TIMERS])


def test_indexing_reads_no_setting_connects_to_nothing_and_loads_no_heavy_client() -> None:
    indexed = subprocess.run(
        [sys.executable, "-c", INDEX], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )
    assert indexed.stdout.split() == []


def test_the_pipeline_counts_on_as_many_tries_as_the_host_gives() -> None:
    queues = json.loads((ROOT / "host.json").read_text())["extensions"]["queues"]
    assert queues["maxDequeueCount"] == TRIES_OF_THE_HOST
