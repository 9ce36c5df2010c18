"""What is written as a record is read back as the same facts."""

import json

import pytest
from hypothesis import given, settings

from local.records.facts import lost_facts
from local.records.forms import FORMS, Form
from shared.domain.events import Event, Source
from shared.sources.records import read_bytes
from tests.local.records.events import data_use_events, directory_events, sign_in_events

_FORMS = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@_FORMS
@given(told=directory_events())
@settings(max_examples=150, deadline=None)
def test_a_directory_audit_comes_back_with_every_fact(form: Form, told: Event) -> None:
    assert set(lost_facts(told, _read(form, told))) <= form.never_carries


@_FORMS
@given(told=data_use_events())
@settings(max_examples=75, deadline=None)
def test_what_an_app_did_with_data_comes_back_with_every_fact(form: Form, told: Event) -> None:
    read = _read(form, told)
    assert lost_facts(told, read) == ()
    assert (read.id, read.source) == (told.id, Source.UNIFIED_AUDIT_LOG)


@_FORMS
@given(told=sign_in_events())
@settings(max_examples=75, deadline=None)
def test_a_sign_in_comes_back_with_every_fact(form: Form, told: Event) -> None:
    read = _read(form, told)
    assert lost_facts(told, read) == ()
    assert (read.id, read.source) == (told.id, Source.SIGN_INS)


@given(told=directory_events())
@settings(max_examples=75, deadline=None)
def test_graph_and_log_analytics_give_one_and_the_same_event(told: Event) -> None:
    graph, log_analytics, unified = (_read(form, told) for form in FORMS)
    assert graph == log_analytics
    assert (graph.id, graph.time) == (told.id, told.time)
    assert unified.id != told.id
    assert unified.source is Source.UNIFIED_AUDIT_LOG


@_FORMS
@given(told=directory_events())
@settings(max_examples=50, deadline=None)
def test_what_was_read_can_be_written_and_read_again(form: Form, told: Event) -> None:
    read = _read(form, told)
    assert set(lost_facts(read, _read(form, read))) <= form.never_carries


def _read(form: Form, event: Event) -> Event:
    """The one event of its record, after the record has been through JSON."""
    (read,) = read_bytes(json.dumps(form.write(event)).encode())
    return read
