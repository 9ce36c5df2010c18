"""Every route by every kind of caller: the table of roles decides, and nothing else."""

import base64
import json
import re
from itertools import product

import pytest

from functions.models.shapes import Body, Parameters
from functions.route import Open, Route
from functions.routes import ROUTES
from local.host.identity.personas import PERSONAS
from shared.domain.roles import Right
from tests.conftest import RecordFigure
from tests.functions.api import NOBODY, Api, header, problem

READ = frozenset({Right.READ_ALERTS, Right.READ_POLICIES})
TRIAGE = READ | {Right.UPDATE_ALERTS}
WRITE = TRIAGE | {Right.WRITE_POLICIES}
REMEDIATE = WRITE | {Right.REQUEST_REMEDIATION, Right.APPROVE_REMEDIATION}

# Written out by hand, so that a slip in the table of roles shows here.
RIGHTS: dict[str, frozenset[Right]] = {
    NOBODY: frozenset(),
    "nobody": frozenset(),
    "application-administrator": frozenset(),
    "automation-without-role": frozenset(),
    "automation-with-wids": frozenset(),
    "automation-reader": READ,
    "automation-updater": TRIAGE,
    "compliance-reader": READ,
    "global-reader": READ,
    "security-reader": READ,
    "compliance-administrator": REMEDIATE,
    "global-administrator": REMEDIATE,
    "security-administrator": REMEDIATE,
    "security-operator": WRITE,
}

type AnyRoute = Route[Parameters, Body]


def call(api: Api, route: AnyRoute, persona: str) -> tuple[int, str]:
    """Status and kind of problem. The request is empty: who may call is decided before what it says."""
    path = "/" + re.sub(r"{\w+}", f"{'a' * 32}-1", route.template)
    answer = api.request(route.method, path, persona=persona)
    is_problem = header(answer, "content-type") == "application/problem+json"
    return answer.status, problem(answer)["kind"] if is_problem else ""


def test_every_persona_is_in_the_matrix() -> None:
    assert set(RIGHTS) == {NOBODY, *PERSONAS}


@pytest.mark.parametrize(("route", "persona"), [*product(ROUTES, RIGHTS)], ids=lambda one: getattr(one, "name", one))
def test_a_route_answers_only_who_has_its_right(
    api: Api, route: AnyRoute, persona: str, record_figure: RecordFigure
) -> None:
    status, kind = call(api, route, persona)
    if isinstance(route.right, Open):
        assert status == 204
    elif persona == NOBODY:
        assert (status, kind) == (401, "not-authenticated")
    elif route.right not in RIGHTS[persona]:
        assert (status, kind) == (403, "missing-right")
    else:
        asks = any(field.is_required() for field in route.parameters.model_fields.values())
        assert status in ({200, 404, 415} if not asks else {400})
    record_figure("S8", "callers by routes that were answered as in the table", 1)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_forged_principal_opens_no_route(api: Api, route: AnyRoute, record_figure: RecordFigure) -> None:
    claims = {
        "oid": "0c2d6f0a-1b3e-4f57-9a68-5d7e8f901234",
        "tid": "3d2f4c86-5a17-4b0e-9f43-6c1d8e0b7a21",
        "wids": "62e90394-69f5-4237-9190-012177145e10",
    }
    document = {"auth_typ": "aad", "claims": [{"typ": name, "val": value} for name, value in claims.items()]}
    forged = base64.b64encode(json.dumps(document).encode()).decode()
    path = "/" + re.sub(r"{\w+}", "x", route.template)
    answer = api.request(route.method, path, headers=(("X-MS-CLIENT-PRINCIPAL", forged),), persona=NOBODY)
    assert answer.status == (204 if isinstance(route.right, Open) else 401)
    record_figure("S6", "routes that refused a forged header", 1)


def test_the_open_route_says_nothing(api: Api) -> None:
    answer = api.get("/api/live", persona=NOBODY)
    assert (answer.status, answer.body) == (204, b"")


def test_a_stranger_is_told_to_sign_in_and_not_what_was_wrong(api: Api) -> None:
    answer = api.request("PATCH", "/api/alerts/x?odd=1", b"{broken", persona=NOBODY)
    assert answer.status == 401
    assert header(answer, "www-authenticate") == "Bearer"
    assert problem(answer)["errors"] == []


def test_a_caller_learns_who_it_is_taken_for(api: Api) -> None:
    me = api.get("/api/me", persona="automation-updater").json()
    persona = PERSONAS["automation-updater"]
    assert (me["id"], me["name"], me["isUser"]) == (persona.object_id, persona.client_id, False)
    assert me["roles"] == ["Alerts.Read", "Alerts.Update"]
    assert me["rights"] == ["Read alerts", "Update alerts", "Read policies"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("Sec-Fetch-Site", "same-origin"),), 404),
        ((("Sec-Fetch-Site", "none"),), 404),
        ((("Sec-Fetch-Site", "cross-site"),), 403),
        ((("Sec-Fetch-Site", "same-site"),), 403),
        ((("Origin", "https://evil.example"),), 403),
        ((("Origin", "null"),), 403),
        ((("Cookie", "AppServiceAuthSession=x"),), 403),
        ((("Cookie", "AppServiceAuthSession=x"), ("Sec-Fetch-Site", "same-origin")), 404),
        ((), 404),
    ],
)
def test_a_page_of_another_site_cannot_use_a_session(
    session: Api, headers: tuple[tuple[str, str], ...], status: int, record_figure: RecordFigure
) -> None:
    answer = session.send_json("PATCH", "/api/alerts/x", {"status": "resolved"}, *headers)
    assert answer.status == status
    if status == 403:
        assert problem(answer)["kind"] == "cross-site-request"
        record_figure("S10", "requests of other sites refused", 1)


def test_a_bearer_token_may_come_from_anywhere(api: Api) -> None:
    answer = api.send_json("PATCH", "/api/alerts/x", {"status": "resolved"}, ("Sec-Fetch-Site", "cross-site"))
    assert answer.status == 404
