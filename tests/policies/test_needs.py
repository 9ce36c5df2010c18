"""What a policy needs to be told: every activity, fact and baseline has an answer, and what is missing is named."""

import pytest

from shared.domain.activities import Activity
from shared.domain.streams import Stream
from shared.policies.errors import key_path
from shared.policies.facts import VOCABULARY
from shared.policies.loader import parse_policy
from shared.policies.needs import unmet_needs
from shared.policies.policy_entries import load_bundled
from shared.policies.tellers import ACTIVITY_TELLERS, BASELINE_TELLERS, Part, Teller, fact_tellers
from shared.policies.vocabulary import Root

ALL: frozenset[Teller] = frozenset({*Stream, *Part})
AT_FIRST: frozenset[Teller] = frozenset(
    {
        *(Stream.DIRECTORY_AUDITS, Stream.SERVICE_PRINCIPAL_SIGN_INS, Stream.MANAGED_IDENTITY_SIGN_INS),
        *(Part.INVENTORY, Part.USE_REPORTS),
    }
)


def warned(connected: frozenset[Teller], **policy: object) -> dict[str, str]:
    """By place."""
    parsed = parse_policy({"id": "draft", **policy})
    return {key_path(problem.path): problem.text for problem in unmet_needs(parsed, connected)}


def test_every_activity_is_told_by_some_stream() -> None:
    assert set(ACTIVITY_TELLERS) == set(Activity)
    assert all(ACTIVITY_TELLERS.values())


def test_every_fact_of_an_app_or_an_event_is_told_by_something() -> None:
    rooted = [fact for fact in VOCABULARY.facts.values() if fact.root is not Root.ELEMENT]
    assert [fact.name for fact in rooted if not fact_tellers(fact)] == []
    assert len(rooted) > 80


def test_every_baseline_is_told_by_some_stream() -> None:
    assert set(VOCABULARY.baselines) <= set(BASELINE_TELLERS)


def test_with_everything_connected_no_bundled_policy_lacks_anything() -> None:
    assert [problem for one in load_bundled() for problem in unmet_needs(one.policy, ALL)] == []


def test_an_activity_whose_streams_are_off_is_named_with_what_to_add() -> None:
    [(place, text)] = warned(AT_FIRST, kind="event", on=["consent.granted", "risk.detected"]).items()
    assert place == "on[1]"
    assert text == (
        "risk.detected is told by riskDetections, of which none is connected: add riskDetections to SOURCES"
    )


def test_a_fact_is_looked_for_in_the_streams_of_the_policys_own_activities() -> None:
    when = {"all": [{"event.succeeded": {"eq": True}}, {"not": {"event.country": {"in": ["DE"]}}}]}
    assert warned(AT_FIRST, kind="event", on=["signIn"], when=when) == {}
    found = warned(AT_FIRST, kind="event", on=["consent.granted"], when=when)
    assert list(found) == ["when.all[1].not.event.country"]
    assert "add cloudAppEvents to SOURCES" in found["when.all[1].not.event.country"]


def test_a_fact_that_no_log_of_the_activity_has_is_told_so() -> None:
    found = warned(ALL, kind="event", on=["consent.granted"], when={"event.asn": {"eq": 64500}})
    assert found == {"when.event.asn": "event.asn is in no log that tells of these activities"}


@pytest.mark.parametrize(
    ("when", "place", "way"),
    [
        ({"app.priorityUsers": {"gt": 0}}, "when.app.priorityUsers", "PRIORITY_USERS or PRIORITY_GROUP_IDS"),
        ({"app.overprivileged": {"eq": True}}, "when.app.overprivileged", "oauthAppInfo"),
    ],
)
def test_facts_of_apps_that_take_a_setting_name_it(when: object, place: str, way: str) -> None:
    without = frozenset[Teller]({Part.INVENTORY})
    [(found, text)] = warned(without, kind="app", when=when).items()
    assert (found, way in text) == (place, True)


def test_the_last_use_of_a_credential_comes_from_the_reports() -> None:
    where = {"any": {"of": "app.credentials", "where": {"all": [{"lastUsed": {"olderThan": "30d"}}]}}}
    found = warned(frozenset[Teller]({Part.INVENTORY}), kind="app", when=where)
    assert list(found) == ["when.any.where.all[0].lastUsed"]
    assert warned(AT_FIRST, kind="app", when=where) == {}


def test_a_window_names_its_measure_and_the_baseline_that_it_is_measured_by() -> None:
    window = {"kind": "window", "on": ["signIn"], "by": ["app.appId"], "within": "1h"}
    having = {"distinct": "event.mailbox", "gt": {"baseline": "app.mailboxesPerHour", "times": 3}}
    assert list(warned(AT_FIRST, having=having, **window)) == ["having.distinct", "having.gt.baseline"]


def test_each_step_of_a_sequence_is_looked_at() -> None:
    steps = [{"as": "first", "on": ["credential.added"]}, {"as": "then", "on": ["mail.accessed"]}]
    assert list(warned(AT_FIRST, kind="sequence", by=["app.appId"], within="1d", steps=steps)) == ["steps[1].on[0]"]


def test_without_a_tenant_there_is_one_warning() -> None:
    found = warned(frozenset(), kind="event", on=["signIn"], when={"event.country": {"eq": "DE"}})
    assert list(found.values()) == ["no tenant is connected, so nothing tells it: set READER_CLIENT_ID"]
