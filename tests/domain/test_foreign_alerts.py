"""How an alert of another product becomes one of ours, and follows it."""

from datetime import timedelta
from itertools import permutations

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import Alert, AlertStatus, Classification, Determination, HistoryEntry
from shared.domain.app_references import AppReference
from shared.domain.events import Event, ForeignAlert, Source
from shared.domain.foreign_alerts import next_foreign_change, series_of
from shared.domain.history import first_broken
from shared.domain.related_alerts import is_same
from shared.domain.severities import Severity
from shared.domain.triage import TriageChanges, triage
from shared.domain.watch import Watch
from tests.domain.findings import START, app

HOUR = timedelta(hours=1)
NOW = START + 48 * HOUR
THEIRS = ForeignAlert(
    id="da1_1",
    title="Unusual mail access",
    severity="high",
    status="new",
    techniques=("T1114", "T1098.001"),
    web_url="https://security.microsoft.com/alerts/da1_1",
    first_activity=START - HOUR,
    last_activity=START,
)
RESOLVED = replace(THEIRS, status="resolved", classification="truePositive", determination="compromisedUser")
DEFENDER = "Microsoft Defender"


def version(hours: float = 1, foreign: ForeignAlert = THEIRS, of: AppReference | None = None) -> Event:
    time = START + hours * HOUR
    return Event(
        id=f"{foreign.id}@{hours}",
        source=Source.DEFENDER_ALERTS,
        activity=Activity.DEFENDER_ALERT,
        operation=foreign.title or "alert",
        time=time,
        app=of or app(),
        foreign_alert=replace(foreign, updated=time),
    )


def change(
    series: Series, event: Event, related: Alert | None = None, watch: Watch | None = None
) -> AlertChange | None:
    return next_foreign_change(series, event, related, lambda _: ["channel"], NOW, watch)


class Stored:
    """A series as its store would hold it after each commit."""

    def __init__(self, *versions: Event, watch: Watch | None = None) -> None:
        self.series = Series()
        self.history: list[HistoryEntry] = []
        self.told: list[str] = []
        self.watch = watch
        self.take(*versions)

    @property
    def alert(self) -> Alert:
        assert self.series.alert is not None
        return self.series.alert

    def take(self, *versions: Event) -> None:
        for event in versions:
            made = change(self.series, event, watch=self.watch)
            if made is not None:
                self._commit(made)

    def by_person(self, changes: TriageChanges) -> None:
        done = triage(self.alert, changes, "Ada", NOW)
        self.series = replace(self.series, alert=done.alert)

    def verdict(self) -> tuple[AlertStatus, Classification, Determination]:
        return self.alert.status, self.alert.classification, self.alert.determination

    def _commit(self, made: AlertChange) -> None:
        held = dict(self.series.evidence) | {item.event_id: item.material for item in made.evidence}
        self.history.extend(made.history)
        self.told.extend(delivery.reason for delivery in made.deliveries)
        self.series = Series(version="v", alert=made.alert, evidence=held, last_history=self.history[-1])


def test_a_new_alert_of_theirs_is_one_of_ours_and_is_told() -> None:
    stored = Stored(version())
    alert = stored.alert
    assert (alert.policy_id, alert.fingerprint) == ("defender-alert", series_of(THEIRS))
    assert (alert.title, alert.severity, alert.status) == ("Unusual mail access", Severity.HIGH, AlertStatus.NEW)
    assert (alert.provider_alert_id, alert.provider_alert_url) == ("da1_1", THEIRS.web_url)
    assert (alert.first_activity_date_time, alert.last_activity_date_time) == (START - HOUR, START)
    assert (alert.app.app_id, alert.related_alert_id) == ("app-1", None)
    assert [(entry.actor, entry.action) for entry in stored.history] == [(DEFENDER, "created")]
    assert stored.told == ["created"]


@pytest.mark.parametrize("severity", ["unknown", "unknownFutureValue", None])
def test_a_severity_that_is_not_ours_is_medium(severity: str | None) -> None:
    assert Stored(version(1, replace(THEIRS, severity=severity))).alert.severity is Severity.MEDIUM


def test_a_later_version_changes_ours_with_an_entry_and_is_told_to_nobody() -> None:
    stored = Stored(version(1), version(2, replace(THEIRS, severity="low", title="Mail access")))
    assert (stored.alert.title, stored.alert.severity, stored.alert.evidence_count) == ("Mail access", Severity.LOW, 2)
    assert [edit.property for edit in stored.history[-1].edits] == ["title", "severity"]
    assert stored.told == ["created"]
    assert first_broken(stored.history) is None


@pytest.mark.parametrize("hours", [1, 2, 3])
def test_a_version_that_is_not_newer_changes_nothing(hours: float) -> None:
    stored = Stored(version(3))
    assert change(stored.series, version(hours, RESOLVED)) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_versions_arrive_ours_says_what_the_newest_says(order: tuple[int, ...]) -> None:
    versions = (version(1), version(2, RESOLVED), version(3, replace(THEIRS, severity="low")))
    alert = Stored(*(versions[number] for number in order)).alert
    assert (alert.status, alert.classification, alert.severity) == (
        AlertStatus.NEW,
        Classification.UNKNOWN,
        Severity.LOW,
    )


def test_ours_is_resolved_with_theirs_and_has_its_verdict() -> None:
    stored = Stored(version(1), version(2, replace(RESOLVED, determination="maliciousUserActivity")))
    expected = (AlertStatus.RESOLVED, Classification.TRUE_POSITIVE, Determination.MALICIOUS_USER_ACTIVITY)
    assert stored.verdict() == expected
    assert stored.alert.resolved_date_time == NOW
    assert stored.history[-1].actor == DEFENDER


def test_a_determination_that_is_not_ours_or_does_not_fit_is_unknown() -> None:
    odd = Stored(version(1), version(2, RESOLVED))
    unfit = Stored(version(1), version(2, replace(RESOLVED, determination="notMalicious")))
    assert odd.alert.determination is unfit.alert.determination is Determination.UNKNOWN
    assert odd.alert.classification is Classification.TRUE_POSITIVE


def test_a_verdict_that_theirs_gets_after_it_was_resolved_is_ours_too() -> None:
    plain = replace(RESOLVED, classification=None, determination=None)
    stored = Stored(version(1), version(2, plain), version(3, replace(plain, classification="falsePositive")))
    assert stored.alert.classification is Classification.FALSE_POSITIVE


@pytest.mark.parametrize(
    "touch",
    [
        TriageChanges(status=AlertStatus.IN_PROGRESS),
        TriageChanges(classification=Classification.INFORMATIONAL_EXPECTED_ACTIVITY),
        TriageChanges(status=AlertStatus.RESOLVED, classification=Classification.FALSE_POSITIVE),
    ],
)
def test_what_a_person_decided_here_stays_when_theirs_is_resolved(touch: TriageChanges) -> None:
    stored = Stored(version(1))
    stored.by_person(touch)
    decided = stored.verdict()
    stored.take(version(2, RESOLVED))
    assert stored.verdict() == decided


def test_ours_reopens_when_theirs_does_and_is_told_again() -> None:
    stored = Stored(version(1), version(2, RESOLVED), version(3))
    assert stored.verdict() == (AlertStatus.NEW, Classification.UNKNOWN, Determination.UNKNOWN)
    assert stored.alert.resolved_date_time is None
    assert stored.told == ["created", "reopened"]


def test_ours_reopens_with_theirs_also_where_a_person_resolved_it() -> None:
    stored = Stored(version(1))
    stored.by_person(TriageChanges(status=AlertStatus.RESOLVED, classification=Classification.FALSE_POSITIVE))
    stored.take(version(2, RESOLVED))
    assert stored.alert.classification is Classification.FALSE_POSITIVE
    stored.take(version(3))
    assert stored.alert.status is AlertStatus.NEW


def test_what_was_resolved_when_it_was_first_read_is_told_to_nobody() -> None:
    stored = Stored(version(1, RESOLVED))
    assert (stored.alert.status, stored.told) == (AlertStatus.RESOLVED, [])


def test_what_is_from_before_the_watch_is_historical_until_it_changes() -> None:
    stored = Stored(version(1), watch=Watch(started=START + 2 * HOUR))
    assert (stored.alert.historical, stored.told) == (True, [])
    stored.take(version(3))
    assert (stored.alert.historical, stored.told) == (False, ["becameCurrent"])


def test_an_app_that_theirs_names_later_is_ours_in_the_same_incident() -> None:
    stored = Stored(version(1, of=AppReference()))
    incident = stored.alert.incident_id
    stored.take(version(2))
    assert (stored.alert.app.app_id, stored.alert.incident_id) == ("app-1", incident)


def ours(hours: float) -> Alert:
    alert = replace(Stored(version()).alert, policy_id="credential-added", provider_state=None)
    activity = START + hours * HOUR
    return replace(alert, first_activity_date_time=activity, last_activity_date_time=activity)


@pytest.mark.parametrize("hours", [-25, -1, 0, 24])
@pytest.mark.parametrize("attack", [["T1098"], ["T1098.003"], ["T1566", "T1114.002"]])
def test_an_alert_of_ours_of_the_same_day_and_technique_tells_of_the_same(hours: float, attack: list[str]) -> None:
    assert is_same(ours(hours), attack, version())


@pytest.mark.parametrize(
    ("alert", "attack"),
    [
        (ours(0), ["T1566"]),
        (ours(0), []),
        (ours(-25.1), ["T1098"]),
        (ours(24.1), ["T1098"]),
        (replace(ours(0), status=AlertStatus.RESOLVED), ["T1098"]),
        (replace(ours(0), policy_id="defender-alert"), ["T1098"]),
        (replace(ours(0), first_activity_date_time=None), ["T1098"]),
    ],
)
def test_an_alert_of_ours_of_something_else_does_not(alert: Alert, attack: list[str]) -> None:
    assert not is_same(alert, attack, version())


def test_a_related_alert_is_told_to_nobody_not_even_when_it_reopens() -> None:
    first = ours(0)
    made = change(Series(), version(), related=first)
    assert made is not None
    assert (made.alert.related_alert_id, made.deliveries) == (first.id, ())
    later = change(Series(version="v", alert=made.alert, last_history=made.history[-1]), version(2, RESOLVED))
    assert later is not None
    again = change(Series(version="v", alert=later.alert, last_history=later.history[-1]), version(3))
    assert again is not None
    assert (again.history[-1].action, again.deliveries) == ("reopened", ())
