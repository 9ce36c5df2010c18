"""HTTP functions and admin endpoints of the sample app in a host of its own."""

import base64
import json
from collections.abc import Iterator

import jwt
import pytest

from local.host.errors import HostError
from local.host.identity.personas import API_CLIENT_ID, PERSONAS, TENANT_ID
from local.host.process import HostProcess
from tests.local.host.sample_host import SAMPLE, Answer, sample_settings, send
from tests.local.host.waiting import eventually

ECHO = "/echo/3d2f4c86-5a17-4b0e-9f43-6c1d8e0b7a21"


@pytest.fixture(scope="module")
def host(connection_string: str) -> Iterator[HostProcess]:
    settings = {
        **sample_settings(connection_string),
        "AzureWebJobs.switched_off.Disabled": "true",
        "AzureFunctionsJobHost__functionTimeout": "00:00:00.5",
    }
    with HostProcess.start(SAMPLE, settings, persona="security-reader") as running:
        yield running


def get(host: HostProcess, path: str, *headers: tuple[str, str]) -> Answer:
    return send(host.address, path, headers=headers)


def test_a_request_reaches_the_function_whole(host: HostProcess) -> None:
    body = bytes(range(256))
    echoed = send(host.address, f"{ECHO}/a%2Fb%20c?x=1", "POST", (("X-Custom", "Value"),), body)
    assert echoed.status == 200
    assert ("content-type", "application/json") in echoed.headers
    seen = echoed.json()
    assert seen["method"] == "POST"
    assert seen["url"] == f"{host.address}{ECHO}/a%2Fb%20c?x=1"
    assert seen["route"] == {"id": ECHO.removeprefix("/echo/"), "tag": "a%2Fb c"}
    assert bytes.fromhex(seen["body"]) == body
    assert seen["headers"]["x-custom"] == "Value"
    assert seen["function"] == "echo"


def test_repeated_headers_and_query_values_are_joined_and_empty_query_values_left_out(host: HostProcess) -> None:
    seen = get(host, f"{ECHO}?a=1&b=&A=2&c=%C3%BC&a=3", ("X-Twice", "1"), ("x-twice", "2")).json()
    assert seen["query"] == {"a": "1,2,3", "c": "ü"}
    assert seen["headers"]["x-twice"] == "1,2"


def test_the_trace_of_the_caller_goes_on_in_a_span_of_the_host(host: HostProcess) -> None:
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    version, trace, span, flags = get(host, ECHO, ("traceparent", caller)).json()["traceparent"].split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "01")
    assert span != "b7ad6b7169203331"
    own = get(host, ECHO, ("traceparent", "nonsense")).json()["traceparent"]
    assert len(own) == len(caller)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/silent", 204),
        ("GET", "/nowhere", 404),
        ("GET", "/echo/not-a-guid", 404),
        ("DELETE", ECHO, 404),
        ("GET", "/switched-off", 404),
        ("GET", "/broken", 500),
        ("GET", "/admin/nothing", 404),
        ("POST", "/admin/functions/nobody", 404),
    ],
)
def test_answers_without_a_value_are_empty(host: HostProcess, method: str, path: str, status: int) -> None:
    answer = send(host.address, path, method)
    assert (answer.status, answer.body) == (status, b"")


def test_a_function_that_takes_too_long_fails(host: HostProcess) -> None:
    answer = get(host, "/sleepy")
    assert (answer.status, answer.body) == (500, b"")
    assert "Timeout value of 0:00:00.500000 exceeded by function sleepy" in host.output()


def test_a_function_answers_at_the_root_with_its_own_status_bytes_and_cookies(host: HostProcess) -> None:
    answer = get(host, "/")
    assert (answer.status, answer.body) == (203, b"\x00\xff")
    assert ("content-type", "application/octet-stream") in answer.headers
    cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    assert cookies == ["a=1; HttpOnly; Path=/", "b=2; SameSite=Lax"]


def test_a_text_that_a_function_returns_is_the_body(host: HostProcess) -> None:
    answer = get(host, "/FILES/css/site.css")
    assert answer.json() == {"path": "css/site.css"}
    assert ("content-type", "text/plain; charset=utf-8") in answer.headers


def test_the_app_runs_in_its_own_folder_and_is_told_where_it_is(host: HostProcess) -> None:
    told = get(host, "/environment").json()
    assert told["cwd"] == str(SAMPLE)
    assert told["WEBSITE_AUTH_ENABLED"] == "True"
    assert f"http://{told['WEBSITE_HOSTNAME']}" == host.address
    assert told["AUTHORITY"] == f"{host.address}/.local"


def test_forged_identities_never_reach_the_app(host: HostProcess) -> None:
    seen = get(host, ECHO, ("X-MS-CLIENT-PRINCIPAL", "forged"), ("X-MS-TOKEN-AAD-ID-TOKEN", "forged")).json()
    principal = json.loads(base64.b64decode(seen["headers"]["x-ms-client-principal"]))
    assert {"typ": "wids", "val": PERSONAS["security-reader"].wids[0]} in principal["claims"]
    assert "forged" not in seen["headers"].values()


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_authority_gives_tokens_that_the_app_can_check(host: HostProcess, persona: str) -> None:
    token = host.token(persona)
    seen = get(host, ECHO, ("Authorization", f"Bearer {token}")).json()
    assert seen["headers"]["x-ms-client-principal-id"] == PERSONAS[persona].object_id
    configuration = get(host, f"/.local/{TENANT_ID}/v2.0/.well-known/openid-configuration").json()
    keys = get(host, configuration["jwks_uri"].removeprefix(host.address)).json()
    key = jwt.PyJWKSet.from_dict(keys)["local"]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=API_CLIENT_ID, issuer=configuration["issuer"])
    assert claims["oid"] == PERSONAS[persona].object_id


def test_a_bad_token_is_answered_before_the_app_sees_it(host: HostProcess) -> None:
    answer = get(host, ECHO, ("Authorization", "Bearer abc"))
    assert (answer.status, answer.body) == (401, b"")


def test_the_personas_can_be_listed(host: HostProcess) -> None:
    assert {each["name"] for each in get(host, "/.local/personas").json()["value"]} == set(PERSONAS)
    with pytest.raises(HostError, match="There is no persona 'unknown'"):
        host.token("unknown")


def test_the_admin_endpoints_list_functions_with_their_switch(host: HostProcess) -> None:
    listed = {each["name"]: each for each in get(host, "/admin/functions").json()}
    assert listed["switched_off"]["isDisabled"] is True
    assert listed["echo"]["isDisabled"] is False
    assert get(host, "/admin/functions/Echo").json() == listed["echo"]
    assert get(host, "/admin/host/status").json()["state"] == "Running"


def test_a_function_can_be_run_at_once_by_its_name(host: HostProcess) -> None:
    def has(line: str) -> bool:
        return line in get(host, "/seen").json()

    host.trigger("yearly")
    eventually(lambda: has("yearly False"))
    host.trigger("work", "by hand")
    eventually(lambda: has("work 1 by hand"))
    # The switch stops the trigger of a function only.
    host.trigger("switched_off")
    eventually(lambda: has("switched_off ran"))
    assert send(host.address, "/admin/functions/yearly", "POST", body=b"no json").status == 400


def test_nobody_is_known_where_the_persona_is_none_and_nothing_is_played_where_it_is_switched_off(
    connection_string: str,
) -> None:
    settings = sample_settings(connection_string)
    forged = ("X-MS-CLIENT-PRINCIPAL", "forged")
    with HostProcess.start(SAMPLE, settings, persona="none") as anonymous:
        seen = get(anonymous, ECHO, forged).json()
        assert not [name for name in seen["headers"] if name.startswith("x-ms-")]
    with HostProcess.start(SAMPLE, {**settings, "WEBSITE_AUTH_ENABLED": "False"}) as open_to_all:
        assert get(open_to_all, ECHO, forged).json()["headers"]["x-ms-client-principal"] == "forged"
