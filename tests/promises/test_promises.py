"""A promise is shown by a test that records a figure within its bound, and by nothing less."""

from datetime import date
from pathlib import Path

import pytest

from local.promises.check import BrokenPromises, check
from local.promises.figures import Recorded, record, recorded, summed
from local.promises.promises import Figure, Promise, Theme

TEST = "tests/test_kills.py"
RECORDING = 'def test_one(record_figure):\n    record_figure("R1", "lost", count())\n'
TODAY = date(2026, 3, 2)


def themes(*figures: Figure) -> list[Theme]:
    promise = Promise(id="R1", promise="Nothing is lost.", fault="kill", expected="all is there", figures=figures)
    return [Theme(title="Durability", promises=(promise,))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / TEST).write_text(RECORDING, encoding="utf-8")
    return tmp_path


def test_a_figure_within_its_bound_shows_a_promise(root: Path) -> None:
    check(themes(Figure(name="lost", test=TEST, most=0)), {("R1", "lost"): Recorded(0, "2026-03-02")}, root)


@pytest.mark.parametrize(
    ("figure", "value", "problem"),
    [
        (Figure(name="lost", test="tests/nothing.py", most=0), 0, "there is no test tests/nothing.py"),
        (Figure(name="found", test=TEST, most=0), 0, "does not record it"),
        (Figure(name="lost", test=TEST, most=0), None, "never recorded"),
        (Figure(name="lost", test=TEST, most=0), 1, "it must be 0"),
        (Figure(name="lost", test=TEST, least=5), 4, "it must be at least 5"),
        (Figure(name="lost", test=TEST), 0, "nothing says which values are good"),
    ],
)
def test_anything_less_breaks_it(root: Path, figure: Figure, value: float | None, problem: str) -> None:
    values = {} if value is None else {("R1", figure.name): Recorded(value, "2026-03-02")}
    with pytest.raises(BrokenPromises, match=problem):
        check(themes(figure), values, root)


def test_a_promise_without_a_figure_is_none(root: Path) -> None:
    with pytest.raises(BrokenPromises, match="R1 has no figure"):
        check(themes(), {}, root)


def test_counts_of_a_run_add_up_and_of_measures_the_worst_counts() -> None:
    known = {
        ("R1", "kills"): Figure(name="kills", test=TEST, least=3),
        ("R1", "recovery"): Figure(name="recovery", test=TEST, most=9, unit="s"),
        ("R1", "found"): Figure(name="found", test=TEST, least=90, unit="%"),
    }
    measured = [(key, value) for value in (1.0, 2.0, 1.5) for key in known]
    assert summed(known, measured) == {("R1", "kills"): 4.5, ("R1", "recovery"): 2.0, ("R1", "found"): 1.0}


def test_a_run_writes_its_own_figures_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    known = {("R1", name): Figure(name=name, test=TEST, most=9) for name in ("one", "two", "gone")}
    record(known, dict.fromkeys(known, 1.0), TODAY, path)
    del known["R1", "gone"]
    record(known, {("R1", "two"): 2.0004}, date(2026, 3, 3), path)
    assert recorded(path) == {("R1", "one"): Recorded(1, "2026-03-02"), ("R1", "two"): Recorded(2.0, "2026-03-03")}
