"""What is usual, from complete days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from shared.domain.app_baselines import LEAST_DAYS, MOST_VALUES, WINDOW_DAYS, AppBaseline, baseline_of
from shared.domain.app_use import AppUse, Calls, UseOfDay
from shared.domain.distinct import Tally

APP = "11111111-1111-4111-8111-111111111111"
END = date(2026, 3, 30)  # a Monday


def day(before: int, peak: int = 0, countries: tuple[str, ...] = ("SE",), *, others: int = 0) -> UseOfDay:
    return UseOfDay(
        day=END - timedelta(days=before),
        use=AppUse(
            events=1,
            countries=Tally(counts=dict.fromkeys(countries, 1), others=others),
            calls={"GET /me": Calls(count=1)},
            hours=(9,),
        ),
        per_hour={"mailboxes": (peak, *[0] * 23)},
    )


def built(*days: UseOfDay, known_since: date | None = None) -> AppBaseline:
    found = baseline_of(APP, END, days, known_since)
    assert found is not None
    return found


def test_an_app_that_did_nothing_has_no_baseline() -> None:
    assert baseline_of(APP, END, []) is None
    assert baseline_of(APP, END, [day(0), day(WINDOW_DAYS + 1)]) is None


def test_only_days_of_the_window_count() -> None:
    found = built(day(-1, 99), day(0, 99), day(1, 4), day(WINDOW_DAYS, 4), day(WINDOW_DAYS + 1, 99))
    assert (found.since, found.days, found.is_learnt) == (END - timedelta(days=WINDOW_DAYS), WINDOW_DAYS, True)
    assert found.numbers["app.mailboxesPerHour"].median == 0


def test_nothing_is_usual_before_a_week_of_days() -> None:
    assert not built(day(LEAST_DAYS - 1)).is_learnt
    assert built(day(LEAST_DAYS)).is_learnt


def test_a_day_without_activity_counts_as_nought_since_the_app_is_known() -> None:
    assert built(day(1, 8), day(3, 8)).numbers["app.mailboxesPerHour"].median == 8
    known = built(day(1, 8), day(3, 8), known_since=END - timedelta(days=90))
    assert (known.days, known.numbers["app.mailboxesPerHour"].median) == (WINDOW_DAYS, 0)


@given(st.integers(100, 10**9))
def test_one_wild_day_moves_neither_what_is_usual_nor_its_spread(peak: int) -> None:
    calm = [day(before, 10 + before % 3) for before in range(1, 15)]
    usual = built(*calm).numbers["app.mailboxesPerHour"]
    wild = built(*calm[1:], day(1, peak)).numbers["app.mailboxesPerHour"]
    assert abs(usual.median - wild.median) <= 1
    assert wild.deviation < 3


def test_a_weekday_has_a_usual_number_of_its_own_from_three_days_on() -> None:
    mondays = [day(before, 100 if before % 7 == 0 else 2) for before in range(1, 22)]
    usual = built(*mondays).numbers["app.mailboxesPerHour"]
    assert (usual.median, usual.by_weekday[0][0], usual.by_weekday[1][0]) == (2, 100, 2)
    assert usual.of_busiest_days == (100.0, 0.0)
    assert built(*mondays[:14]).numbers["app.mailboxesPerHour"].by_weekday == {}


def test_values_are_kept_with_the_day_on_which_they_were_first_seen() -> None:
    values = built(day(1, countries=("NO", "SE")), day(5), day(3, countries=("SE",))).values
    assert values["app.countries"].values == {"SE": END - timedelta(days=5), "NO": END - timedelta(days=1)}
    assert values["app.countries"].is_complete
    assert set(values["app.operations"].values) == {"GET /me"}
    assert set(values["app.hours"].values) == {"9"}


def test_values_that_were_left_out_of_a_day_or_are_too_many_make_the_rest_incomplete() -> None:
    assert not built(day(1, others=1)).values["app.countries"].is_complete
    too_many = [day(1, countries=tuple(f"{number}" for number in range(MOST_VALUES + 1)))]
    found = built(*too_many).values["app.countries"]
    assert (len(found.values), found.is_complete) == (MOST_VALUES, False)


@given(st.permutations([day(before, before) for before in range(1, 12)]))
def test_the_order_of_days_is_of_no_account(days: list[UseOfDay]) -> None:
    assert built(*days) == built(*sorted(days, key=lambda each: each.day))


def test_days_of_which_a_number_was_not_counted_are_left_out_of_what_is_usual() -> None:
    def counting(before: int, calls: int) -> UseOfDay:
        return structs.replace(day(before), per_hour={"calls": (calls, *[0] * 23)})

    old = [day(before) for before in range(LEAST_DAYS + 1, WINDOW_DAYS)]
    found = built(*old, *(counting(before, 30) for before in range(1, LEAST_DAYS + 1)))
    assert found.numbers["app.callsPerHour"].median == 30
    assert "app.bytesPerHour" not in found.numbers
    too_few = built(*old, day(LEAST_DAYS), *(counting(before, 30) for before in range(1, LEAST_DAYS)))
    assert "app.callsPerHour" not in too_few.numbers
