"""When a measured figure is good enough."""

import json
from datetime import date
from pathlib import Path

import pytest

from local.bench.results import Better, Judged, Result, as_json, failures, percentile, record, recorded


def speed(figure: float, judged: Judged = Judged.BY_RECORD) -> Result:
    return Result(name="speed", figure=figure, unit="per second", aim=100, judged=judged)


def delay(figure: float, judged: Judged = Judged.BY_RECORD) -> Result:
    return Result(name="delay", figure=figure, unit="ms", aim=10, better=Better.LOWER, judged=judged)


@pytest.mark.parametrize(("result", "ratio"), [(speed(50), 0.5), (speed(200), 2), (delay(20), 0.5), (delay(5), 2)])
def test_the_ratio_says_how_many_times_as_good_as_the_aim_a_figure_is(result: Result, ratio: float) -> None:
    assert result.ratio == ratio
    [told] = json.loads(as_json([result]))
    assert (told["figure"], told["ratio"]) == (result.figure, ratio)


def test_a_figure_less_than_half_as_good_as_recorded_is_a_failure() -> None:
    known = {"speed": 200.0, "delay": 5.0}
    assert failures([speed(100), delay(10)], known) == []
    [slow, late] = failures([speed(99), delay(10.1)], known)
    assert slow.startswith("speed: 99 per second; 200 are recorded")
    assert late.startswith("delay: 10.1 ms; 5 are recorded")


def test_a_limit_is_kept_whatever_is_recorded() -> None:
    assert failures([delay(10, Judged.BY_AIM)], {"delay": 1}) == []
    assert failures([delay(11, Judged.BY_AIM)], {"delay": 11}) == ["delay: 11 ms; the limit is 10."]


def test_a_missed_aim_is_no_failure_by_itself() -> None:
    assert failures([speed(1), delay(1000)], {}) == []
    assert failures([speed(1, Judged.NOT)], {"speed": 100}) == []


def test_a_percentile_is_the_smallest_value_that_covers_its_share() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (50, 95, 7)


def test_recording_replaces_what_was_measured_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    path.write_text('{"machine": "old", "date": "2026-01-01", "figures": {"speed": 1, "other": 2}}', encoding="ascii")
    record([speed(123.456), delay(0.0123456)], "new", date(2026, 2, 1), path)
    known = recorded(path)
    assert (known.machine, known.date) == ("new", "2026-02-01")
    assert known.figures == {"speed": 123, "other": 2, "delay": 0.0123}


def test_what_is_recorded_is_above_zero_and_dated() -> None:
    known = recorded()
    assert known.date >= "2026"
    assert all(figure > 0 for figure in known.figures.values())
