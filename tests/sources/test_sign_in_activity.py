"""The reports of sign-in activity, as Graph writes them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.apps import App, Credential, SignIns
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.usage_reads import UsageReport
from shared.sources.sign_in_activity import AppUse, uses_in, with_use, without_use

APP = "6f0b1c2d-0000-4000-8000-000000000001"
KEY = "0f6e2b51-0000-4000-8000-000000000009"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
SIGN_INS, CREDENTIALS = UsageReport.SERVICE_PRINCIPAL_SIGN_INS, UsageReport.CREDENTIAL_SIGN_INS

times = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the strategy adds the zone


def activity(time: str | None) -> dict[str, object]:
    return {"lastSignInDateTime": time, "lastSignInRequestId": None}


def sign_in_row(**activities: object) -> dict[str, object]:
    return {"id": "x", "appId": APP, **activities}


def credential_row(time: str | None, key_id: object = KEY) -> dict[str, object]:
    return {"keyId": key_id, "appId": APP, "keyType": "clientSecret", "signInActivity": activity(time)}


def test_each_way_to_sign_in_has_its_time() -> None:
    row = sign_in_row(
        delegatedClientSignInActivity=activity("2026-03-01T00:00:00Z"),
        applicationAuthenticationClientSignInActivity=activity("2026-03-02T00:00:00Z"),
        delegatedResourceSignInActivity=None,
        applicationAuthenticationResourceSignInActivity=activity("0001-01-01T00:00:00Z"),
        lastSignInActivity=activity("2026-03-02T00:00:00.1234567Z"),
    )
    read = uses_in(SIGN_INS, [row])
    assert (read.unread, read.nameless) == (frozenset(), 0)
    assert read.uses[APP].sign_ins == SignIns(
        delegated_client=datetime(2026, 3, 1, tzinfo=UTC),
        application_client=datetime(2026, 3, 2, tzinfo=UTC),
        last=datetime(2026, 3, 2, 0, 0, 0, 123456, tzinfo=UTC),
    )


def test_ids_are_one_whatever_their_case() -> None:
    read = uses_in(CREDENTIALS, [{**credential_row("2026-03-01T00:00:00Z", KEY.upper()), "appId": APP.upper()}])
    app = with_use(App(app_id=APP, credentials=(Credential(key_id=KEY.upper()),)), read.uses[APP])
    assert app.credentials == (Credential(key_id=KEY.upper(), last_used=datetime(2026, 3, 1, tzinfo=UTC)),)


def test_of_several_rows_the_latest_counts() -> None:
    rows = [credential_row(time) for time in ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", None)]
    uses = uses_in(CREDENTIALS, rows).uses
    assert uses[APP].credentials == {KEY: datetime(2026, 3, 2, tzinfo=UTC)}


def test_rows_that_cannot_be_read_are_counted_and_hide_no_other() -> None:
    rows: list[dict[str, object]] = [
        {"keyId": KEY},
        credential_row("yesterday"),
        credential_row("2026-03-01T00:00:00Z", None),
        {**credential_row(None), "signInActivity": "never"},
        credential_row("2026-03-01T00:00:00Z"),
    ]
    read = uses_in(CREDENTIALS, rows)
    assert (read.unread, read.nameless) == (frozenset({APP}), 1)
    assert read.uses.keys() == {APP}


@pytest.mark.parametrize(
    "told",
    [
        {"lastNonInteractiveSignInDateTime": "2026-03-02T00:00:00Z"},
        {"lastSuccessfulSignInDateTime": "2026-03-02T00:00:00Z", "lastSignInDateTime": None},
        {
            "lastSignInDateTime": "2026-03-01T00:00:00Z",
            "lastNonInteractiveSignInDateTime": "2026-03-02T00:00:00Z",
            "lastSuccessfulSignInDateTime": "0001-01-01T00:00:00Z",
        },
    ],
)
def test_of_all_times_of_an_activity_the_latest_counts(told: dict[str, object]) -> None:
    uses = uses_in(SIGN_INS, [sign_in_row(lastSignInActivity=told)]).uses
    assert uses[APP].sign_ins == SignIns(last=datetime(2026, 3, 2, tzinfo=UTC))


@given(st.lists(st.tuples(times | st.none(), times | st.none())))
def test_no_date_ever_moves_back(seen: list[tuple[datetime | None, datetime | None]]) -> None:
    app = App(app_id=APP, credentials=(Credential(key_id=KEY),))
    for used, last in seen:
        app = with_use(app, AppUse(SignIns(last=last), {KEY: used} if used else {}))
    assert isinstance(app.credentials, tuple)
    known = [used for used, _ in seen if used]
    assert app.credentials[0].last_used == (max(known) if known else UNKNOWN)
    if seen:
        assert app.sign_ins == SignIns(last=max((last for _, last in seen if last), default=None))


def test_credentials_that_nobody_read_stay_unknown() -> None:
    assert with_use(App(app_id=APP), AppUse(None, {KEY: NOW})) == App(app_id=APP)


def test_an_app_that_a_complete_report_does_not_name_has_not_signed_in() -> None:
    app = App(app_id=APP, first_seen=NOW - DAY, credentials=(Credential(key_id=KEY),))
    assert without_use(app, SIGN_INS, NOW).sign_ins is None
    assert without_use(app, SIGN_INS, NOW).credentials == app.credentials, "that is for the other report to tell"
    named = App(app_id=APP, first_seen=NOW - DAY, sign_ins=SignIns(last=NOW), use_read=NOW - DAY)
    assert without_use(named, SIGN_INS, NOW) == named


def test_a_credential_that_a_complete_report_does_not_name_was_not_used() -> None:
    used, unused = Credential(key_id="k1", last_used=NOW), Credential(key_id="k2", start=NOW - DAY)
    app = without_use(App(app_id=APP, credentials=(used, unused)), CREDENTIALS, NOW)
    assert isinstance(app.credentials, tuple)
    assert [each.last_used for each in app.credentials] == [NOW, None]
    assert app.sign_ins is UNKNOWN


def test_a_report_says_nothing_of_what_came_after_it() -> None:
    app = App(app_id=APP, first_seen=NOW, credentials=(Credential(key_id=KEY, start=NOW),))
    assert without_use(app, SIGN_INS, NOW) == app
    assert without_use(app, CREDENTIALS, NOW) == replace(app, credential_use_read=NOW)


def test_no_report_tells_of_federated_credentials() -> None:
    app = App(app_id=APP, credentials=(Credential(key_id="f1", kind=CredentialKind.FEDERATED),))
    assert without_use(app, CREDENTIALS, NOW).credentials == app.credentials


@pytest.mark.parametrize(("days", "is_noted"), [(0, False), (7, False), (7.01, True), (30, True)])
def test_when_a_report_was_read_is_noted_once_a_week(days: float, is_noted: bool) -> None:
    before = App(app_id=APP, first_seen=NOW - 99 * DAY, sign_ins=None, use_read=NOW, credential_use_read=NOW)
    read = NOW + days * DAY
    assert without_use(before, SIGN_INS, read).use_read == (read if is_noted else NOW)
    assert without_use(before, CREDENTIALS, read).credential_use_read == (read if is_noted else NOW)
