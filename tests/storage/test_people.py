"""People: all of them by id, and the marked ones at hand."""

import pytest

from shared.domain.people import Person
from shared.storage.connection import StorageConnection
from shared.storage.people import TablePeople

ADA, BOB, KIM = (f"{letter}0000000-0000-4000-8000-00000000000{letter}" for letter in "abc")


@pytest.fixture
def people(connection: StorageConnection) -> TablePeople:
    return TablePeople(connection)


async def test_before_any_read_nobody_is_known(people: TablePeople) -> None:
    assert (await people.marked(), await people.get([ADA])) == ({}, {})


async def test_everyone_is_found_and_only_the_marked_are_marked(people: TablePeople) -> None:
    known = [
        Person(id=ADA, name="Ada", roles=("Global Administrator",)),
        Person(id=BOB, name="Bob", guest=False, enabled=True),
        Person(id=KIM, enabled=False),
    ]
    await people.save(known, 1)
    assert await people.get([ADA, BOB, KIM, ADA, "nobody"]) == {person.id: person for person in known}
    assert await people.marked() == {}
    await people.mark(1)
    assert await people.marked() == {ADA: known[0], KIM: known[2]}


async def test_whom_a_later_read_does_not_see_is_forgotten(people: TablePeople) -> None:
    await people.save([Person(id=ADA, priority=True), Person(id=BOB, guest=True)], 1)
    await people.mark(1)
    await people.save([Person(id=BOB, guest=True)], 2)
    await people.mark(2)
    assert (await people.marked()).keys() == {BOB}
    assert (await people.get([ADA, BOB])).keys() == {BOB}


async def test_more_people_than_a_batch_holds_are_forgotten(people: TablePeople) -> None:
    many = [Person(id=f"{number:08x}", guest=True) for number in range(250)]
    await people.save(many, 1)
    await people.save(many[:1], 2)
    await people.mark(2)
    assert (await people.get([person.id for person in many])).keys() == {many[0].id}


async def test_another_host_sees_who_is_marked_now(people: TablePeople, connection: StorageConnection) -> None:
    other = TablePeople(connection)
    await people.save([Person(id=ADA, priority=True)], 1)
    await people.mark(1)
    first = await other.marked()
    assert await other.marked() is first
    await people.save([Person(id=KIM, priority=True)], 2)
    await people.mark(2)
    assert (await other.marked()).keys() == {KIM}
