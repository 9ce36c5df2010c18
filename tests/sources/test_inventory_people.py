"""Who consented to an app, by id and by name."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.apps import MOST_CONSENTING_USERS
from shared.domain.people import Person
from shared.sources.inventory_people import consenting_users

ADA = Person(id="id-ada", user_principal_name="Ada@Contoso.example", priority=True)
BOB = Person(id="id-bob", user_principal_name="bob@contoso.example")
KIM = Person(id="id-kim", guest=True)
PEOPLE = {person.id: person for person in (ADA, BOB, KIM)}


def test_marked_users_are_told_by_name_as_well_in_lower_case() -> None:
    assert consenting_users(["ID-ADA", "id-kim"], PEOPLE) == ("ada@contoso.example", "id-ada", "id-kim")


def test_a_user_without_a_mark_is_told_by_id_whether_the_name_is_known_or_not() -> None:
    assert consenting_users(["id-bob"], PEOPLE) == consenting_users(["id-bob"], {}) == ("id-bob",)


@settings(max_examples=10)  # each takes hundreds of draws
@given(st.sets(st.from_regex(r"[a-f0-9]{4}", fullmatch=True), min_size=MOST_CONSENTING_USERS + 1, max_size=300))
def test_of_too_many_users_the_marked_ones_stay(user_ids: set[str]) -> None:
    marked = {each: Person(id=each, roles=("Global Reader",)) for each in sorted(user_ids)[-5:]}
    found = consenting_users(user_ids, marked)
    assert len(found) == MOST_CONSENTING_USERS
    assert marked.keys() <= set(found) <= user_ids
    assert list(found) == sorted(found)
