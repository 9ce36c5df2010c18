"""Policies as code over HTTP: check, compare, apply, export."""

from typing import Any

import pytest

from tests.functions.api import Api, header, problem, wrong_fields
from tests.local.host.sample_host import Answer

LISTS = {"name": "lists.yaml", "text": "lists:\n  filedCountries: [FR]\n"}


def policy(name: str, more: str = "") -> dict[str, str]:
    text = (
        f"id: {name}\nkind: event\non: [app.added]\nwhen: {{event.country: {{in: {{list: filedCountries}}}}}}\n{more}"
    )
    return {"name": f"policies/{name}.yaml", "text": text}


def send_folder(api: Api, mode: str, *files: dict[str, str], if_match: str | None = None, **more: Any) -> Answer:
    headers = (("If-Match", if_match),) if if_match is not None else ()
    persona = more.pop("persona", None)
    document = {"files": files, "mode": mode, **more}
    return api.send_json("POST", "/api/policy-files", document, *headers, persona=persona)


def test_what_was_compared_is_applied_and_exported(api: Api) -> None:
    folder = LISTS, policy("filed-policy")
    compared = send_folder(api, "diff", *folder)
    changes = {each["name"]: (each["change"], each["isApplied"]) for each in compared.json()["changes"]}
    assert changes == {"filedCountries": ("created", False), "filed-policy": ("created", False)}

    seen = header(compared, "etag")
    applied = send_folder(api, "apply", *folder, if_match=seen, reason="Change 4711")
    assert all(each["isApplied"] for each in applied.json()["changes"])
    assert header(applied, "etag") != seen
    exported = {each["name"]: each["text"] for each in api.get("/api/policy-files").json()["files"]}
    assert exported["policies/filed-policy.yaml"].startswith("id: filed-policy\nkind: event\n")

    stale = send_folder(api, "apply", LISTS, if_match=seen)
    assert (stale.status, problem(stale)["kind"]) == (412, "stale-etag")


def test_problems_are_answered_with_file_line_and_key(api: Api) -> None:
    broken = policy("broken-policy", "alert: {severity: loud}\n")
    answer = send_folder(api, "validate", LISTS, broken)
    assert (answer.status, answer.json()["changes"]) == (200, [])
    (found,) = answer.json()["problems"]
    assert (found["file"], found["line"], found["key"]) == ("policies/broken-policy.yaml", 5, "alert.severity")
    assert wrong_fields(send_folder(api, "apply", LISTS, broken)) == ["policies/broken-policy.yaml:5 alert.severity"]


def test_a_reader_may_compare_and_not_apply(api: Api) -> None:
    folder = LISTS, policy("unapplied-policy")
    assert send_folder(api, "diff", *folder, persona="security-reader").status == 200
    refused = send_folder(api, "apply", *folder, persona="security-reader")
    assert (refused.status, problem(refused)["kind"]) == (403, "missing-right")


@pytest.mark.parametrize(("size", "status"), [(70_000, 200), (2_200_000, 413)])
def test_a_folder_may_be_larger_than_other_bodies(api: Api, size: int, status: int) -> None:
    padded = [{"name": f"{n}.yaml", "text": f"# {'x' * 250_000}"[: size // 10]} for n in range(10)]
    assert send_folder(api, "validate", *padded).status == status


def test_the_schema_is_served(api: Api) -> None:
    schema = api.get("/api/policy-schema.json").json()
    assert "fact:app.age" in schema["$defs"]
