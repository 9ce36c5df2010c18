"""The tenant as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.tenant.graph.faults import Fault
from local.tenant.process import TenantError, TenantProcess
from tests.local.tenant.graph.plain_client import Answer, exchange

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def process() -> Iterator[TenantProcess]:
    """One for all tests, each of which leaves it as it was but for its history."""
    with TenantProcess.start(apps=20, fast=600) as process:
        yield process


def test_a_story_is_told_to_whoever_reads_the_audits(process: TenantProcess) -> None:
    expected = process.start_scenario("self-granted-role", fast=3600)
    assert {"policy", "severity", "app"} == expected[0].keys()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        (story,) = process.state()["scenarios"]
        audits = process.state()["audits"]
        if story["nextDue"] is None and audits["emitted"] == audits["visible"]:
            break
        time.sleep(0.05)
    assert story["failure"] is None
    answer = _get(process, process.environment["READER_CLIENT_ID"], "/auditLogs/directoryAudits")
    assert len(answer.values) == audits["emitted"] > 0


def test_the_reader_may_not_write_and_an_identity_may_be_added(process: TenantProcess) -> None:
    process.add_identity("another", "another", ["Application.Read.All"])
    before = _times_asked(process, "GET /applications")
    assert _get(process, "another", "/applications").status == 200
    assert _get(process, "another", "/auditLogs/directoryAudits").status == 403
    reader = process.environment["READER_CLIENT_ID"]
    assert _get(process, reader, "/servicePrincipals", {"accountEnabled": False}).status == 405
    assert _times_asked(process, "GET /applications") == before + 1


def test_faults_are_switched_on_and_off(process: TenantProcess) -> None:
    reader = process.environment["READER_CLIENT_ID"]
    process.mix_faults(1, {Fault.UNAVAILABLE}, "GET /users")
    assert _get(process, reader, "/users").status == 503
    assert _get(process, reader, "/applications").status == 200
    process.clear_faults()
    assert _get(process, reader, "/users").status == 200


def test_the_licence_that_opens_the_reports_of_use_is_taken_away_and_given_back(process: TenantProcess) -> None:
    reader, report = process.environment["READER_CLIENT_ID"], "/reports/servicePrincipalSignInActivities"
    process.set_premium(premium=False)
    assert _get(process, reader, report, version="beta").code == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    process.set_premium(premium=True)
    assert _get(process, reader, report, version="beta").values


def test_what_it_does_not_know_is_refused_by_name(process: TenantProcess) -> None:
    with pytest.raises(TenantError, match="There is no scenario 'no-such-story'"):
        process.start_scenario("no-such-story")
    with pytest.raises(TenantError, match="answered 400"):
        process.set_audit_speed("fast")  # type: ignore[arg-type]  # what is tested


def test_it_ends_in_good_order_when_its_standard_input_ends() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.tenant", "--apps", "1", "--stop-with-stdin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline().startswith(b"Listening on http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(_PATIENCE_SECONDS) == 0


def test_a_taken_port_is_told(process: TenantProcess) -> None:
    port = int(process.address.rpartition(":")[2])
    with pytest.raises(TenantError, match=f"Port {port} cannot be used"):
        TenantProcess.start(apps=1, port=port)


def _times_asked(process: TenantProcess, request: str) -> int:
    return int(process.state()["requests"]["requests"].get(request, 0))


def _get(process: TenantProcess, client_id: str, path: str, body: object = None, version: str = "v1.0") -> Answer:
    environment = process.environment
    query = f"resource=https://graph.microsoft.com&api-version=2019-08-01&client_id={client_id}"
    headers = {"X-IDENTITY-HEADER": environment["IDENTITY_HEADER"]}
    token = exchange(process.address, "GET", f"/msi/token?{query}", None, headers).json["access_token"]
    method = "GET" if body is None else "PATCH"
    return exchange(process.address, method, f"/{version}{path}", body, {"Authorization": f"Bearer {token}"})
