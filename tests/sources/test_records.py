"""Recognising forms, and surviving whatever comes."""

import json
from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from shared.domain.events import Event
from shared.sources.decoding import MOST_CHARACTERS, MOST_RECORD_BYTES
from shared.sources.errors import RecordError
from shared.sources.records import read_bytes, read_record
from tests.sources.audits import ALL_AUDITS
from tests.sources.records import (
    Record,
    audit_envelope,
    audit_row,
    graph_audit,
    mail_items_accessed,
    sign_in,
    unified_audit,
)

FORMS: tuple[Record, ...] = (
    *(form(audit) for form in (graph_audit, audit_row, audit_envelope, unified_audit) for audit in ALL_AUDITS.values()),
    sign_in(),
    mail_items_accessed(),
    {"Type": "OfficeActivity", "Operation": "Send", "TimeGenerated": "2026-07-19T14:46:48Z", "Folders": "[]"},
    {"Type": "SigninLogs", "AppId": "x", "ResultType": "0", "LocationDetails": "{}", "Status": "{}"},
    {"AuditData": json.dumps(mail_items_accessed())},
    {"RawEventData": mail_items_accessed()},
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def reads_or_refuses(read: Callable[[], tuple[Event, ...]]) -> None:
    """Events that can be stored, or a RecordError with a printable reason; any other exception fails the test."""
    try:
        events = read()
    except RecordError as error:
        refusal = error.reason
    else:
        refusal = ""
        assert events
        assert msgspec.json.decode(msgspec.json.encode(events), type=tuple[Event, ...]) == events
    assert refusal.isprintable()


@given(json_values)
def test_any_json_gives_events_or_a_record_error(value: object) -> None:
    reads_or_refuses(lambda: read_bytes(json.dumps(value).encode()))


@given(st.binary(max_size=200))
def test_any_bytes_give_events_or_a_record_error(line: bytes) -> None:
    reads_or_refuses(lambda: read_bytes(line))


@given(st.data())
def test_a_record_with_any_value_in_any_place_gives_events_or_a_record_error(data: st.DataObject) -> None:
    record = json.loads(json.dumps(data.draw(st.sampled_from(FORMS))))
    put = data.draw(st.sampled_from(places(record)))
    replacement = data.draw(json_values)
    put(json.dumps(replacement) if data.draw(st.booleans()) else replacement)
    reads_or_refuses(lambda: read_bytes(json.dumps(record).encode()))


def places(value: object) -> list[Callable[[object], None]]:
    """For every place in a JSON value: what puts another value there."""
    found: list[Callable[[object], None]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [partial(value.__setitem__, key), *places(inner)]
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += [partial(value.__setitem__, index), *places(inner)]
    return found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "the record is nested too deeply"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "the record is nested too deeply"),
        (b'{"activityDisplayName":"x","id":' + b"9" * 1_000_000 + b"}", "the record is not JSON"),
        (b'{"activityDisplayName":"\x00"}', "the record is not JSON"),
        (b'{"activityDisplayName":"\\ud800"}', "the record is not JSON"),
        (b'{"activityDisplayName":"\xed\xa0\x80"}', "the record is not JSON"),
        (b'{"activityDisplayName":NaN}', "the record is not JSON"),
        (b"\xff\xfe", "the record is not JSON"),
        (b"", "the record is not JSON"),
        (b'{"activityDisplayName":"x"', "the record is not JSON"),
        (b"[]", "the record is not a JSON object"),
        (b" " * MOST_RECORD_BYTES + b"{}", f"the record is larger than {MOST_RECORD_BYTES} bytes"),
    ],
    ids=[
        "array",
        "object",
        "integer",
        "NUL",
        "surrogate",
        "encoded surrogate",
        "NaN",
        "no text",
        "nothing",
        "cut",
        "list",
        "size",
    ],
)
def test_hostile_bytes_are_refused_with_a_reason(line: bytes, reason: str) -> None:
    with pytest.raises(RecordError) as raised:
        read_bytes(line)
    assert raised.value.reason == reason


def test_hostile_json_inside_a_string_is_text() -> None:
    record = graph_audit(ALL_AUDITS["secret added"])
    deep = "[" * 100_000
    targets = record["targetResources"]
    assert isinstance(targets, list)
    targets[0]["modifiedProperties"] = [{"displayName": "KeyDescription", "oldValue": None, "newValue": deep}]
    (event,) = read_bytes(json.dumps(record).encode())
    assert event.changes[0].after == deep[:4096]


def test_a_permissions_value_of_many_openings_costs_linear_time() -> None:
    record = graph_audit(ALL_AUDITS["consent"])
    targets = record["targetResources"]
    assert isinstance(targets, list)
    hostile = "[Id: " * 500_000
    targets[0]["modifiedProperties"] = [
        {"displayName": "ConsentAction.Permissions", "oldValue": None, "newValue": hostile}
    ]
    (event,) = read_record(record)
    assert event.scopes is UNSET


@pytest.mark.parametrize("record", [sign_in(), mail_items_accessed()], ids=["sign-in", "mail"])
def test_an_id_that_no_table_row_could_hold_is_refused_and_never_cut(record: Record) -> None:
    name = "id" if "id" in record else "Id"
    assert read_record({**record, name: "x" * 1024})[0].id == "x" * 1024
    with pytest.raises(RecordError, match="the id has more than 1024 characters"):
        read_record({**record, name: "x" * 1025})


def test_names_and_object_ids_of_apps_are_cut_to_what_table_rows_hold() -> None:
    endless = "x" * 1_000_000
    longest = endless[:MOST_CHARACTERS]
    record = {**sign_in(), "appId": None, "servicePrincipalId": endless, "appDisplayName": endless}
    (event,) = read_record({**record, "resourceDisplayName": endless})
    assert (event.app.service_principal_id, event.app.display_name) == (longest, longest)
    assert event.resource.display_name == longest


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "not a form that is known (keys: )"),
        ({"RawEventData": None}, "hunting row without RawEventData"),
        ({"RawEventData": {}}, "hunting row without RawEventData"),
        ({"RawEventData": "[]"}, "RawEventData is not a JSON object"),
        ({"AuditData": "{"}, "AuditData is not a JSON object"),
        ({"activityDisplayName": ""}, "activityDisplayName is missing"),
        ({"activityDisplayName": "x", "targetResources": {}}, "targetResources is not a list of objects"),
        ({"activityDisplayName": "x", "initiatedBy": []}, "initiatedBy is not an object"),
        ({"Type": "AuditLogs", "TargetResources": "["}, "TargetResources is not JSON of the expected kind"),
        ({"category": "AuditLogs", "properties": "x"}, "properties is not an object"),
        ({"category": "RiskyUsers", "properties": {}}, "the envelope's category is not one that is read"),
        (
            {"appId": "x", "createdDateTime": "2026-07-19T14:46:48Z"},
            "not a form that is known (keys: appId, createdDateTime)",
        ),
    ],
)
def test_a_record_that_cannot_be_read_says_why(record: Record, reason: str) -> None:
    with pytest.raises(RecordError) as raised:
        read_record(record)
    assert raised.value.reason == reason


def test_a_reason_shows_the_keys_of_an_attacker_short_and_printable() -> None:
    with pytest.raises(RecordError) as raised:
        read_record({"a\r\nb\u202e" + "c" * 100: 1})
    assert raised.value.reason == f"not a form that is known (keys: a  b {'c' * 35})"
