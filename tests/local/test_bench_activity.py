"""The parts of the bench that archive, roll up and collect, with few records."""

import pytest

from local.bench.app_activity import HOUR, STREAMS, activity_lines
from local.bench.archive import measure_archive
from local.bench.backlog import Backlog
from local.bench.roll_up import measure_roll_up
from shared.domain.streams import Stream
from shared.sources.records import read_bytes


@pytest.mark.parametrize("stream", STREAMS)
def test_the_records_of_each_log_are_read_and_differ(stream: Stream) -> None:
    events = [event for line in activity_lines(stream, 20) for event in read_bytes(line)]
    assert len({event.id for event in events}) == 20
    assert {event.time.replace(minute=0, second=0, microsecond=0) for event in events if event.time} == {HOUR}
    assert len({event.app.app_id for event in events}) > 1


def test_a_page_that_takes_longer_than_the_pace_delays_the_next() -> None:
    hidden = Backlog(3000, 6.0, 0.5, [1.9, 0.5], 1.0, 100.0)
    assert hidden.added_to_a_million == 0
    # The first opens connections, once; each of the others is 0.1 s late.
    late = Backlog(3000, 6.0, 0.5, [3.0, 2.1], 1.0, 100.0)
    assert late.added_to_a_million == pytest.approx(1 + 100)


def test_all_that_is_archived_is_read_back() -> None:
    sizes = {result.name: result.figure for result in measure_archive(50)}
    assert all(0 < size < 2000 for name, size in sizes.items() if name.startswith("archive of"))
    assert len(sizes) == 1 + len(STREAMS) + 2


def test_a_roll_up_in_a_process_of_its_own_counts_apps() -> None:
    requests = [result.figure for result in measure_roll_up(30) if result.unit == "requests"]
    assert 0 < requests[0] < 500
