"""How a route is doing, from what its attempts came to and from the heartbeats that people confirmed."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.errors import Unavailable
from shared.domain.route_status import RouteGone, RouteHealth, RouteStatus

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DOWN = Unavailable("the flow answered 502")


def test_failures_are_counted_from_the_first_since_a_success() -> None:
    status = RouteStatus(route="teams").after_failure(DOWN, NOW).after_failure(DOWN, NOW + MINUTE)
    assert (status.failures, status.failing_since, status.last_failure) == (2, NOW, NOW + MINUTE)
    assert status.last_error == "the flow answered 502"
    mended = status.after_success(NOW + 2 * MINUTE, 1)
    assert (mended.failures, mended.failing_since, mended.last_error, mended.cards) == (0, None, None, 1)
    assert mended.last_failure == NOW + MINUTE


def test_a_route_is_failing_after_a_quarter_of_an_hour_and_gone_at_once() -> None:
    failing = RouteStatus(route="teams").after_failure(DOWN, NOW)
    assert failing.health(NOW + 14 * MINUTE) is RouteHealth.OK
    assert failing.health(NOW + 15 * MINUTE) is RouteHealth.FAILING
    gone = failing.after_failure(RouteGone("the flow answered 404"), NOW + MINUTE)
    assert gone.health(NOW + MINUTE) is RouteHealth.GONE
    assert gone.after_success(NOW + 2 * MINUTE, 1).health(NOW + 2 * MINUTE) is RouteHealth.OK
    assert gone.after_failure(DOWN, NOW + 2 * MINUTE).gone is False


@pytest.mark.parametrize(
    ("sent", "confirmed", "health"),
    [
        (0, 0, RouteHealth.OK),
        (3, 0, RouteHealth.OK),
        (4, 0, RouteHealth.UNCONFIRMED),
        (4, 1, RouteHealth.UNCONFIRMED),
        (9, 7, RouteHealth.OK),
        (10, 7, RouteHealth.UNCONFIRMED),
    ],
)
def test_a_route_is_unconfirmed_when_three_heartbeats_went_out_since_the_one_confirmed(
    sent: int, confirmed: int, health: RouteHealth
) -> None:
    assert RouteStatus(route="teams", heartbeats=sent, confirmed_heartbeat=confirmed).health(NOW) is health


def test_the_same_news_within_seconds_is_known_and_other_news_is_not() -> None:
    failing = RouteStatus(route="webhook").after_failure(DOWN, NOW)
    soon, later = NOW + timedelta(seconds=9), NOW + timedelta(seconds=10)
    assert failing.knows(DOWN, soon)
    assert not failing.knows(DOWN, later)
    assert not failing.knows(Unavailable("other"), soon)
    assert not failing.knows(None, soon)
    well = failing.after_success(NOW, 0)
    assert well.knows(None, soon)
    assert not well.knows(DOWN, soon)
    assert not RouteStatus(route="webhook").knows(None, NOW)
