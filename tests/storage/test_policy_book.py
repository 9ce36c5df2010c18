"""The policy book: each change is one commit, and what is gone keeps its history."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.errors import Conflict
from shared.domain.exemptions import Exemption
from shared.domain.history import next_entry
from shared.domain.policy_book import BookChange, NamedList, PolicyBook, PolicyVersion, StoredPolicy
from shared.storage.connection import StorageConnection
from shared.storage.policy_book import TablePolicyBooks
from tests.storage.records import START

POLICY = StoredPolicy(
    id="p-1",
    version=1,
    body={"kind": "app", "when": {"app.name": {"contains": "' or true'|/\\#?"}}},
    is_tuning=False,
    created=START,
    created_by="ada",
    modified=START,
    modified_by="ada",
)
FIRST = next_entry(None, START, "ada", "created", (), "because")
VERSION = PolicyVersion(policy_id="p-1", version=1, entry=FIRST, body=POLICY.body)
LIST = NamedList(name="partners", values=("Contoso", "O'Hara | Söhne"), modified=START, modified_by="ada")
EXEMPTION = Exemption(
    id="x-1",
    policy_id="p-1",
    app_id="a",
    reason="r",
    approved_by="ada",
    created=START,
    expires=START + timedelta(days=1),
)
ALL = BookChange(
    expected=None,
    saved=(POLICY,),
    versions=(VERSION,),
    lists=(LIST,),
    exemptions=(EXEMPTION,),
    entries=(("list/partners", FIRST), ("exemption/x-1", FIRST)),
)


@pytest.fixture
def books(connection: StorageConnection) -> TablePolicyBooks:
    return TablePolicyBooks(connection)


async def test_a_book_that_nobody_wrote_is_empty(books: TablePolicyBooks) -> None:
    assert await books.read() == PolicyBook()
    assert (await books.versions("p-1"), await books.entries("list/partners")) == ([], [])
    assert await books.list_values("partners") == ()


async def test_all_of_a_commit_is_read_back(books: TablePolicyBooks) -> None:
    version = await books.commit(ALL)
    assert await books.read() == PolicyBook(
        version=version,
        policies={"p-1": POLICY},
        lists={"partners": LIST},
        exemptions={"x-1": EXEMPTION},
        last_entries={"policy/p-1": FIRST, "list/partners": FIRST, "exemption/x-1": FIRST},
    )
    assert await books.versions("p-1") == [VERSION]
    assert await books.list_values("partners") == LIST.values


async def test_what_is_gone_leaves_its_history_and_can_come_back(books: TablePolicyBooks) -> None:
    version = await books.commit(ALL)
    second = next_entry(FIRST, START, "ada", "deleted", (), None)
    gone = BookChange(
        expected=version,
        removed=("p-1",),
        versions=(PolicyVersion(policy_id="p-1", version=2, entry=second),),
        removed_lists=("partners",),
        forgotten=("x-1",),
    )
    version = await books.commit(gone)
    book = await books.read()
    assert (book.policies, book.lists, book.exemptions) == ({}, {}, {})
    assert book.last_entries["policy/p-1"] == second
    assert await books.list_values("partners") == ()
    assert [one.version for one in await books.versions("p-1")] == [2, 1]
    await books.commit(BookChange(expected=version, saved=(POLICY,), lists=(LIST,)))
    assert (await books.read()).policies == {"p-1": POLICY}


async def test_of_two_commits_on_one_version_only_one_is_made(books: TablePolicyBooks) -> None:
    version = await books.commit(ALL)
    changes = [BookChange(expected=version, lists=(NamedList(name=name, values=()),)) for name in ("a", "b")]
    outcomes = await asyncio.gather(*map(books.commit, changes), return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert len((await books.read()).lists) == 2


@pytest.mark.parametrize("expected", [None, "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\""])
async def test_a_commit_on_another_version_changes_nothing(books: TablePolicyBooks, expected: str | None) -> None:
    version = await books.commit(ALL)
    with pytest.raises(Conflict):
        await books.commit(BookChange(expected=expected, removed=("p-1",), removed_lists=("partners",)))
    assert (await books.read()).version == version
    assert (await books.read()).policies == {"p-1": POLICY}


async def test_versions_of_one_policy_do_not_hold_those_of_another_whose_id_begins_alike(
    books: TablePolicyBooks,
) -> None:
    other = PolicyVersion(policy_id="p-10", version=1, entry=FIRST, body={})
    await books.commit(BookChange(expected=None, versions=(VERSION, other)))
    assert await books.versions("p-1") == [VERSION]
