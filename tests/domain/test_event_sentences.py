"""What an event is said to be: who did what to which app, in every activity, with the record's names kept apart."""

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.event_sentences import Quoted, plain_sentence, sentence_parts
from shared.domain.events import Actor, CredentialKind, Event, EventCredential, PermissionChange, Resource
from tests.domain.findings import app, event

CONSENT = replace(
    event("1"),
    activity=Activity.CONSENT_GRANTED,
    actor=Actor(name="ada@contoso.example"),
    scopes=PermissionChange(before=("User.Read",), after=("User.Read", "Mail.Read")),
    consent_type="AllPrincipals",
)


def test_a_consent_tells_who_which_app_and_which_permissions() -> None:
    assert plain_sentence(CONSENT) == (
        "ada@contoso.example consented to Payroll Sync: added Mail.Read, for the whole tenant"
    )


def test_a_credential_is_told_with_its_kind_and_name() -> None:
    keys = tuple(EventCredential(key_id=key, kind=CredentialKind.SECRET, display_name=key) for key in ("one", "two"))
    assert plain_sentence(replace(event("1"), credentials_added=keys)) == (
        "lee added a secret (one), a secret (two) to Payroll Sync"
    )


def test_a_failure_is_told() -> None:
    assert plain_sentence(replace(CONSENT, succeeded=False)).endswith(": it failed")


def test_many_permissions_are_counted() -> None:
    names = tuple(f"Scope.{number}" for number in range(20))
    assert plain_sentence(replace(CONSENT, scopes=PermissionChange(after=names))).endswith(
        ", Scope.7 and 12 more, for the whole tenant"
    )


def test_what_the_record_names_is_quoted_and_nothing_else_is() -> None:
    quoted = [part for part in sentence_parts(CONSENT) if isinstance(part, Quoted)]
    assert quoted == ["ada@contoso.example", "Payroll Sync", "Mail.Read"]


def test_a_blank_name_is_said_to_be_so() -> None:
    assert "(blank name)" in plain_sentence(event("1", of=app(name="\u3164")))


@pytest.mark.parametrize("activity", Activity)
def test_every_activity_has_a_sentence_even_of_a_record_that_names_nothing(activity: Activity) -> None:
    empty = Event(id="1", source=CONSENT.source, activity=activity, operation="Update policy")
    said = plain_sentence(empty)
    assert said
    assert "{" not in said
    assert "None" not in said


def test_a_sentence_is_bounded_however_long_the_names() -> None:
    long = "x" * 10_000
    flooded = replace(
        CONSENT,
        activity=Activity.GRANT_ADDED,
        actor=Actor(name=long),
        app=app(name=long),
        resource=Resource(display_name=long),
        scopes=PermissionChange(before=(long,) * 50, after=tuple(f"{number}{long}" for number in range(50))),
    )
    assert len(plain_sentence(flooded)) < 2000


def test_one_item_is_not_several() -> None:
    assert plain_sentence(replace(event("1"), item_count=1)).endswith(", 1 item")
    assert plain_sentence(replace(event("1"), item_count=1200)).endswith(", 1,200 items")
