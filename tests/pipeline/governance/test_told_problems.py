"""What is told of a refused policy names what its author wrote, and repeats little of it."""

from collections.abc import Mapping

import pytest

from shared.pipeline.governance.check_definition import check_policy
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.told_problems import told
from shared.policies.lists import load_lists

LONG = "a secret " * 400
APP: Mapping[str, object] = {"kind": "app", "when": {"app.consentedUsers": {"ge": 5}}}
WINDOW: Mapping[str, object] = {
    "kind": "window",
    "on": ["credential.added"],
    "by": ["app.appId"],
    "within": "1h",
    "having": {"count": "events", "ge": 2},
}


def with_test(**test: object) -> dict[str, object]:
    return {**APP, "tests": [{"name": "one", "fires": True, **test}]}


@pytest.mark.parametrize(
    "body",
    [
        {**APP, LONG: 1},
        {**APP, "alert": {LONG: 1}},
        {**APP, "scope": {"only": [LONG]}},
        {**APP, "scope": {"only": {"list": LONG}}},
        {**APP, "when": {LONG: {"ge": 1}}},
        {**APP, "when": {LONG: 1, f"{LONG}2": 2}},
        {**APP, "when": {"app.consentedUsers": {LONG: 1}}},
        {**APP, "when": {"app.consentedUsers": {"ge": LONG}}},
        {**APP, "when": {"app.consentedUsers": {"ge": [LONG, LONG]}}},
        {**APP, "when": {"app.consentedUsers": {"ge": {"parameter": LONG}}}},
        {**APP, "when": {"app.age": {"lt": LONG}}},
        {**APP, "when": {"app.origin": {"in": [LONG]}}},
        {**WINDOW, "on": [LONG]},
        {**WINDOW, "within": LONG},
        {**WINDOW, "having": {"count": "events", "ge": {"baseline": LONG}}},
        {**WINDOW, "having": {"count": "events", "ge": LONG}},
        with_test(app={LONG: 3}),
        with_test(app={"origin": LONG}),
        with_test(event={"activity": LONG}),
        with_test(event={"at": LONG}),
        with_test(app={"consentedUsers": 1}, baselines={LONG: 1}),
    ],
)
def test_what_is_told_of_any_place_repeats_few_characters(body: dict[str, object]) -> None:
    with pytest.raises(PolicyRefused) as refused:
        check_policy(dict(body), "ours", load_lists(), ())
    for one in told(refused.value.problems):
        assert LONG[:90] not in one.message
        assert LONG[:90] not in one.field
