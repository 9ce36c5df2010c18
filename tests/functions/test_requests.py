"""What no route takes: bodies that are too large, of another kind, or no JSON; and what the log says of requests."""

import pytest

from functions.problems import problem_of
from functions.route import MOST_BODY_BYTES
from shared.domain.lifecycle import IllegalTransition
from tests.functions.api import Api, header, problem, wrong_fields

JSON = ("Content-Type", "application/json")
CHANGES = (("PATCH", "/api/alerts/x"), ("POST", "/api/alerts/bulk"))


@pytest.mark.parametrize(("method", "path"), [*CHANGES, ("GET", "/api/alerts")])
def test_a_body_that_is_too_large_is_refused(api: Api, method: str, path: str) -> None:
    for size in (MOST_BODY_BYTES + 1, 1_000_000):
        answer = api.request(method, path, b" " * size, (JSON,))
        assert (answer.status, problem(answer)["kind"]) == (413, "body-too-large")


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jso",
    ],
)
def test_a_body_of_another_kind_is_refused(api: Api, method: str, path: str, media_type: str | None) -> None:
    headers = () if media_type is None else (("Content-Type", media_type),)
    answer = api.request(method, path, b'{"status": "resolved"}', headers)
    assert (answer.status, problem(answer)["kind"]) == (415, "unsupported-media-type")


def test_the_character_set_of_json_may_be_named(api: Api) -> None:
    headers = (("Content-Type", "Application/JSON; charset=utf-8"),)
    assert api.request("PATCH", "/api/alerts/x", b'{"status": "resolved"}', headers).status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'status': 'new'}",
        b"\xff\xfe",
        b'{"comment": "\\ud800"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"9" * 60_000,
        b"NaN",
    ],
    ids=["empty", "cut off", "single quotes", "UTF-16", "half a character", "deep list", "deep object", "long", "NaN"],
)
@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_what_is_no_json_object_is_refused(api: Api, method: str, path: str, body: bytes) -> None:
    assert wrong_fields(api.request(method, path, body, (JSON,))) == [""]


@pytest.mark.parametrize(
    "path",
    [
        "/api/alerts/x",
        "/api/alerts/x/history",
        "/api/policies",
        "/api/policies/x",
        "/api/health",
        "/api/me",
        "/api/live",
    ],
)
def test_a_route_without_parameters_takes_none(api: Api, path: str) -> None:
    assert wrong_fields(api.get(path, {"debug": "true"})) == ["debug"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=", "status[0]"),
        ("text=", "text"),
        ("top", "top"),
        ("cursor=", "cursor"),
        ("colour=", "colour"),
        ("top=5&colour", "colour"),
    ],
)
def test_a_parameter_without_a_value_is_named_and_not_ignored(api: Api, query: str, field: str) -> None:
    answer = api.request("GET", f"/api/alerts?{query}")
    assert (answer.status, wrong_fields(answer)) == (400, [field])


@pytest.mark.parametrize(("hours", "status"), [(1, 200), (168, 200), (0, 400), (169, 400), ("all", 400)])
def test_coverage_goes_back_a_week_at_most(api: Api, hours: object, status: int) -> None:
    assert api.get("/api/coverage", {"hours": hours}).status == status


def test_an_illegal_step_of_an_alerts_life_is_a_conflict_that_says_why() -> None:
    shown = problem_of(IllegalTransition("an alert cannot go from resolved to new"))
    assert (shown.status, shown.type) == (409, "urn:consentry:problem:illegal-transition")
    assert shown.detail == "an alert cannot go from resolved to new"
    assert [error.field for error in shown.errors] == ["status"]


def test_an_error_that_nobody_foresaw_tells_nothing() -> None:
    shown = problem_of(ValueError("AccountKey=canary"))
    assert shown.status == 500
    assert "canary" not in shown.model_dump_json()


def test_the_log_names_route_status_and_caller_and_nothing_that_was_sent(api: Api) -> None:
    secret = "canary-0af7651916cd43dd"
    api.request("GET", f"/api/alerts?text={secret}", headers=(("X-Note", secret), ("Cookie", f"session={secret}")))
    api.send_json("PATCH", "/api/alerts/x", {"comment": secret, secret: 1})
    api.request("GET", "/api/alerts", headers=(("Authorization", f"Bearer {secret}"),), persona="none")
    api.get("/api/policies")
    said = api.host.output()
    assert "http_list_policies answered 200" in said
    assert secret not in said
    assert api.host.token("security-administrator").split(".")[1] not in said


def test_a_problem_repeats_nothing_that_was_sent(api: Api) -> None:
    answer = api.send_json("PATCH", "/api/alerts/x", {"status": "<canary>", "comment": ["<canary>"]})
    assert answer.status == 400
    assert b"canary" not in answer.body
    assert header(answer, "content-type") == "application/problem+json"
