"""What an app did, counted from events."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.app_use import MOST_OPERATIONS, MOST_REQUESTS, MOST_TALLIED, OTHER_CALLS, AppUse, Calls, ServiceUse
from shared.domain.app_use import together as all_together
from shared.domain.events import Actor, ActorKind, Client, Event, Resource, Service, Source, Target
from shared.domain.usage_counting import UsageCounter, site_of

APP = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(number: int = 1, activity: Activity = Activity.MAIL_ACCESSED, app_id: str | None = APP) -> Event:
    return Event(
        id=f"{number}",
        source=Source.UNIFIED_AUDIT_LOG,
        activity=activity,
        operation="MailItemsAccessed",
        time=NOON + timedelta(minutes=number),
        app=AppReference(app_id=app_id),
    )


def call(number: int, path: str = "/users/{id}/messages", *, succeeded: bool = True) -> Event:
    return replace(event(number, Activity.GRAPH_CALLED), method="GET", path=path, succeeded=succeeded, byte_count=100)


def sign_in(country: str, *, succeeded: bool = True) -> Event:
    return replace(
        event(activity=Activity.SIGN_IN),
        succeeded=succeeded,
        client=Client(country=country, asn=64500, ip_address="192.0.2.7", user_agent="sync/1"),
        credential_key_id="key",
        resource=Resource(app_id=OTHER),
    )


def counted(*events: Event) -> AppUse:
    counter = UsageCounter()
    for each in events:
        counter.add(each)
    return counter.uses()[APP]


EVENTS = st.lists(
    st.builds(
        lambda number, activity, count, country: replace(
            event(number, activity),
            item_count=count,
            mailbox=f"box {number % 5}",
            client=Client(country=country),
            method="GET",
            path=f"/path/{number % 3}",
            succeeded=number % 4 > 0,
        ),
        st.integers(0, 47 * 60),
        st.sampled_from([Activity.MAIL_ACCESSED, Activity.FILE_DOWNLOADED, Activity.GRAPH_CALLED, Activity.SIGN_IN]),
        st.integers(1, 5),
        st.sampled_from(["SE", "NO", None]),
    ),
    min_size=1,
    max_size=30,
)


@given(EVENTS, st.data())
def test_hours_add_up_to_what_all_events_at_once_are(events: list[Event], data: st.DataObject) -> None:
    parts: dict[int, list[Event]] = {}
    for each in data.draw(st.permutations(events)):
        parts.setdefault(data.draw(st.integers(0, 3)), []).append(each)
    uses = [counted(*part) for part in parts.values()]
    whole = all_together(uses)
    assert whole == all_together(reversed(uses)) == all_together([all_together(uses[:2]), *uses[2:]])
    assert whole == all_together([counted(*events)])


@given(EVENTS)
def test_events_counted_again_give_the_same_in_any_order(events: list[Event]) -> None:
    assert counted(*events) == counted(*events)
    assert all_together([counted(*events)]) == all_together([counted(*reversed(events))])


def test_mail_that_was_read_counts_items_mailboxes_and_users() -> None:
    use = counted(
        replace(event(1), item_count=3, mailbox="a", byte_count=40, actor=Actor(kind=ActorKind.USER, name="ada")),
        replace(event(2), item_count=2, mailbox="b"),
        replace(event(3), item_count=None, mailbox="b", access_type="Sync"),
        replace(event(4), item_count=9, mailbox="c", succeeded=False),
    )
    assert use.services == {Service.EXCHANGE: ServiceUse(events=3, items_read=5, bytes_read=40, unsized=1)}
    assert (use.events, use.errors, use.mailboxes.values, use.named_users.values) == (4, 1, ("a", "b"), ("ada",))
    assert use.calls == {"exchange MailItemsAccessed": Calls(count=4, errors=1)}
    assert (use.first, use.last, use.hours) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=4), (12,))


def test_what_is_sent_and_changed_is_told_apart_from_what_is_read() -> None:
    use = counted(event(1, Activity.MAIL_SENT), event(2, Activity.MAIL_DELETED), event(3, Activity.TEAMS_MESSAGE_SENT))
    assert use.services[Service.EXCHANGE] == ServiceUse(events=2, items_sent=1, items_changed=1)
    assert use.services[Service.TEAMS] == ServiceUse(events=1, items_sent=1)


def test_files_count_with_their_sites() -> None:
    address = "https://contoso.example/sites/Finance/Shared/pay.xlsx"
    file = replace(event(1, Activity.FILE_DOWNLOADED), target=Target(kind="file", id=address, name="pay.xlsx"))
    use = counted(file, replace(file, id="2"))
    assert (use.files.count, use.sites.values) == (1, ("contoso.example/sites/finance",))
    assert site_of("https://contoso.example/a/b") == "contoso.example"
    assert site_of("pay.xlsx") is None


def test_a_call_of_graph_counts_its_bytes_and_no_items() -> None:
    use = counted(call(1), call(2), call(3, succeeded=False))
    assert use.calls == {"GET /users/{id}/messages": Calls(count=3, errors=1)}
    assert [(one.items_read, one.bytes_read) for one in use.services.values()] == [(0, 200)]


def test_a_request_is_kept_with_its_last_success_and_the_kind_of_permission() -> None:
    delegated = replace(call(2), actor=Actor(kind=ActorKind.USER, id="ada"))
    use = counted(call(1), call(5), call(9, succeeded=False), delegated)
    assert use.requests == {
        "GET /users/{id}/messages application": NOON + timedelta(minutes=5),
        "GET /users/{id}/messages delegated": NOON + timedelta(minutes=2),
    }


def test_a_sign_in_tells_where_from_and_by_which_credential_but_is_no_call() -> None:
    use = counted(sign_in("SE"))
    assert (use.sign_ins, use.calls, use.services) == (1, {}, {})
    assert use.countries.counts == {"SE": 1}
    assert use.networks.counts == {"64500": 1}
    assert use.credentials.counts == {"key": 1}
    assert use.resources.counts == {OTHER: 1}
    assert (use.ip_addresses.counts, use.user_agents.counts) == ({"192.0.2.7": 1}, {"sync/1": 1})


def test_a_refused_sign_in_makes_no_place_usual() -> None:
    use = counted(sign_in("SE"), sign_in("KP", succeeded=False))
    assert (use.sign_ins, use.errors, use.countries.counts) == (2, 1, {"SE": 1})


def test_what_is_done_to_an_app_is_not_its_use_but_that_of_the_app_that_did_it() -> None:
    done = replace(
        event(1, Activity.CREDENTIAL_ADDED, OTHER),
        actor=Actor(kind=ActorKind.APP, app=AppReference(app_id=APP)),
    )
    by_person = replace(done, actor=Actor(kind=ActorKind.USER, id="ada"))
    counter = UsageCounter()
    for each in (done, by_person, event(3, Activity.DEFENDER_ALERT), event(2, app_id=None)):
        counter.add(each)
    assert {app_id: use.events for app_id, use in counter.uses().items()} == {APP: 1}


def test_a_hostile_app_fills_no_more_than_the_bounds() -> None:
    events = [
        replace(
            call(number % 3_000, f"/odd/{number}"),
            id=f"{number}",
            mailbox="x" * 9_000 + str(number),
            client=Client(user_agent=f"agent {number}", ip_address="9" * 999),
        )
        for number in range(3_000)
    ]
    use = counted(*events)
    assert len(use.calls) == MOST_OPERATIONS + 1
    assert use.calls[OTHER_CALLS].count == 3_000 - MOST_OPERATIONS
    assert len(use.requests) == MOST_REQUESTS
    assert (len(use.user_agents.counts), use.user_agents.is_complete) == (MOST_TALLIED, False)
    assert (use.ip_addresses.counts, use.ip_addresses.others) == ({}, 3_000)
    assert 2_300 < use.mailboxes.count < 3_700


def test_a_record_that_tells_of_no_items_counts_none_and_one_that_tells_no_number_counts_one() -> None:
    none, untold = replace(event(), item_count=0), event()
    assert counted(none).services[Service.EXCHANGE].items_read == 0
    assert counted(none, untold).services[Service.EXCHANGE].items_read == 1


def test_an_app_known_by_an_object_id_only_is_told_to_be_missing() -> None:
    def misses(app: AppReference) -> bool:
        counter = UsageCounter()
        counter.add(replace(event(), app=app))
        return counter.has_unknown

    assert [misses(AppReference()), misses(AppReference(app_id=APP, service_principal_id=OTHER))] == [False, False]
    assert misses(AppReference(service_principal_id=OTHER))


def test_users_by_id_and_users_by_name_are_kept_apart() -> None:
    called = replace(call(1), actor=Actor(kind=ActorKind.USER, id=OTHER))
    read = replace(event(2), actor=Actor(kind=ActorKind.USER, name="Ada@contoso.example"))
    use = counted(called, read)
    assert (use.users.values, use.named_users.values) == ((OTHER,), ("ada@contoso.example",))
