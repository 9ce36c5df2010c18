"""Queue and timer functions of the sample app, and how its host stops."""

import base64
from collections.abc import Iterator

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient, TextBase64DecodePolicy, TextBase64EncodePolicy

from local.host.process import HostProcess
from tests.local.host.sample_host import SAMPLE, sample_settings, send
from tests.local.host.waiting import eventually


@pytest.fixture
def settings(connection_string: str) -> dict[str, str]:
    return sample_settings(connection_string)


@pytest.fixture
def work(settings: dict[str, str]) -> Iterator[QueueClient]:
    with QueueClient.from_connection_string(
        settings["AzureWebJobsStorage"],
        settings["WORK_QUEUE"],
        message_encode_policy=TextBase64EncodePolicy(),
    ) as client:
        yield client


def texts(settings: dict[str, str], queue: str) -> list[str]:
    """The texts on a queue, which need not exist."""
    with QueueClient.from_connection_string(
        settings["AzureWebJobsStorage"], queue, message_decode_policy=TextBase64DecodePolicy()
    ) as client:
        try:
            return [message.content for message in client.peek_messages(32)]
        except ResourceNotFoundError:
            return []


def test_messages_travel_from_output_to_trigger_while_a_timer_ticks(
    settings: dict[str, str],
) -> None:
    with HostProcess.start(SAMPLE, {**settings, "TICK_SCHEDULE": "*/1 * * * * *"}) as host:
        assert send(host.address, "/send", "POST", body=b"good").status == 202
        eventually(lambda: len(texts(settings, settings["RESULT_QUEUE"])) == 3)
        results = texts(settings, settings["RESULT_QUEUE"])
        assert sorted(each.partition(",")[0] for each in results) == ["good", "good again", "good and again"]
        assert all("traced 00-" in each for each in results)

        send(host.address, "/send", "POST", body=b"bad")
        eventually(lambda: texts(settings, f"{settings['WORK_QUEUE']}-poison") == ["bad"])
        seen = send(host.address, "/seen").json()
        assert [line for line in seen if line.endswith(" bad")] == ["work 1 bad", "work 2 bad", "work 3 bad"]
        assert "ValueError('bad')" in host.output()

        # Meanwhile the timer runs by the real clock.
        eventually(lambda: host.output().count("ticked, past due: False") >= 2)


def test_a_graceful_stop_finishes_the_running_message(settings: dict[str, str], work: QueueClient) -> None:
    with HostProcess.start(SAMPLE, settings) as host:
        work.send_message("slow")
        eventually(lambda: "began slow" in host.output())
        host.stop()
        host.stop()
        assert "Executed 'work' (Succeeded" in host.output()
    assert work.get_queue_properties().approximate_message_count == 0
    assert [each.partition(",")[0] for each in texts(settings, settings["RESULT_QUEUE"])] == ["slow"]


def test_a_message_whose_host_was_killed_is_still_there(settings: dict[str, str], work: QueueClient) -> None:
    with HostProcess.start(SAMPLE, settings) as host:
        work.send_message("slow")
        eventually(lambda: "began slow" in host.output())
        host.kill()
    assert work.get_queue_properties().approximate_message_count == 1
    assert texts(settings, settings["RESULT_QUEUE"]) == []


def test_a_disabled_function_is_not_started_by_its_trigger(settings: dict[str, str], work: QueueClient) -> None:
    off = {"AzureWebJobs.work.Disabled": "true", "AzureWebJobs_tick_Disabled": "1"}
    work.create_queue()
    work.send_message("left alone")
    with HostProcess.start(SAMPLE, {**settings, **off, "TICK_SCHEDULE": "* * * * * *"}) as host:
        host.trigger("yearly")
        eventually(lambda: "yearly False" in send(host.address, "/seen").json())
        assert send(host.address, "/seen").json() == ["yearly False"]
    assert base64.b64decode(next(iter(work.peek_messages())).content) == b"left alone"
    assert "ticked" not in host.output()
