"""The pages in a real browser. Needs ``chromium`` on the path, so it is among the long tests only."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.host.process import HostProcess
from tests.conftest import RecordFigure
from tests.functions.remediations import ASKS_ONLY
from tests.pages.apps import make_app
from tests.pages.conftest import Know, Raise
from tests.pages.documents import parse
from tests.pages.test_page_safety import HOSTILE, hostile_app, hostile_finding

pytestmark = pytest.mark.soak

_TIMEOUT_SECONDS = 60

type Show = Callable[[str], tuple[str, str]]


@pytest.fixture(scope="module")
def signed_in(account: dict[str, str]) -> Iterator[HostProcess]:
    """A host on the same account that takes a browser without a session for an administrator."""
    with HostProcess.start(environment={**account, **ASKS_ONLY}, persona="security-administrator") as host:
        yield host


@pytest.fixture
def show(signed_in: HostProcess, tmp_path: Path) -> Show:
    """The document of a page after its scripts ran, and what the browser said of it."""
    chromium = shutil.which("chromium")
    assert chromium, "these tests need chromium on the path"

    def run(path: str) -> tuple[str, str]:
        command = [
            *(chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"),
            *(f"--user-data-dir={tmp_path}", "--virtual-time-budget=40000", "--dump-dom"),
            f"{signed_in.address}{path}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=True)
        return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)

    return run


def test_nothing_that_attackers_wrote_runs_or_is_even_tried(
    show: Show, raise_alert: Raise, known: Know, record_figure: RecordFigure
) -> None:
    paths = ["/", "/alerts", "/apps", "/remediations"]
    for number, text in enumerate(HOSTILE):
        paths.append(f"/alerts/{raise_alert(hostile_finding(number + 1000, text))}")
        paths.append(f"/apps/{known(hostile_app(text)).app_id}")
    for path in paths:
        document, console = show(path)
        [title] = re.findall("<title>(.*?)</title>", document)
        assert title.endswith("– Consentry"), path
        assert console == "", path
    record_figure("S3", "pages on which a browser ran no script but ours", len(paths))


def test_times_follow_the_clock_while_a_page_stays_open(show: Show, known: Know) -> None:
    app = known(make_app("Watched clock"))
    document, _ = show(f"/apps/{app.app_id}")
    times = [time.text for time in parse(document).all("time")]
    assert any(time.endswith("(13 months ago)") for time in times)
