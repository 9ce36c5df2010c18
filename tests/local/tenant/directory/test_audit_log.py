"""Audits come late and out of order, and are kept for 30 days."""

from datetime import UTC, datetime, timedelta

from local.tenant.directory.audit_log import AuditLog

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _filled(factor: float = 1) -> AuditLog:
    log = AuditLog(seed=3, factor=factor)
    for number in range(60):
        log.emit({"id": str(number)}, START + number * timedelta(seconds=5))
    return log


def test_nothing_can_be_read_for_two_minutes_and_all_after_five() -> None:
    log = _filled()
    assert log.visible(START + 2 * MINUTE - timedelta(seconds=1)) == []
    assert len(log.visible(START + 5 * MINUTE + 5 * MINUTE)) == 60


def test_records_become_readable_out_of_order() -> None:
    log = _filled()
    arrived = [int(record["id"]) for record in log.visible(START + 30 * MINUTE)]
    assert sorted(arrived) == list(range(60))
    assert arrived != sorted(arrived)


def test_a_read_up_to_now_misses_what_a_later_one_finds() -> None:
    log = _filled()
    end = START + 5 * MINUTE
    early = log.query(START, end, end, ascending=True)
    late = log.query(START, end, end + 5 * MINUTE, ascending=True)
    assert 0 < len(early) < len(late) == 60
    gaps = [one for one in late if one not in early and int(one["id"]) < int(early[-1]["id"])]
    assert gaps != []


def test_a_query_is_ordered_by_time_either_way_and_includes_both_ends() -> None:
    log = _filled()
    now = START + 20 * MINUTE
    found = log.query(START + timedelta(seconds=5), START + timedelta(seconds=15), now, ascending=True)
    assert [record["id"] for record in found] == ["1", "2", "3"]
    assert log.query(None, None, now, ascending=False)[0]["id"] == "59"


def test_a_factor_shrinks_lateness() -> None:
    assert len(_filled(factor=60).visible(START + 5 * MINUTE + timedelta(seconds=5))) == 60


def test_after_thirty_days_a_record_is_gone() -> None:
    log = _filled()
    assert log.query(None, None, START + timedelta(days=30, minutes=6), ascending=True) == []
    log.emit({"id": "new"}, START + timedelta(days=31))
    assert [record["id"] for record in log.every_record()] == ["new"]
