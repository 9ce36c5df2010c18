"""The overview: alerts first, then the inventory in numbers, its days, its changes and its gaps."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from functions.pages.changes_view import shown_change
from functions.pages.trend_view import HEIGHT, SERIES_NAMES, WIDTH, line, numbers_by_day, trends
from shared.domain.alerts import alert_id_of, fingerprint_of
from shared.domain.app_summaries import AppSummary, Consent
from shared.domain.app_traits import Trait
from shared.domain.findings import Finding
from shared.domain.inventory_days import AppChange, InventoryDay
from shared.domain.inventory_reads import FullRead, InventoryState, PartState, ReadStage
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.watch import Watch
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from tests.domain.findings import event, finding
from tests.pages.app_details import full_app
from tests.pages.apps import NOW, inventory_stands, make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Build, Know, Raise
from tests.pages.documents import Element

FIRST = date(2026, 3, 1)
DAYS = st.lists(st.integers(0, 400), min_size=2, max_size=60, unique=True).map(sorted)


def day(number: int, apps: int, unused: int = 0) -> InventoryDay:
    return InventoryDay(
        day=FIRST + timedelta(days=number),
        taken=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number),
        apps=apps,
        by_trait={Trait.UNUSED: unused},
        by_privilege={},
        by_origin={},
        by_consent={},
    )


def record(built: Build, at: datetime) -> None:
    async def keep() -> None:
        application = built()
        await application.services.history.record(at)
        await application.close()

    asyncio.run(keep())


def raise_historical(built: Build, found: Finding) -> str:
    """As the first read raises it; returns its id."""
    alert_id = alert_id_of(fingerprint_of(found.policy_id, found.group), 1)

    async def raise_it() -> None:
        application = built()
        services, now = application.services, datetime.now(UTC)
        await raise_alerts(services, [found], now, Watch(started=now, first_read_judged=now))
        await settle(services, alert_id, now)
        await application.close()

    asyncio.run(raise_it())
    return alert_id


def section(root: Element, name: str) -> Element:
    return root.one("section", **{"aria-labelledby": name})


def test_what_to_do_first_and_alerts_stand_before_the_inventory(browser: Browser) -> None:
    headings = [heading.attributes["id"] for heading in browser.get("/").root.all("h2")]
    order = ["first", "open", "newest", "apps", "trends"]
    assert [each for each in headings if each in order] == order
    assert headings[0] == "first"


def test_before_a_day_is_kept_nothing_offers_to_compare_with_one(browser: Browser) -> None:
    """Runs before those that keep one."""
    changes = section(browser.get("/").root, "changes")
    assert changes.all("a") == []
    assert "none is kept yet" in changes.text


def test_every_number_of_apps_leads_to_as_many_apps(browser: Browser, known: Know) -> None:
    known(make_app("Counted one"))
    known(structs.replace(make_app("Counted bare"), permissions=(), privilege=None, credentials=(), owners=()))
    known(structs.replace(make_app("Counted gone"), deleted=NOW))
    apps = section(browser.get("/").root, "apps")
    cards = [
        (link.attributes["href"], link.one("strong").text) for link in apps.one("ul", **{"class": "counts"}).all("a")
    ]
    rows = [row for shares in apps.all("dl") for row in shares.all("div") if row.all("a")]
    shares = [(row.one("a").attributes["href"], row.one("dd").text) for row in rows]
    assert len(cards) >= 11
    assert len(shares) >= 9
    for address, number in [*cards, *shares]:
        said = browser.get(address).root.one("p", role="status").text
        assert re.match(r"[\d,]+ apps?", said), said
        assert said.split()[0] == number, address


def test_where_nobody_can_tell_the_number_says_so(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Untold"), sign_ins=UNKNOWN))
    cards = section(browser.get("/").root, "apps").one("ul", **{"class": "counts"}).all("a")
    [unused] = [card.text for card in cards if "trait=unused" in card.attributes["href"]]
    assert re.search(r"Unused and [\d,]+ that nobody can tell", unused)


def test_apps_that_nobody_can_score_are_no_safe_ones(browser: Browser, known: Know) -> None:
    known(structs.replace(make_app("Unscored"), permissions=UNKNOWN))
    cards = section(browser.get("/").root, "apps").one("ul", **{"class": "counts"}).all("a")
    [risky] = [card.text for card in cards if "riskFrom=70" in card.attributes["href"]]
    assert re.search(r"Risk 70 and above and [\d,]+ that nobody can tell", risky)


def test_apps_that_can_take_the_tenant_and_risky_ones_are_among_what_to_do_first(browser: Browser, known: Know) -> None:
    ruler = known(full_app("Takes roles"))
    links = {link.attributes["href"]: link.text for link in section(browser.get("/").root, "first").all("a")}
    for address, told in (
        ("/apps?trait=canBecomeGlobalAdministrator", r"([\d,]+) apps? can become Global Administrator"),
        ("/apps?riskFrom=70", r"([\d,]+) apps? of risk 70 and above"),
    ):
        [number] = re.findall(told, links[address])
        shown = browser.get(f"{address}&top=200")
        assert shown.root.one("p", role="status").text.startswith(f"{number} app")
        assert f"/apps/{ruler.app_id}" in [link.attributes["href"] for link in shown.root.all("a")]


def test_alerts_from_before_the_tenant_was_watched_are_counted_apart(
    browser: Browser, built: Build, raise_alert: Raise
) -> None:
    raise_alert(finding(event("after"), policy="raised-after"))
    old = raise_historical(built, finding(event("before"), policy="raised-before"))
    root = browser.get("/").root
    assert re.search(r"of high severity: begin here; and [\d,]+ from before", section(root, "first").text)
    newest = section(root, "newest")
    assert f"/alerts/{old}" not in [link.attributes["href"] for link in newest.all("a")]
    assert "from before the tenant was watched" in newest.text
    assert f"/alerts/{old}" in [link.attributes["href"] for link in browser.get("/alerts").root.all("a")]


def test_while_the_tenant_is_first_read_nobody_is_told_to_connect_one(browser: Browser, built: Build) -> None:
    running = FullRead(number=1, started=NOW, links={}, stage=ReadStage.GRANTS)
    with inventory_stands(built, InventoryState(running=running)):
        page = browser.get("/")
    assert "The tenant is being read for the first time" in section(page.root, "first").text
    for untrue in ("Nothing has been collected yet", "Nothing is urgent"):
        assert untrue not in page.text


def test_before_the_first_read_ends_every_part_that_is_not_there_is_named(browser: Browser, built: Build) -> None:
    running = FullRead(number=1, started=NOW, links={}, stage=ReadStage.GRANTS)
    with inventory_stands(built, InventoryState(running=running)):
        shown = section(browser.get("/").root, "apps").one("details").one("ul")
    missing = {item.text for item in shown.all("li")}
    assert {"delegated permissions: not read yet", "users: not read yet"} <= missing
    assert "service principals: not read yet" not in missing


def test_the_riskiest_and_the_newest_apps_are_named(browser: Browser, known: Know) -> None:
    known(make_app("Brand new", created=NOW + timedelta(minutes=1)))
    root = browser.get("/").root
    risks = [int(cell.text) for cell in section(root, "riskiest").all("td") if cell.attributes["data-name"] == "Risk"]
    assert risks == sorted(risks, reverse=True)
    assert section(root, "newest-apps").one("tbody").all("a")[0].text == "Brand new"


def test_days_become_lines_with_their_words_and_changes_can_be_asked_for(
    browser: Browser, known: Know, built: Build
) -> None:
    asked = known(make_app("Was there"))
    record(built, NOW - timedelta(days=1))
    known(make_app("Came since"))
    known(structs.replace(asked, enabled=False))
    record(built, NOW)
    page = browser.get("/")
    shown = section(page.root, "trends")
    images = shown.all("svg")
    assert len(images) == len(SERIES_NAMES)
    for image, name in zip(images, SERIES_NAMES, strict=True):
        assert image.attributes["aria-label"].startswith(f"{name}: ")
        assert image.one("path").attributes["d"].startswith("M")
    assert len(shown.one("tbody").all("tr")) >= 2
    assert "Came since" not in section(page.root, "changes").text

    [since] = [link for link in page.root.all("a") if link.text == "Since yesterday"]
    told = section(browser.get(f"/{since.attributes['href'].partition('#')[0]}").root, "changes")
    entries = [entry.text for entry in told.all("li")]
    assert "new here Came since" in entries
    assert any(entry.startswith("changed Was there: ") and "enabled yes → no" in entry for entry in entries)


def test_what_attackers_wrote_is_text_among_the_changes(browser: Browser, known: Know, built: Build) -> None:
    record(built, NOW - timedelta(days=5))
    known(make_app("<script>document.title='run'</script>\u202e"))
    page = browser.get("/", since=(NOW - timedelta(days=5)).date().isoformat())
    assert "new here <script>document.title='run'</script>⟨U+202E⟩" in section(page.root, "changes").text
    assert "\u202e" not in page.html
    assert all(script.attributes["src"].startswith("/assets/") for script in page.root.all("script"))


def test_a_day_that_no_list_can_tell_of_is_said_to_be_so(browser: Browser) -> None:
    page = browser.get("/", since="2999-01-01")
    assert page.status == 200
    assert "The list is kept once a day" in section(page.root, "changes").text


def test_what_is_no_day_or_no_cursor_of_ours_is_refused(browser: Browser, built: Build) -> None:
    record(built, NOW)
    assert browser.get("/", since="yesterday").status == 400
    assert browser.get("/", since=NOW.date().isoformat(), cursor="nothing").status == 400


def test_each_part_of_the_inventory_says_how_old_it_is_and_what_would_bring_it(browser: Browser, built: Build) -> None:
    reason = "the tenant has not granted User.Read.All"
    parts: dict[str, PartState] = {
        ReadStage.GRANTS: PartState(last_read=NOW - timedelta(hours=3), objects=4321),
        ReadStage.USERS: PartState(health=SourceHealth.PERMISSION_MISSING, reason=reason),
    }
    with inventory_stands(built, InventoryState(last_complete_read=NOW, parts=parts)):
        rows = section(browser.get("/").root, "coverage").one("tbody").all("tr")
    told = {row.one("th").text: row.text for row in rows}
    assert "4,321" in told["Delegated permissions"]
    assert "3 hours ago" in told["Delegated permissions"]
    assert "permission missing" in told["Users"]
    assert reason in told["Users"]
    assert "not read yet" in told["Sign-in activity of apps"]


def test_a_trend_tells_its_first_last_least_and_most() -> None:
    [apps, *_] = trends([day(0, 120), day(3, 90), day(9, 134)])
    assert (apps.latest, apps.change) == (134, 14)
    assert apps.told == "Apps: 120 on 1 Mar 2026, 134 on 10 Mar 2026, between 90 and 134 in that time"


def test_one_day_is_no_trend_but_a_row() -> None:
    assert trends([day(0, 1)]) == []
    [(shown, values)] = numbers_by_day([day(0, 7, unused=3)])
    assert (shown, dict(zip(SERIES_NAMES, values, strict=True))["Unused"]) == (FIRST, 3)


@given(DAYS, st.data())
def test_a_line_stays_in_its_frame_goes_right_and_is_higher_where_there_is_more(
    numbers: list[int], data: st.DataObject
) -> None:
    values = [data.draw(st.integers(0, 10**6)) for _ in numbers]
    path = line([(FIRST + timedelta(days=number), value) for number, value in zip(numbers, values, strict=True)])
    points = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]
    assert len(points) == len(values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert all(before[0] <= after[0] for before, after in pairwise(points))
    for (value, (_, y)), (later, (_, below)) in pairwise(zip(values, points, strict=True)):
        assert (value - later) * (below - y) >= 0


def test_a_number_that_never_changes_is_a_level_line() -> None:
    assert line([(FIRST, 5), (FIRST + timedelta(days=9), 5)]) == "M3.0 20.0 L237.0 20.0"


def test_a_change_says_what_was_and_what_is() -> None:
    before = AppSummary(app_id="a", risk=40, permissions=("User.Read", "Files.Read"), enabled=None)
    after = AppSummary(app_id="a", risk=72, permissions=("User.Read", "Mail.Read"), enabled=True, consent=Consent.ADMIN)
    change = shown_change(AppChange(before=before, after=after, changed=("risk", "permissions", "enabled", "consent")))
    assert change.kind == "changed"
    assert dict(change.differences) == {
        "Risk": "40 → 72",
        "Permissions": "added Mail.Read; removed Files.Read",
        "Enabled": "not known or not set → yes",
        "Consent": "not known or not set → admin",
    }


def test_of_a_long_list_the_first_that_came_are_named_and_the_others_counted() -> None:
    names = tuple(f"Scope.{number}" for number in range(12))
    change = AppChange(
        before=AppSummary(app_id="a"), after=AppSummary(app_id="a", permissions=names), changed=("permissions",)
    )
    [(_, told)] = shown_change(change).differences
    assert told == "added Scope.0, Scope.1, Scope.2, Scope.3, Scope.4 and 7 more"


def test_an_app_that_went_is_still_named() -> None:
    gone = AppSummary(app_id="a", display_name="Gone")
    change = shown_change(AppChange(before=gone, after=None))
    assert (change.app, change.kind) == (gone, "gone")
