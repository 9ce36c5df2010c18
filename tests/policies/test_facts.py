"""The vocabulary against the structs it reads."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct, structs

from shared.domain.activities import Activity
from shared.domain.app_activity import ServiceActivity
from shared.domain.app_references import AppReference
from shared.domain.app_traits import Trait
from shared.domain.apps import App, Credential, DirectoryRole, Owner, Permission, PermissionKind, SignIns
from shared.domain.escalation import own_targets
from shared.domain.events import (
    Actor,
    ActorKind,
    Event,
    EventCredential,
    PropertyChange,
    Resource,
    Service,
    Source,
)
from shared.domain.judge_traits import traits_of
from shared.domain.known import UNKNOWN
from shared.domain.privileges import Privilege
from shared.domain.risk import risk_of
from shared.policies.facts import VOCABULARY, key_of_app
from shared.policies.interpreter import Subject, read
from shared.policies.operators import operators_of
from shared.policies.vocabulary import Fact, Root

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOTS = {Root.APP: App, Root.EVENT: Event}
EVENT = Event(id="e", source=Source.SIGN_INS, activity=Activity.SIGN_IN, operation="x")


def may_be_unset(fact: Fact) -> bool:
    """Whether some field on the way to the fact is unset by default."""
    kind: type = ROOTS[fact.root]
    for name in fact.path:
        field = next(field for field in structs.fields(kind) if field.name == name)
        if field.default is UNKNOWN:
            return True
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            kind = field.type
    return False


@pytest.mark.parametrize("fact", VOCABULARY.facts.values(), ids=lambda fact: fact.name)
def test_a_fact_that_may_be_unset_is_declared_so(fact: Fact) -> None:
    if fact.derive is None:
        assert fact.may_be_unknown is may_be_unset(fact)


@pytest.mark.parametrize("fact", VOCABULARY.facts.values(), ids=lambda fact: fact.name)
def test_every_fact_can_be_read_from_bare_documents(fact: Fact) -> None:
    value = read(fact, Subject(EVENT, App(app_id="a"), NOW))
    assert fact.may_be_unknown or value is not UNKNOWN
    assert fact.description.endswith((".", "..."))
    assert operators_of(fact)


ELEMENTS = [Permission(name="Mail.Read", kind=PermissionKind.DELEGATED, privilege=Privilege.HIGH), Credential()]
ELEMENTS_OF = {
    "app.permissions": ELEMENTS[0],
    "app.credentials": ELEMENTS[1],
    "app.owners": Owner(id="o"),
    "app.services": ServiceActivity(service=Service.EXCHANGE),
    "event.credentials.added": EventCredential(),
    "event.credentials.removed": EventCredential(),
    "event.changes": PropertyChange(name="AppAddress"),
}


def test_every_fact_of_an_element_can_be_read() -> None:
    for name, fact in VOCABULARY.facts.items():
        if fact.element is not None:
            element = ELEMENTS_OF.get(name, "one text")
            for own in fact.element.facts.values():
                value = read(own, Subject(None, None, NOW, element))
                assert own.may_be_unknown or value is not UNKNOWN


def ask(name: str, event: Event) -> object:
    return read(VOCABULARY.facts[name], Subject(event, None, NOW))


def test_the_app_acts_on_itself_only_where_ids_say_so() -> None:
    def event(kind: ActorKind, acting: AppReference | None, target: AppReference) -> Event:
        return structs.replace(EVENT, actor=Actor(kind=kind, app=acting), app=target)

    a, b = AppReference(app_id="a", display_name="Same"), AppReference(app_id="b", display_name="Same")
    by_object = AppReference(service_principal_id="s")
    assert ask("event.actorIsTarget", event(ActorKind.APP, a, a)) is True
    assert ask("event.actorIsTarget", event(ActorKind.APP, a, b)) is False
    assert ask("event.actorIsTarget", event(ActorKind.APP, by_object, by_object)) is True
    assert ask("event.actorIsTarget", event(ActorKind.APP, by_object, a)) is UNKNOWN
    assert ask("event.actorIsTarget", event(ActorKind.USER, None, a)) is False
    assert ask("event.actorIsTarget", event(ActorKind.UNKNOWN, None, a)) is UNKNOWN


def test_an_unresolved_id_is_unknown_and_a_missing_one_null() -> None:
    unresolved = structs.replace(
        EVENT, app=AppReference(service_principal_id="s"), resource=Resource(service_principal_id="r")
    )
    assert ask("event.app.appId", unresolved) is UNKNOWN
    assert ask("event.resourceAppId", unresolved) is UNKNOWN
    assert ask("event.app.appId", EVENT) is None
    assert ask("event.resourceAppId", EVENT) is None


def test_the_key_of_an_app_never_merges_by_accident() -> None:
    assert key_of_app(EVENT, None) == "event:e"
    assert key_of_app(None, App(app_id="a")) == "a"
    assert key_of_app(None, None) is None


DAY = timedelta(days=1)
READER = App(
    app_id="a",
    created=NOW - 400 * DAY,
    permissions=(
        Permission(name="Mail.Read", kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH, granted=NOW - 99 * DAY),
    ),
    directory_roles=(DirectoryRole(template_id="t", name="Security Reader"), DirectoryRole(template_id="u")),
    sign_ins=SignIns(last=NOW - 100 * DAY),
    use_read=NOW,
)


def of_app(name: str, app: App) -> object:
    return read(VOCABULARY.facts[name], Subject(None, app, NOW))


def test_the_risk_of_an_app_is_its_score_and_unknown_while_its_permissions_are() -> None:
    assert of_app("app.risk", READER) == risk_of(READER, NOW, own_targets(READER)).score
    assert of_app("app.risk", App(app_id="a")) is UNKNOWN


def test_the_traits_of_an_app_are_those_that_hold_and_the_open_ones_stand_apart() -> None:
    judged = traits_of(READER, NOW, own_targets(READER))
    assert of_app("app.traits", READER) == tuple(trait for trait in Trait if judged[trait] is True)
    assert of_app("app.openTraits", READER) == tuple(trait for trait in Trait if judged[trait] is UNKNOWN)
    assert Trait.UNUSED in VOCABULARY.facts["app.traits"].choices


def test_an_app_is_unused_since_its_last_sign_in_or_since_it_was_created() -> None:
    assert of_app("app.lastUsed", READER) == NOW - 100 * DAY
    assert of_app("app.unusedFor", READER) == 100 * DAY
    never = structs.replace(READER, sign_ins=None)
    assert of_app("app.lastUsed", never) is None
    assert of_app("app.unusedFor", never) == 400 * DAY
    unread = structs.replace(READER, sign_ins=UNKNOWN)
    assert of_app("app.lastUsed", unread) is UNKNOWN
    assert of_app("app.unusedFor", unread) is UNKNOWN
    outdated = structs.replace(READER, use_read=NOW - 10 * DAY)
    assert of_app("app.lastUsed", outdated) == NOW - 100 * DAY
    assert of_app("app.unusedFor", outdated) is UNKNOWN


def test_a_directory_role_without_a_name_goes_by_its_template() -> None:
    assert of_app("app.directoryRoles", READER) == ("Security Reader", "u")
    assert of_app("app.directoryRoles", structs.replace(READER, directory_roles=())) == ()
    assert of_app("app.directoryRoles", App(app_id="a")) is UNKNOWN
